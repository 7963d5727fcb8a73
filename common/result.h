// Result<T>: a value or an Error that says what the caller can do. Used for what the world or a
// person got wrong; our own bugs end the process (common/check.h).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/check.h"

namespace fairlead {

/// What the caller can do about it, not where it came from.
enum class ErrorCode {
  kInvalid,      ///< fix the request; repeating it is useless
  kNotFound,     ///< the named thing does not exist
  kDenied,       ///< this principal may not do this
  kConflict,     ///< the state does not allow it now
  kExhausted,    ///< a bound is reached; free something or raise it
  kUnavailable,  ///< try again later
  kTimedOut,     ///< the outcome is unknown
  kCorrupt,      ///< stored or received bytes are damaged
  kUnsupported,  ///< a newer version or a feature this build lacks
};

/// Lower-case word for messages, JSON and metrics: "invalid", "not_found", …
const char* to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

/// The parts of a message to a person. Every part but `what` may be empty.
struct Complaint {
  std::string what;      ///< which request and object: "flag --lease_ms_max"
  std::string where;     ///< "job.yaml:5:3", "role 'a/b'"
  std::string expected;  ///< "1000..600000 ms"
  std::string got;       ///< printed in quotes
  std::string hint;      ///< what to do next
};

/// `what: where: expected E, got "G"; hint: H`, leaving out what is empty.
std::string to_string(const Complaint& complaint);

/// An Error with code kInvalid from a complaint.
Error invalid(const Complaint& complaint);

/// A value or an error. REQUIRES before value(): ok(). Before error(): !ok().
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const& {
    check(ok(), "Result::value() needs ok()");
    return std::get<0>(state_);
  }
  T& value() & {
    check(ok(), "Result::value() needs ok()");
    return std::get<0>(state_);
  }
  T&& value() && {
    check(ok(), "Result::value() needs ok()");
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const Error& error() const {
    check(!ok(), "Result::error() needs !ok()");
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    check(!ok(), "Result::error() needs !ok()");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace fairlead
