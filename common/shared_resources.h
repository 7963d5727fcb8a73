// Resources that several places name at once (what is free on an agent, an
// offer of all of it, the message about the offer): a value of one pointer
// whose copies share what they name. Whoever changes it gets one of his own
// first, unless nobody else has it. All copies of one value belong to one
// thread.
#pragma once

#include <cstdint>
#include <utility>

#include "common/resources.h"

namespace fairlead {

class SharedResources {
 public:
  SharedResources() = default;
  SharedResources(Resources value) {
    if (!value.is_zero()) box_ = new Box{std::move(value)};
  }
  SharedResources(const SharedResources& other) : box_(other.box_) {
    if (box_ != nullptr) ++box_->users;
  }
  SharedResources(SharedResources&& other) noexcept : box_(std::exchange(other.box_, nullptr)) {}
  SharedResources& operator=(SharedResources other) noexcept {
    std::swap(box_, other.box_);
    return *this;
  }
  ~SharedResources() {
    if (box_ != nullptr && --box_->users == 0) delete box_;
  }

  const Resources& operator*() const {
    static const Resources kNothing;
    return box_ != nullptr ? box_->value : kNothing;
  }
  const Resources* operator->() const { return &**this; }
  operator const Resources&() const { return **this; }
  bool is_zero() const { return box_ == nullptr || box_->value.is_zero(); }

  /// To be changed; copied before when somebody else names it. Valid until the
  /// next use of this.
  Resources& edit() {
    if (box_ == nullptr || box_->users > 1) *this = SharedResources(new Box{**this});
    return box_->value;
  }
  /// True when both are the same value in memory, or both nothing.
  bool is_shared_with(const SharedResources& other) const { return box_ == other.box_; }
  friend bool operator==(const SharedResources& a, const SharedResources& b) {
    return a.is_shared_with(b) || *a == *b;
  }
  friend bool operator==(const SharedResources& a, const Resources& b) { return *a == b; }

 private:
  struct Box {
    Resources value;
    std::uint32_t users = 1;
  };

  explicit SharedResources(Box* box) : box_(box) {}

  Box* box_ = nullptr;  // null: nothing
};

}  // namespace fairlead
