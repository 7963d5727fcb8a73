#include "isolators/apply/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace fairlead {

void Descriptor::reset(int descriptor) {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = descriptor;
}

Error system_error(std::string_view action, std::string_view object, int error_number) {
  ErrorCode code = ErrorCode::kUnavailable;
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
      code = ErrorCode::kNotFound;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = ErrorCode::kDenied;
      break;
    case EEXIST:
    case EBUSY:
    case ENOTEMPTY:
      code = ErrorCode::kConflict;
      break;
    case ENOSPC:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
    case EDQUOT:
      code = ErrorCode::kExhausted;
      break;
    case EINVAL:
    case ENAMETOOLONG:
    case E2BIG:
    case ELOOP:
      code = ErrorCode::kInvalid;
      break;
    case ENOSYS:
    case EOPNOTSUPP:
      code = ErrorCode::kUnsupported;
      break;
    default:
      break;
  }
  return {code,
          std::string(action) + " " + std::string(object) + ": " + std::strerror(error_number)};
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_error("open", path, errno);
  std::string out;
  while (out.size() < bytes_max) {
    char block[4096];
    const ssize_t got = ::read(file.get(), block, std::min(sizeof block, bytes_max - out.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path, errno);
    if (got == 0) break;
    out.append(block, static_cast<std::size_t>(got));
  }
  return out;
}

Status write_existing(const std::string& path, std::string_view content) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) return system_error("open", path, errno);
  if (::write(file.get(), content.data(), content.size()) < 0) {
    return system_error("write \"" + std::string(content) + "\" to", path, errno);
  }
  return {};
}

Status write_all(int descriptor, std::string_view content, std::string_view object) {
  while (!content.empty()) {
    const ssize_t put = ::write(descriptor, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("write", object, errno);
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

}  // namespace fairlead
