// libFuzzer target: any bytes as any of the documents between an agent and its shims. What decodes
// must survive being encoded and decoded again.
#include <cstdlib>

#include "agent/shim/spec_codec.h"

namespace fairlead::shim {
namespace {

template <class T>
void must_return(const Result<T>& value, Result<T> (*decode)(BytesView)) {
  if (!value) return;
  const Result<T> again = decode(encode(*value));
  if (!again || !(*again == *value)) std::abort();
}

}  // namespace
}  // namespace fairlead::shim

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fairlead::shim;
  const fairlead::BytesView bytes(data, size);
  must_return(decode_launch(bytes), decode_launch);
  must_return(decode_identity(bytes), decode_identity);
  must_return(decode_started(bytes), decode_started);
  must_return(decode_exit(bytes), decode_exit);
  return 0;
}
