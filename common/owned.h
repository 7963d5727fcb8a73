// A std::unique_ptr that copies what it holds, for values whose copies are to stand by themselves.
// Not thread-safe.
#pragma once

#include <memory>
#include <utility>

namespace fairlead {

template <class Value>
class Owned : public std::unique_ptr<Value> {
 public:
  Owned() = default;
  Owned(std::unique_ptr<Value> value)  // NOLINT(google-explicit-constructor): as if it were one
      : std::unique_ptr<Value>(std::move(value)) {}
  Owned(const Owned& other)
      : std::unique_ptr<Value>(other ? std::make_unique<Value>(*other) : nullptr) {}
  Owned(Owned&&) noexcept = default;
  Owned& operator=(const Owned& other) {
    if (this != &other) *this = Owned(other);
    return *this;
  }
  Owned& operator=(Owned&&) noexcept = default;
  ~Owned() = default;
};

}  // namespace fairlead
