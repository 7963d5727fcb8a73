#include "runtime/adapters/files/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace fairlead {

Status replace_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool good = file >= 0;
  std::size_t written = 0;
  while (good && written < text.size()) {
    const ssize_t some = ::write(file, text.data() + written, text.size() - written);
    if (some < 0 && errno == EINTR) continue;
    good = some >= 0;
    if (good) written += static_cast<std::size_t>(some);
  }
  good = good && ::fsync(file) == 0 && std::rename(part.c_str(), path.c_str()) == 0;
  const int failed = errno;
  if (file >= 0) ::close(file);
  if (good) return {};
  return Error{ErrorCode::kUnavailable, "cannot write " + path + ": " + std::strerror(failed)};
}

}  // namespace fairlead
