#include "runtime/adapters/candidate/random_id.h"

#include <sys/random.h>

#include <array>

#include "common/check.h"

namespace fairlead {

std::string random_id() {
  std::array<unsigned char, 16> random{};
  check(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()),
        "the kernel gives 16 random bytes");
  std::string id;
  for (unsigned char byte : random) {
    constexpr const char* kHex = "0123456789abcdef";
    id += kHex[byte >> 4];
    id += kHex[byte & 15];
  }
  return id;
}

}  // namespace fairlead
