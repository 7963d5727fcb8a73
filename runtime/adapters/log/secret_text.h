// Text that must not reach a log, a status or a message: it has no printing operator and no
// conversion, and LogField refuses it at compile time. Wiped when it dies. A value; not
// thread-safe.
#pragma once

#include <string>
#include <utility>

namespace fairlead {

class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  SecretText(const SecretText&) = default;
  SecretText(SecretText&&) = default;
  SecretText& operator=(const SecretText&) = default;
  SecretText& operator=(SecretText&&) = default;
  ~SecretText() {
    // volatile: the compiler may not skip writes that nobody reads.
    volatile char* bytes = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = 0;
  }

  bool empty() const { return text_.empty(); }
  /// For the one call that needs it. The result lives as long as this object.
  const std::string& reveal() const { return text_; }

 private:
  std::string text_;
};

}  // namespace fairlead
