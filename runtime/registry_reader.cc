#include "runtime/registry_reader.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "runtime/registry_layout.h"

namespace fairlead {
namespace {

constexpr std::size_t kWindow = 64;  // reads on their way together: at most 32 MiB
constexpr int kAttemptsMax = 10;     // a leader that compacts meanwhile moves the head

}  // namespace

Error RegistryReader::error(ErrorCode code, const std::string& what,
                            const std::string& hint) const {
  return {.code = code,
          .message = to_string(Complaint{.what = name_ + ": registry: " + what, .hint = hint})};
}

Status RegistryReader::catch_up(Duration span_max) {
  span_max_ = span_max;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (Status read = read_head(); !read) return read;
    if (head_.entry < applied_ || head_.snapshot < snapshot_applied_) {
      return error(ErrorCode::kConflict,
                   "its head went back from entry " + std::to_string(applied_) + " to " +
                       std::to_string(head_.entry),
                   "was it restored from a backup? start every master again");
    }
    Result<bool> snapshot = head_.snapshot > applied_ ? read_snapshot() : Result<bool>(true);
    if (!snapshot) return snapshot.error();
    if (!*snapshot) continue;
    Result<bool> entries = read_entries();
    if (!entries) return entries.error();
    if (*entries) return {};
  }
  return error(ErrorCode::kCorrupt,
               "entry " + std::to_string(applied_ + 1) + " of the log or a chunk of snapshot " +
                   std::to_string(head_.snapshot) + " is missing",
               "restore the registry from a backup");
}

Status RegistryReader::read_head() {
  Result<std::vector<Fetched>> fetched = fetch({kHeadPath});
  if (!fetched) return fetched.error();
  if (fetched->front().missing) {
    return error(ErrorCode::kNotFound, "there is none",
                 "is the path of the address right? the first master makes it");
  }
  Result<RegistryHead> head = decode_registry_head(fetched->front().data);
  if (!head) return Error{head.error().code, name_ + ": " + head.error().message};
  head_ = *head;
  return {};
}

Result<bool> RegistryReader::read_snapshot() {
  std::vector<std::string> paths;
  for (std::uint64_t i = 0; i < head_.chunks; ++i) paths.push_back(chunk_path(head_.snapshot, i));
  Result<std::vector<Fetched>> fetched = fetch(paths);
  if (!fetched) return fetched.error();
  if (std::any_of(fetched->begin(), fetched->end(), [](const auto& f) { return f.missing; })) {
    return false;
  }
  rows_ = {};
  snapshot_bytes_ = 0;
  log_bytes_ = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (Status good = apply(paths[i], head_.snapshot, (*fetched)[i].data); !good) {
      return good.error();
    }
    snapshot_bytes_ += (*fetched)[i].data.size();
  }
  applied_ = head_.snapshot;
  snapshot_applied_ = head_.snapshot;
  return true;
}

Result<bool> RegistryReader::read_entries() {
  while (applied_ < head_.entry) {
    std::vector<std::string> paths;
    for (std::uint64_t i = applied_ + 1; i <= head_.entry && paths.size() < kWindow; ++i) {
      paths.push_back(entry_path(i));
    }
    Result<std::vector<Fetched>> fetched = fetch(paths);
    if (!fetched) return fetched.error();
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const Fetched& one = (*fetched)[i];
      if (one.missing) return false;
      if (Status good = apply(paths[i], applied_ + 1, one.data); !good) return good.error();
      ++applied_;
      log_bytes_ += one.data.size();
    }
  }
  return true;
}

Status RegistryReader::apply(const std::string& path, std::uint64_t expected, const Bytes& data) {
  Result<RegistryEntry> entry = decode_registry_entry(data);
  if (!entry) {
    return error(
        entry.error().code, path + ": " + entry.error().message,
        entry.error().code == ErrorCode::kCorrupt ? "restore the registry from a backup" : "");
  }
  if (entry->entry != expected) {
    return error(ErrorCode::kCorrupt, path + ": holds entry " + std::to_string(entry->entry),
                 "restore the registry from a backup");
  }
  rows_.apply(*entry);
  return {};
}

Result<std::vector<RegistryReader::Fetched>> RegistryReader::fetch(
    const std::vector<std::string>& paths) {
  // Shared with the callbacks: after a timeout they find nobody who waits.
  struct Window {
    std::vector<ZnodeRead> reads;
    std::size_t waiting = 0;
  };
  std::vector<Fetched> fetched(paths.size());
  for (std::size_t begin = 0; begin < paths.size(); begin += kWindow) {
    std::size_t count = std::min(kWindow, paths.size() - begin);
    auto window = std::make_shared<Window>();
    window->reads.resize(count, {.status = ZnodeStatus::kConnectionLost});
    auto again = [](const ZnodeRead& read) { return read.status == ZnodeStatus::kConnectionLost; };
    while (std::any_of(window->reads.begin(), window->reads.end(), again)) {
      for (std::size_t i = 0; i < count; ++i) {
        if (!again(window->reads[i])) continue;
        ++window->waiting;
        nodes_.read(paths[begin + i],
                    [window, i](ZnodeRead read) {
                      window->reads[i] = std::move(read);
                      --window->waiting;
                    },
                    {});
      }
      if (!nodes_.run_until([&window] { return window->waiting == 0; }, span_max_)) {
        return error(ErrorCode::kUnavailable,
                     "no answer within " + std::to_string(span_max_.ms()) + " ms",
                     "a majority of the ZooKeeper servers must run and be reachable");
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      ZnodeRead& read = window->reads[i];
      if (read.status != ZnodeStatus::kOk && read.status != ZnodeStatus::kNoNode) {
        return error(
            ErrorCode::kUnavailable,
            paths[begin + i] + ": " + (read.reason.empty() ? to_string(read.status) : read.reason));
      }
      if (paths[begin + i] == kHeadPath) head_version_ = read.version;
      fetched[begin + i] = {.data = std::move(read.data),
                            .missing = read.status == ZnodeStatus::kNoNode};
    }
  }
  return fetched;
}

}  // namespace fairlead
