// A std::unique_ptr that copies what it holds: for values of which there are many, of which few
// have this part, and that are copied as a whole now and then. Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace fairlead {

template <class Value>
class Owned {
 public:
  Owned() = default;
  Owned(std::nullptr_t) {}
  Owned(std::unique_ptr<Value> value) : value_(std::move(value)) {}
  Owned(const Owned& other) : value_(other.copy()) {}
  Owned(Owned&&) noexcept = default;
  Owned& operator=(const Owned& other) {
    if (this != &other) value_ = other.copy();
    return *this;
  }
  Owned& operator=(Owned&&) noexcept = default;
  ~Owned() = default;

  explicit operator bool() const { return value_ != nullptr; }
  Value* get() { return value_.get(); }
  const Value* get() const { return value_.get(); }
  /// REQUIRES a value, as `->`.
  Value& operator*() { return *value_; }
  const Value& operator*() const { return *value_; }
  Value* operator->() { return value_.get(); }
  const Value* operator->() const { return value_.get(); }
  void reset() { value_.reset(); }

  friend bool operator==(const Owned& owned, std::nullptr_t) { return owned.value_ == nullptr; }

 private:
  std::unique_ptr<Value> copy() const {
    return value_ ? std::make_unique<Value>(*value_) : nullptr;
  }

  std::unique_ptr<Value> value_;
};

}  // namespace fairlead
