// libFuzzer entry; see tests/fuzz/README.md.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fairlead::fuzz::allocator_log({data, size});
  return 0;
}
