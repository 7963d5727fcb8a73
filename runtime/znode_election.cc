#include "runtime/znode_election.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/check.h"
#include "runtime/registry_layout.h"

namespace fairlead {
namespace {

constexpr std::size_t kSequenceDigits = 10;
constexpr std::int64_t kHeartbeatsPerTimeout = 6;
constexpr std::int64_t kLeasesPerTimeout = 2;

std::string_view sequence_of(std::string_view name) {
  return name.substr(name.size() - std::min(name.size(), kSequenceDigits));
}

bool is_older(std::string_view a, std::string_view b) {
  return std::pair(sequence_of(a), a) < std::pair(sequence_of(b), b);
}

std::string why(ZnodeStatus status, const std::string& reason) {
  return reason.empty() ? to_string(status) : reason;
}

}  // namespace

ZnodeElection::ZnodeElection(Znodes& nodes, const Clock& clock, ElectionOptions options,
                             ElectionEvents events)
    : nodes_(nodes), clock_(clock), options_(std::move(options)), events_(std::move(events)) {
  nodes_.set_on_phase(lifetime_.guard([this](ZnodePhase phase) {
    if (phase == ZnodePhase::kEnded) lose(nodes_.ending());
  }));
}

std::string ZnodeElection::prefix() const {
  return "candidate-" + std::to_string(nodes_.session()) + "-";
}

std::string ZnodeElection::path_of(const std::string& name) const {
  return std::string(kElectionPath) + "/" + name;
}

void ZnodeElection::campaign() {
  check(stage_ == Stage::kNew, "a candidacy begins once");
  stage_ = Stage::kWaiting;
  follow_epoch();
  stand();
}

void ZnodeElection::stand() {
  CreateZnode candidate{.path = path_of(prefix()), .kind = ZnodeKind::kEphemeralSequential};
  candidate.data.assign(options_.http.begin(), options_.http.end());  // for people
  nodes_.write({candidate}, lifetime_.guard([this](const ZnodeWritten& written) {
    // Also after a lost answer: whether the node is there, the list says.
    if (written.status == ZnodeStatus::kOk || written.status == ZnodeStatus::kConnectionLost) {
      return look();
    }
    lose("cannot stand for election: " + why(written.status, written.reason));
  }));
}

void ZnodeElection::look() {
  if (stage_ != Stage::kWaiting) return;
  nodes_.list(kElectionPath, lifetime_.guard([this](const ZnodeList& list) {
    if (stage_ != Stage::kWaiting) return;
    if (list.status == ZnodeStatus::kConnectionLost) return look();
    if (list.status == ZnodeStatus::kOk) return on_candidates(list);
    lose("cannot see the candidates: " + why(list.status, list.reason));
  }));
}

void ZnodeElection::on_candidates(const ZnodeList& list) {
  std::vector<std::string> names = list.names;
  std::sort(names.begin(), names.end(), is_older);
  const std::string own = prefix();
  auto mine = std::find_if(names.begin(), names.end(), [&own](const std::string& name) {
    return name.compare(0, own.size(), own) == 0;
  });
  if (mine == names.end()) return stand();
  mine_ = *mine;
  if (mine == names.begin()) return take_over();
  // Only the next in line hears of an end: no stampede.
  auto changed = lifetime_.guard([this] { look(); });
  nodes_.read(path_of(*std::prev(mine)), lifetime_.guard([this](const ZnodeRead& read) {
    bool gone = read.status == ZnodeStatus::kNoNode;
    if (gone || read.status == ZnodeStatus::kConnectionLost) return look();
    if (read.status != ZnodeStatus::kOk) {
      lose("cannot watch the candidate before: " + why(read.status, read.reason));
    }
  }),
              changed);
}

void ZnodeElection::take_over() {
  nodes_.read(kEpochPath, lifetime_.guard([this](const ZnodeRead& read) {
    if (stage_ != Stage::kWaiting) return;
    if (read.status == ZnodeStatus::kConnectionLost) return take_over();
    if (read.status != ZnodeStatus::kOk) {
      return lose("cannot read the epoch: " + why(read.status, read.reason));
    }
    Result<LeaderRecord> before = decode_leader_record(read.data);
    if (!before) return lose(before.error().message);
    std::uint64_t next = std::max(before->epoch.number + 1, options_.epoch_floor.number);
    write_epoch({.epoch = {next}, .endpoint = options_.endpoint, .http = options_.http},
                read.version);
  }),
              {});
}

void ZnodeElection::write_epoch(LeaderRecord record, std::int32_t version) {
  Instant sent_at = clock_.now();
  std::vector<ZnodeOp> ops = {
      CheckZnode{.path = path_of(mine_)},
      WriteZnode{.path = kEpochPath, .data = encode_leader_record(record), .version = version}};
  nodes_.write(ops, lifetime_.guard([this, record, version, sent_at](const ZnodeWritten& written) {
    if (stage_ != Stage::kWaiting) return;
    switch (written.status) {
      case ZnodeStatus::kOk:
        stage_ = Stage::kLeading;
        elected_ = {.epoch = record.epoch, .epoch_version = version + 1};
        confirmed_at_ = sent_at;
        heartbeat_at_ = sent_at;
        return events_.on_elected(elected_);
      // If it was written all the same, that epoch stays unused.
      case ZnodeStatus::kConnectionLost:
      case ZnodeStatus::kBadVersion:
      case ZnodeStatus::kNoNode:
        return look();
      default:
        return lose("cannot take over: " + why(written.status, written.reason));
    }
  }));
}

void ZnodeElection::follow_epoch() {
  if (stage_ == Stage::kOver) return;
  auto changed = lifetime_.guard([this] { follow_epoch(); });
  nodes_.read(kEpochPath, lifetime_.guard([this](const ZnodeRead& read) { on_epoch(read); }),
              changed);
}

void ZnodeElection::on_epoch(const ZnodeRead& read) {
  if (stage_ == Stage::kOver) return;
  if (read.status == ZnodeStatus::kConnectionLost) return follow_epoch();
  if (read.status != ZnodeStatus::kOk) {
    return lose("cannot read the epoch: " + why(read.status, read.reason));
  }
  Result<LeaderRecord> record = decode_leader_record(read.data);
  if (!record) return lose(record.error().message);
  if (leads() && record->epoch > elected_.epoch) return lose("another leader took over");
  if (*record == leader_) return;
  leader_ = *record;
  events_.on_leader(leader_);
}

Instant ZnodeElection::acting_until() const {
  if (!leads()) return Instant{};
  return confirmed_at_ + nodes_.session_timeout() / kLeasesPerTimeout;
}

Instant ZnodeElection::next_deadline() const {
  if (!leads()) return Instant::never();
  return heartbeat_on_way_ ? acting_until() : std::min(acting_until(), heartbeat_at_);
}

void ZnodeElection::on_time(Instant now) {
  if (!leads()) return;
  if (now >= acting_until()) {
    return lose("no majority of the ZooKeeper servers confirmed the leadership for " +
                std::to_string((now - confirmed_at_).ms()) + " ms");
  }
  if (now >= heartbeat_at_ && !heartbeat_on_way_) send_heartbeat();
}

void ZnodeElection::send_heartbeat() {
  Instant sent_at = clock_.now();
  heartbeat_at_ = sent_at + nodes_.session_timeout() / kHeartbeatsPerTimeout;
  heartbeat_on_way_ = true;
  // A write, because only that needs a majority: a server that is cut off still answers reads.
  std::vector<ZnodeOp> ops = {CheckZnode{.path = path_of(mine_)},
                              CheckZnode{.path = kEpochPath, .version = elected_.epoch_version},
                              WriteZnode{.path = kHeartbeatPath}};
  nodes_.write(ops, lifetime_.guard([this, sent_at](const ZnodeWritten& written) {
    on_heartbeat(written, sent_at);
  }));
}

void ZnodeElection::on_heartbeat(const ZnodeWritten& written, Instant sent_at) {
  heartbeat_on_way_ = false;
  if (!leads()) return;
  switch (written.status) {
    case ZnodeStatus::kOk:
      confirmed_at_ = sent_at;
      return;
    case ZnodeStatus::kConnectionLost:
      return send_heartbeat();
    case ZnodeStatus::kBadVersion:
      return lose("another leader took over");
    default:
      return lose("the heartbeat failed: " + why(written.status, written.reason));
  }
}

void ZnodeElection::lose(const std::string& reason) {
  if (stage_ == Stage::kOver) return;
  stage_ = Stage::kOver;
  events_.on_lost(reason);
}

}  // namespace fairlead
