// Reads below the sandbox root for HTTP: a part of a log across its rotated files, and listings. A
// path from a peer never leaves the root, whatever links a task planted (openat2, RESOLVE_BENEATH).
// Stateless; blocking reads of at most kFileReadBytesMax.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"

namespace fairlead {

struct FilePart {
  std::string bytes;
  std::int64_t offset =
      0;  ///< of the first byte, since the log began; larger than asked when those went
  std::int64_t size = 0;  ///< offset of the end
};

struct FileRequest {
  std::string root;  ///< absolute
  std::string path;  ///< relative: "<framework>/<task>/<attempt>/stdout"
  std::int64_t offset = 0;
  std::int64_t limit = 0;  ///< bytes; cut to 1 MiB
};

/// kNotFound, kDenied (a path that leaves the root), kInvalid (not a regular file).
Result<FilePart> read_part(const FileRequest& request);

struct DirectoryEntry {
  std::string name;
  std::int64_t size = 0;
  bool is_directory = false;
};

/// At most 10,000 entries, by name.
Result<std::vector<DirectoryEntry>> list_directory(const std::string& root,
                                                   const std::string& path);

}  // namespace fairlead
