#include "runtime/adapters/process/memory_use.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace fairlead {

std::uint64_t memory_in_use_bytes(std::uint64_t enough_bytes) {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size_pages = 0;
  std::uint64_t resident_pages = 0;
  if (!(file >> size_pages >> resident_pages)) return 0;
  std::uint64_t resident = resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  if (resident <= enough_bytes) return resident;
  struct mallinfo2 heap = ::mallinfo2();
  std::uint64_t handed_out = heap.uordblks + heap.hblkhd;
  // Another allocator (a sanitizer's) tells nothing here.
  return handed_out == 0 ? resident : std::min(resident, handed_out);
}

}  // namespace fairlead
