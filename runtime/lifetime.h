// Guards callbacks that outlive what they were made for: `guard(f)` does nothing once the Lifetime
// is gone. A member of the object that the callbacks touch, and its last one, so that it ends
// first. Not thread-safe: callbacks run on the thread that destroys the object.
#pragma once

#include <memory>
#include <utility>

namespace fairlead {

class Lifetime {
 public:
  Lifetime() = default;
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;

  /// `callback`, or nothing when this object is gone by then.
  template <class Callback>
  auto guard(Callback callback) const {
    return [token = std::weak_ptr<const int>(token_),
            callback = std::move(callback)](auto&&... arguments) {
      if (!token.expired()) callback(std::forward<decltype(arguments)>(arguments)...);
    };
  }

 private:
  const std::shared_ptr<const int> token_ = std::make_shared<const int>(0);
};

}  // namespace fairlead
