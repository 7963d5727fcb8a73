// Always-on assertions for our own bugs. A peer's mistake is never a check: it is a reject.
// Thread-safe; no state.
#pragma once

namespace fairlead {

/// Ends the process with `claim` and its place when `holds` is false. On in every build.
void check(bool holds, const char* claim, const char* file = __builtin_FILE(),
           int line = __builtin_LINE());

/// Marks a branch that cannot be reached. Ends the process.
[[noreturn]] void unreachable(const char* claim, const char* file = __builtin_FILE(),
                              int line = __builtin_LINE());

}  // namespace fairlead
