// Small files that operators hand to a process: keys, tokens, lists. Read whole, refused when too
// many may read or write them, and told apart when they change. Thread-safe functions without
// state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/result.h"

namespace fairlead {

/// A whole file of at most `bytes_max`. `forbidden_mode`: permission bits that refuse it (kDenied).
/// The owner must be this user or root whenever a bit is forbidden.
struct SafeRead {
  std::size_t bytes_max = 0;
  unsigned forbidden_mode = 0;
};
Result<std::string> read_file_safely(const std::string& path, const SafeRead& rule);

/// What tells one content or mode of a file from the next.
struct FileMark {
  std::int64_t changed_ns = 0;  ///< ctime
  std::int64_t size = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileMark&, const FileMark&) = default;
};
/// Follows links. nullopt when there is no such file. About 1 µs. Take it before the content: a
/// change in between is then seen next time.
std::optional<FileMark> mark_of_file(const std::string& path);

}  // namespace fairlead
