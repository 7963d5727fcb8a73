#include "common/check.h"

#include <cstdio>
#include <cstdlib>

namespace fairlead {

void unreachable(const char* claim, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, claim);
  std::abort();
}

void check(bool holds, const char* claim, const char* file, int line) {
  if (!holds) unreachable(claim, file, line);
}

}  // namespace fairlead
