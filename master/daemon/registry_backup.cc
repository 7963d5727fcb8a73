#include "master/daemon/registry_backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/files/safe_file.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/sqlite/sqlite_database.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "runtime/adapters/zookeeper/zookeeper_client.h"
#include "runtime/link/registry_rows.h"
#include "runtime/registry_transfer.h"
#include "schemas/registry_text.h"

namespace fairlead {
namespace {

// Some 100,000 agents and frameworks take 50 MiB.
constexpr std::size_t kTextBytesMax = std::size_t{1} << 30;

/// The rows of `snapshot`, the cluster's own one under `epoch`.
std::vector<StoreWrite> rows_of(const RegistrySnapshot& snapshot, Epoch epoch) {
  WriteRegistry write{.ticket = {}, .put = snapshot.records, .erase = {}};
  ClusterRecord cluster = snapshot.cluster;
  cluster.epoch = epoch;
  write.put.emplace_back(std::move(cluster));
  return to_batch(write).writes;
}

/// The epoch of the rows: the next leader takes one more.
Epoch epoch_before(const RegistrySnapshot& snapshot, Epoch floor) {
  return {std::max(snapshot.cluster.epoch.number,
                   floor.number - std::min(floor.number, std::uint64_t{1}))};
}

Result<RegistrySnapshot> snapshot_of(const StoreContents& contents, std::uint64_t head) {
  Result<std::vector<RegistryRecord>> records = read_registry(contents);
  if (!records) return records.error();
  return to_snapshot(std::move(*records), head);
}

/// `expected` empty: any.
Status check_cluster(const RegistryBackup& backup, const ClusterId& expected,
                     const RegistrySnapshot& snapshot) {
  if (expected.empty() || expected == snapshot.cluster.cluster) return {};
  return Error{ErrorCode::kConflict,
               to_string(Complaint{.what = backup.file,
                                   .where = "cluster id",
                                   .expected = expected.text,
                                   .got = snapshot.cluster.cluster.text,
                                   .hint = "it is another cluster's registry"})};
}

// --- a state directory ---------------------------------------------------------------------------

std::string database_of(const RegistryBackup& backup) {
  return backup.state_dir + "/state.db";
}

/// `use(database, contents)` while nobody else has the directory.
template <class Use>
auto with_database(const RegistryBackup& backup, Use use)
    -> decltype(use(std::declval<SqliteDatabase&>(), std::declval<const StoreContents&>())) {
  Result<std::unique_ptr<StateLock>> held = StateLock::acquire(backup.state_dir);
  if (!held) return held.error();
  Result<std::unique_ptr<SqliteDatabase>> database =
      SqliteDatabase::open({.path = database_of(backup)});
  if (!database) return database.error();
  Result<StoreContents> contents = (*database)->load();
  if (!contents) return contents.error();
  return use(**database, *contents);
}

Result<RegistrySnapshot> read_directory(const RegistryBackup& backup) {
  if (!mark_of_file(database_of(backup))) {
    return Error{ErrorCode::kNotFound, backup.state_dir + ": there is no registry"};
  }
  return with_database(backup, [](SqliteDatabase&, const StoreContents& contents) {
    return snapshot_of(contents, 0);
  });
}

Status write_directory(const RegistryBackup& backup, const RegistrySnapshot& snapshot) {
  return with_database(
      backup, [&](SqliteDatabase& database, const StoreContents& contents) -> Status {
        if (!contents.rows.empty() || !contents.quarantined.empty()) {
          return Error{ErrorCode::kConflict,
                       database_of(backup) +
                           ": the registry is not empty; hint: import goes into an empty one only: "
                           "choose another --state-dir, or move the file away"};
        }
        StoreBatch batch{.ticket = {},
                         .writes = rows_of(snapshot, epoch_before(snapshot, backup.epoch_floor))};
        WriteReport report = database.write({&batch});
        if (report.result == WriteResult::kDone) return {};
        return Error{ErrorCode::kUnavailable, database_of(backup) + ": " + report.reason};
      });
}

// --- ZooKeeper -----------------------------------------------------------------------------------

/// `use(session, place)` over a session of its own.
template <class Use>
auto with_session(const RegistryBackup& backup, Use use)
    -> decltype(use(std::declval<Znodes&>(), std::declval<const ZookeeperPlace&>())) {
  Result<ZookeeperPlace> place = place_of(backup.zookeeper, backup.state_dir);
  if (!place) return place.error();
  SystemClock clock;
  Result<std::unique_ptr<EpollLoop>> loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  Result<std::unique_ptr<ZookeeperClient>> nodes = ZookeeperClient::open(place->client, **loop);
  if (!nodes) return nodes.error();
  return use(**nodes, *place);
}

Result<RegistrySnapshot> read_zookeeper(const RegistryBackup& backup) {
  return with_session(backup, [](Znodes& nodes, const ZookeeperPlace& place) {
    Result<RegistryCopy> copy =
        read_shared_registry(nodes, {.name = place.name, .expected = place.expected});
    return copy ? snapshot_of(copy->contents, copy->head) : Result<RegistrySnapshot>(copy.error());
  });
}

Status write_zookeeper(const RegistryBackup& backup, const RegistrySnapshot& snapshot) {
  return with_session(backup, [&](Znodes& nodes, const ZookeeperPlace& place) -> Status {
    if (Status ours = check_cluster(backup, place.expected, snapshot); !ours) return ours;
    return write_shared_registry(
        nodes, {.name = place.name, .expected = {}},
        {.cluster = snapshot.cluster.cluster,
         .epoch_min = epoch_before(snapshot, backup.epoch_floor),
         .rows = [&snapshot](Epoch epoch) { return rows_of(snapshot, epoch); }});
  });
}

// --- the file ------------------------------------------------------------------------------------

bool write_all(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  return ::fsync(descriptor) == 0;
}

/// Whole on stable storage or not there at all.
Status write_file(const std::string& file, const std::string& text) {
  const std::string part = file + ".part";
  ::unlink(part.c_str());
  int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  bool good = descriptor >= 0 && write_all(descriptor, text);
  good = good && std::rename(part.c_str(), file.c_str()) == 0;
  int code = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (good) return {};
  ::unlink(part.c_str());
  return Error{ErrorCode::kUnavailable, "cannot write " + file + ": " + std::strerror(code)};
}

std::string described(const RegistrySnapshot& snapshot) {
  return std::to_string(snapshot.records.size()) + " records of cluster " +
         snapshot.cluster.cluster.text + " at epoch " +
         std::to_string(snapshot.cluster.epoch.number);
}

}  // namespace

Result<std::string> export_registry(const RegistryBackup& backup) {
  bool is_shared = !backup.zookeeper.address.empty();
  Result<RegistrySnapshot> snapshot = is_shared ? read_zookeeper(backup) : read_directory(backup);
  if (!snapshot) return snapshot.error();
  if (Status ours = check_cluster(backup, {backup.zookeeper.cluster}, *snapshot); !ours) {
    return ours.error();
  }
  if (Status written = write_file(backup.file, registry_text(*snapshot)); !written) {
    return written.error();
  }
  return "exported " + described(*snapshot) + " to " + backup.file;
}

Result<std::string> import_registry(const RegistryBackup& backup) {
  Result<std::string> text = read_file_safely(backup.file, {.bytes_max = kTextBytesMax});
  if (!text) return text.error();
  Result<RegistrySnapshot> snapshot = read_registry_text(*text);
  if (!snapshot) return Error{snapshot.error().code, backup.file + ": " + snapshot.error().message};
  if (Status ours = check_cluster(backup, {backup.zookeeper.cluster}, *snapshot); !ours) {
    return ours.error();
  }
  bool is_shared = !backup.zookeeper.address.empty();
  Status written =
      is_shared ? write_zookeeper(backup, *snapshot) : write_directory(backup, *snapshot);
  if (!written) return written.error();
  std::uint64_t next = epoch_before(*snapshot, backup.epoch_floor).number + 1;
  return "imported " + described(*snapshot) + "; the next master's epoch is at least " +
         std::to_string(next);
}

}  // namespace fairlead
