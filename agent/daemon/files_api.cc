#include "agent/daemon/files_api.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "isolators/apply/descriptor.h"

namespace fairlead {
namespace {

constexpr std::int64_t kFileReadBytesMax = 1 << 20;
constexpr int kRotatedFilesMax = 100;
constexpr std::size_t kSkippedBytes = 21;  // digits and the mark
constexpr std::int64_t kSkippedMax = std::int64_t{1} << 60;
constexpr std::size_t kEntriesMax = 10'000;

Error failure(const std::string& path, int error) {
  ErrorCode code = error == ENOENT || error == ENOTDIR                   ? ErrorCode::kNotFound
                   : error == EXDEV || error == ELOOP || error == EACCES ? ErrorCode::kDenied
                                                                         : ErrorCode::kUnavailable;
  return {code, "file " + path.substr(0, 200) + ": " +
                    (error == EXDEV ? "outside of the sandboxes" : std::strerror(error))};
}

Result<Descriptor> open_beneath(const std::string& root, const std::string& path, int flags) {
  Descriptor top(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!top.is_open()) return failure(root, errno);
  open_how how{};
  // O_NONBLOCK: a pipe that a task put there must not hold the reader.
  how.flags = static_cast<unsigned>(flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long opened = ::syscall(SYS_openat2, top.get(), path.c_str(), &how, sizeof(how));
  if (opened < 0) return failure(path, errno);
  return Descriptor(static_cast<int>(opened));
}

struct OpenFile {
  Descriptor descriptor;
  std::int64_t size = 0;
};

Result<OpenFile> open_regular(const std::string& root, const std::string& path) {
  Result<Descriptor> descriptor = open_beneath(root, path, 0);
  if (!descriptor) return descriptor.error();
  struct stat facts {};
  if (::fstat(descriptor->get(), &facts) != 0) return failure(path, errno);
  if (!S_ISREG(facts.st_mode)) {
    return Error{ErrorCode::kInvalid, "file " + path.substr(0, 200) + ": not a regular file"};
  }
  return OpenFile{std::move(*descriptor), facts.st_size};
}

/// Oldest first.
std::vector<OpenFile> open_generations(const std::string& root, const std::string& path,
                                       OpenFile newest) {
  std::vector<OpenFile> files;
  files.push_back(std::move(newest));
  for (int number = 1; number <= kRotatedFilesMax; ++number) {
    Result<OpenFile> older = open_regular(root, path + "." + std::to_string(number));
    if (!older) break;
    files.push_back(std::move(*older));
  }
  std::reverse(files.begin(), files.end());
  return files;
}

/// What the shim says of the bytes that rotation took away; see agent/shim/log_file.h.
struct Skipped {
  std::int64_t bytes = 0;
  bool is_rotating = false;
  friend bool operator==(const Skipped&, const Skipped&) = default;
};

Skipped read_skipped(const std::string& root, const std::string& path) {
  Result<OpenFile> file = open_regular(root, path + ".skipped");
  if (!file) return {};
  std::array<char, kSkippedBytes> text{};
  const ssize_t got = ::pread(file->descriptor.get(), text.data(), text.size(), 0);
  if (got != static_cast<ssize_t>(text.size())) return {};
  Skipped skipped{.is_rotating = text.back() == 'r'};
  // A task may have written anything there: at worst its own offsets are wrong.
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size() - 1, skipped.bytes);
  const bool is_sane = error == std::errc{} && skipped.bytes >= 0 && skipped.bytes < kSkippedMax;
  if (!is_sane) skipped.bytes = 0;
  return skipped;
}

struct Log {
  std::vector<OpenFile> files;  ///< oldest first
  std::int64_t skipped = 0;     ///< offset of their first byte
};

/// The files and their offset as they belong together, although the shim may rotate meanwhile.
Result<Log> open_log(const std::string& root, const std::string& path) {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    const Skipped before = read_skipped(root, path);
    Result<OpenFile> newest = open_regular(root, path);
    const bool is_last = attempt == kAttempts;
    if (!newest && is_last) return newest.error();
    if (!newest && !before.is_rotating) {
      // Between the two names of a rotation, or there is no such file.
      if (read_skipped(root, path) == before) return newest.error();
    }
    if (!newest) continue;
    Log log{.files = open_generations(root, path, std::move(*newest)), .skipped = before.bytes};
    const bool is_whole = !before.is_rotating && read_skipped(root, path) == before;
    if (is_whole || is_last) return log;
  }
}

void append_from(const OpenFile& file, std::int64_t offset, std::int64_t limit, std::string& out) {
  std::size_t before = out.size();
  std::int64_t count = std::min(limit, file.size - offset);
  out.resize(before + static_cast<std::size_t>(count));
  ssize_t got =
      ::pread(file.descriptor.get(), out.data() + before, static_cast<std::size_t>(count), offset);
  out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
}

}  // namespace

Result<FilePart> read_part(const FileRequest& request) {
  Result<Log> log = open_log(request.root, request.path);
  if (!log) return log.error();
  const std::vector<OpenFile>& files = log->files;
  FilePart part;
  part.size = log->skipped;
  for (const OpenFile& file : files) part.size += file.size;
  part.offset = std::clamp<std::int64_t>(request.offset, log->skipped, part.size);
  std::int64_t left = std::clamp<std::int64_t>(request.limit, 0, kFileReadBytesMax);
  std::int64_t begin = log->skipped;
  for (const OpenFile& file : files) {
    std::int64_t inside = part.offset + static_cast<std::int64_t>(part.bytes.size()) - begin;
    if (inside >= 0 && inside < file.size && left > 0) {
      std::size_t before = part.bytes.size();
      append_from(file, inside, left, part.bytes);
      left -= static_cast<std::int64_t>(part.bytes.size() - before);
    }
    begin += file.size;
  }
  return part;
}

Result<std::vector<DirectoryEntry>> list_directory(const std::string& root,
                                                   const std::string& path) {
  Result<Descriptor> descriptor = open_beneath(root, path, O_DIRECTORY);
  if (!descriptor) return descriptor.error();
  int number = descriptor->release();
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(number), &::closedir);
  if (!directory) return failure(path, errno);
  std::vector<DirectoryEntry> entries;
  while (const dirent* entry = ::readdir(directory.get())) {
    std::string name = entry->d_name;
    if (name == "." || name == ".." || entries.size() >= kEntriesMax) continue;
    struct stat facts {};
    if (::fstatat(number, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
    entries.push_back({std::move(name), facts.st_size, S_ISDIR(facts.st_mode)});
  }
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return entries;
}

}  // namespace fairlead
