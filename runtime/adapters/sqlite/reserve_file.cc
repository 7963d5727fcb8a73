#include "runtime/adapters/sqlite/reserve_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

namespace fairlead {

ReserveFile::ReserveFile(std::string path, std::int64_t bytes)
    : path_(std::move(path)), bytes_(bytes) {
  struct stat info {};
  present_ = ::stat(path_.c_str(), &info) == 0 && info.st_blocks * 512 >= bytes_;
}

bool ReserveFile::ensure() {
  if (present_) return true;
  struct statvfs disk {};
  std::string directory = std::filesystem::path(path_).parent_path().string();
  if (::statvfs(directory.c_str(), &disk) != 0) return false;
  if (disk.f_bavail * disk.f_frsize < static_cast<unsigned long>(bytes_) * 4) return false;
  int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return false;
  present_ = ::posix_fallocate(descriptor, 0, bytes_) == 0;
  ::close(descriptor);
  if (!present_) ::unlink(path_.c_str());
  return present_;
}

bool ReserveFile::release() {
  present_ = false;
  return ::unlink(path_.c_str()) == 0;
}

}  // namespace fairlead
