#include "agent/shim/report.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "agent/shim/protocol.h"

namespace fairlead::shim {
namespace {

constexpr const char* kExitDraft = "exit.new";
constexpr const char* kStartedDraft = "started.new";
constexpr off_t kExitBytesReserved = 8'192;  // an exit report with its longest launch error

std::string_view view(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Descriptor create(int folder, const char* name) {
  return Descriptor(
      ::openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
}

}  // namespace

Result<Reports> Reports::open(const std::string& meta) {
  Reports reports;
  reports.folder_.reset(::open(meta.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!reports.folder_.is_open()) return system_error("open", meta, errno);
  reports.exit_ = create(reports.folder_.get(), kExitDraft);
  if (!reports.exit_.is_open()) return system_error("create", meta + "/" + kExitDraft, errno);
  const int reserved = ::fallocate(reports.exit_.get(), FALLOC_FL_KEEP_SIZE, 0, kExitBytesReserved);
  if (reserved != 0 && errno != EOPNOTSUPP) {
    return system_error("reserve space for", meta + "/" + kExitFile, errno);
  }
  return reports;
}

Status Reports::write_started(const Bytes& document) {
  const Descriptor file = create(folder_.get(), kStartedDraft);
  if (!file.is_open()) return system_error("create", kStartedDraft, errno);
  if (Status ok = write_all(file.get(), view(document), kStartedDraft); !ok) return ok;
  if (::renameat(folder_.get(), kStartedDraft, folder_.get(), kStartedFile) != 0) {
    return system_error("rename to", kStartedFile, errno);
  }
  return {};
}

Status Reports::write_exit(const Bytes& document) {
  if (::lseek(exit_.get(), 0, SEEK_SET) != 0) return system_error("rewind", kExitDraft, errno);
  if (Status ok = write_all(exit_.get(), view(document), kExitDraft); !ok) return ok;
  if (::fdatasync(exit_.get()) != 0) return system_error("sync", kExitDraft, errno);
  if (::renameat(folder_.get(), kExitDraft, folder_.get(), kExitFile) != 0) {
    return system_error("rename to", kExitFile, errno);
  }
  if (::fsync(folder_.get()) != 0) return system_error("sync", "the shim's folder", errno);
  return {};
}

}  // namespace fairlead::shim
