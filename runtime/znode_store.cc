#include "runtime/znode_store.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/check.h"
#include "common/newer_head.h"
#include "runtime/registry_layout.h"
#include "runtime/store_key.h"

namespace fairlead {
namespace {

constexpr std::size_t kErasesPerWrite = limits::kZnodeOpsMax - 1;  // one is the epoch's check

}  // namespace

ZnodeStore::ZnodeStore(Znodes& nodes, RegistryReader reader, ZnodeStoreOptions options,
                       StoreOutcomeHandler on_outcome)
    : nodes_(nodes),
      reader_(std::move(reader)),
      options_(std::move(options)),
      on_outcome_(std::move(on_outcome)) {}

ZnodeOp ZnodeStore::check_epoch() const {
  return CheckZnode{.path = kEpochPath, .version = options_.epoch_version};
}

Result<StoreContents> ZnodeStore::load() {
  check(!sent_ && queue_.empty(), "a store is loaded before its first commit");
  if (Status read = reader_.catch_up(options_.load_max); !read) return read.error();
  head_ = reader_.head();
  head_version_ = reader_.head_version();
  log_bytes_ = reader_.log_bytes();
  snapshot_bytes_ = reader_.snapshot_bytes();
  if (Status removed = remove_leftovers(); !removed) return removed.error();
  return reader_.rows().contents();
}

Status ZnodeStore::remove_leftovers() {
  std::vector<ZnodeOp> erases;
  for (const char* parent : {kLogPath, kSnapshotsPath}) {
    // Shared with the callback: after a timeout it finds nobody who waits.
    auto answer = std::make_shared<std::optional<ZnodeList>>();
    do {
      answer->reset();
      nodes_.list(parent, [answer](ZnodeList list) { *answer = std::move(list); });
      if (!nodes_.run_until([&answer] { return answer->has_value(); }, options_.load_max)) {
        return Error{ErrorCode::kUnavailable, options_.name + ": " + parent + ": no answer"};
      }
    } while ((*answer)->status == ZnodeStatus::kConnectionLost);
    if ((*answer)->status != ZnodeStatus::kOk) {
      return Error{ErrorCode::kUnavailable,
                   options_.name + ": " + parent + ": " + to_string((*answer)->status)};
    }
    bool is_log = parent == kLogPath;
    std::string first = is_log ? entry_name(head_.snapshot + 1) : chunk_name(head_.snapshot, 0);
    std::string last =
        is_log ? entry_name(head_.entry)
               : chunk_name(head_.snapshot, std::max<std::uint64_t>(head_.chunks, 1) - 1);
    for (const std::string& name : (*answer)->names) {
      if (name >= first && name <= last) continue;
      erases.push_back(EraseZnode{.path = std::string(parent) + "/" + name});
    }
  }
  for (std::size_t begin = 0; begin < erases.size(); begin += kErasesPerWrite) {
    std::vector<ZnodeOp> ops = {check_epoch()};
    std::size_t end = std::min(begin + kErasesPerWrite, erases.size());
    for (std::size_t i = begin; i < end; ++i) ops.push_back(erases[i]);
    if (Status written = write_now(std::move(ops)); !written) return written;
  }
  return {};
}

Status ZnodeStore::write_now(std::vector<ZnodeOp> ops) {
  bool again = false;
  for (;;) {
    auto answer = std::make_shared<std::optional<ZnodeWritten>>();
    nodes_.write(ops, [answer](ZnodeWritten written) { *answer = std::move(written); });
    if (!nodes_.run_until([&answer] { return answer->has_value(); }, options_.load_max)) {
      return Error{ErrorCode::kUnavailable, options_.name + ": no answer to a write"};
    }
    const ZnodeWritten& written = **answer;
    bool was_done_before = again && written.status == ZnodeStatus::kNoNode;
    if (written.status == ZnodeStatus::kOk || was_done_before) return {};
    again = written.status == ZnodeStatus::kConnectionLost;
    if (again) continue;
    bool deposed = written.status == ZnodeStatus::kBadVersion;
    return Error{
        deposed ? ErrorCode::kConflict : ErrorCode::kUnavailable,
        options_.name + ": " + (deposed ? "another leader took over" : to_string(written.status))};
  }
}

void ZnodeStore::commit(StoreBatch batch) {
  Pending pending{.batch = std::move(batch), .refusal = {}};
  for (const StoreWrite& write : pending.batch.writes) {
    check_store_key(write.key);
    if (row_bytes(write) <= row_bytes_max()) continue;
    pending.refusal = "row " + write.key + ": " + std::to_string(row_bytes(write)) +
                      " bytes, expected at most " + std::to_string(row_bytes_max());
  }
  if (queue_.size() >= options_.queue_batches_max) {
    pending.refusal = "too many commits wait for ZooKeeper";
    pending.batch.writes.clear();
  }
  queue_.push_back(std::move(pending));
  pump();
}

void ZnodeStore::pump() {
  while (!sent_) {
    bool upkeep_turn = commit_.empty() && !upkeep_.empty() && (upkeep_next_ || queue_.empty());
    if (upkeep_turn) {
      sent_ = upkeep_.front()();
      upkeep_.pop_front();
      upkeep_next_ = false;
    } else {
      if (commit_.empty() && !queue_.empty()) plan_commit();
      if (commit_.empty()) return;
      sent_ = std::move(commit_.front());
      commit_.pop_front();
      upkeep_next_ = true;
    }
    unsure_ = false;
    send();
  }
}

void ZnodeStore::plan_commit() {
  std::vector<Pending> group;
  std::size_t bytes = 0;
  while (!queue_.empty()) {
    std::size_t more = 0;
    for (const StoreWrite& write : queue_.front().batch.writes) more += row_bytes(write);
    if (!group.empty() && bytes + more > row_bytes_max()) break;
    bytes += more;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  std::vector<const StoreWrite*> writes;
  for (const Pending& pending : group) {
    if (!pending.refusal.empty()) continue;
    for (const StoreWrite& write : pending.batch.writes) writes.push_back(&write);
  }
  if (writes.empty()) {
    // Nothing to keep, but the answer shall come in its turn and from a leader.
    commit_.push_back({.ops = {check_epoch()}, .head_after = {}, .batches = std::move(group)});
    return;
  }
  std::vector<Bytes> parts = encode_registry_entries(options_.epoch, head_.entry + 1, writes);
  RegistryHead after = head_;
  after.epoch = options_.epoch;
  after.entry += parts.size();
  std::size_t log_bytes = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    log_bytes += parts[i].size();
    CreateZnode create{.path = entry_path(head_.entry + 1 + i), .data = std::move(parts[i])};
    bool is_last = i + 1 == parts.size();
    Step step = is_last ? head_step(after) : Step{};
    if (!is_last) {
      step.ops = {check_epoch(), CheckZnode{.path = kHeadPath, .version = head_version_}};
    }
    step.ops.push_back(std::move(create));
    commit_.push_back(std::move(step));
  }
  commit_.back().batches = std::move(group);
  commit_.back().log_bytes = log_bytes;
}

ZnodeStore::Step ZnodeStore::head_step(const RegistryHead& head) const {
  return {.ops = {check_epoch(), WriteZnode{.path = kHeadPath,
                                            .data = encode_registry_head(head),
                                            .version = head_version_}},
          .head_after = head,
          .batches = {}};
}

void ZnodeStore::plan_snapshot() {
  bool is_long = log_bytes_ > std::max(options_.log_bytes_min, snapshot_bytes_) ||
                 head_.entry - head_.snapshot > options_.log_entries_max;
  // Damaged rows are somebody's evidence, which a snapshot would leave out.
  if (!is_long || !upkeep_.empty() || reader_.rows().has_damage()) return;
  std::uint64_t snapshot = head_.entry;
  std::vector<Bytes> chunks =
      encode_registry_snapshot(options_.epoch, snapshot, reader_.rows().rows());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    bytes += chunks[i].size();
    upkeep_.push_back([this, path = chunk_path(snapshot, i), chunk = std::move(chunks[i])] {
      return Step{.ops = {check_epoch(), CreateZnode{.path = path, .data = chunk}},
                  .head_after = {},
                  .batches = {},
                  .is_upkeep = true};
    });
  }
  upkeep_.push_back([this, snapshot, bytes, count = chunks.size(), covered = log_bytes_] {
    RegistryHead after = head_;
    after.epoch = options_.epoch;
    after.snapshot = snapshot;
    after.chunks = count;
    Step step = head_step(after);
    step.is_upkeep = true;
    step.then = [this, old = head_, snapshot, bytes, covered] {
      plan_removal(old, snapshot);
      snapshot_bytes_ = bytes;
      log_bytes_ -= covered;
    };
    return step;
  });
}

void ZnodeStore::plan_removal(const RegistryHead& old, std::uint64_t snapshot) {
  std::vector<ZnodeOp> erases;
  for (std::uint64_t i = old.snapshot + 1; i <= snapshot; ++i) {
    erases.push_back(EraseZnode{.path = entry_path(i)});
  }
  for (std::uint64_t i = 0; i < old.chunks; ++i) {
    erases.push_back(EraseZnode{.path = chunk_path(old.snapshot, i)});
  }
  for (std::size_t begin = 0; begin < erases.size(); begin += kErasesPerWrite) {
    std::vector<ZnodeOp> ops = {check_epoch()};
    std::size_t end = std::min(begin + kErasesPerWrite, erases.size());
    for (std::size_t i = begin; i < end; ++i) ops.push_back(erases[i]);
    upkeep_.push_back(
        [ops] { return Step{.ops = ops, .head_after = {}, .batches = {}, .is_upkeep = true}; });
  }
}

void ZnodeStore::send() {
  if (!fenced_.empty()) return fail(StoreOutcome::kRefused, fenced_);
  nodes_.write(sent_->ops,
               lifetime_.guard([this](const ZnodeWritten& written) { on_written(written); }));
}

void ZnodeStore::on_written(const ZnodeWritten& written) {
  switch (written.status) {
    case ZnodeStatus::kOk:
      on_done();
      break;
    case ZnodeStatus::kConnectionLost:
      unsure_ = true;
      send();
      break;
    case ZnodeStatus::kSessionEnded:
      on_lost();
      break;
    default:
      on_refused(written);
      break;
  }
  pump();
}

void ZnodeStore::on_refused(const ZnodeWritten& written) {
  bool wrong_version = written.status == ZnodeStatus::kBadVersion;
  if (wrong_version && written.failed_op == 0) {
    if (!unsure_) return fence("another leader took over");
    // The first sending may have come before the other leader did.
    std::string reason = "another leader took over before the answer came";
    fenced_ = std::string(kNewerHead) + ": " + reason;
    return fail(StoreOutcome::kUnknown, reason);
  }
  if (wrong_version && unsure_ && sent_->head_after) return settle_by_head();
  if (wrong_version) return fence("somebody else changed " + std::string(kHeadPath));
  if (written.status == ZnodeStatus::kNodeExists) {
    if (unsure_) return on_done();  // by the first sending: epoch and head were as we know them
    return fence("somebody else wrote " + written.reason);
  }
  // Erased already, by a first sending or by hand: the next load removes what is left.
  bool is_erase = std::holds_alternative<EraseZnode>(sent_->ops[written.failed_op]);
  if (is_erase && written.status == ZnodeStatus::kNoNode) return on_done();
  if (!sent_->head_after && !sent_->is_upkeep && sent_->batches.empty()) {
    // A part of a commit: the entries that are there already would be in the next one's way.
    return fence("a commit cannot be finished: " + written.reason);
  }
  fail(StoreOutcome::kRefused, written.reason);
}

void ZnodeStore::settle_by_head() {
  nodes_.read(kHeadPath, lifetime_.guard([this](const ZnodeRead& read) {
    if (read.status == ZnodeStatus::kConnectionLost) return settle_by_head();
    Result<RegistryHead> head = decode_registry_head(read.data);
    if (read.status == ZnodeStatus::kSessionEnded) {
      on_lost();
    } else if (read.status == ZnodeStatus::kOk && head && *head == *sent_->head_after) {
      on_done();
    } else {
      fence("somebody else changed " + std::string(kHeadPath));
    }
    pump();
  }));
}

void ZnodeStore::on_done() {
  Step done = std::move(*sent_);
  sent_.reset();
  if (done.head_after) {
    head_ = *done.head_after;
    ++head_version_;
    log_bytes_ += done.log_bytes;
  }
  for (const Pending& pending : done.batches) {
    if (!pending.refusal.empty()) continue;
    for (const StoreWrite& write : pending.batch.writes) reader_.rows().apply(write);
  }
  if (done.then) done.then();
  if (!done.is_upkeep && done.head_after) plan_snapshot();
  answer(std::move(done.batches), StoreOutcome::kPersisted, {});
}

void ZnodeStore::on_lost() {
  std::string why =
      nodes_.ending().empty() ? to_string(ZnodeStatus::kSessionEnded) : nodes_.ending();
  fenced_ = why;
  fail(StoreOutcome::kUnknown, why);
}

void ZnodeStore::fence(const std::string& reason) {
  fenced_ = std::string(kNewerHead) + ": " + reason;
  fail(StoreOutcome::kRefused, fenced_);
}

void ZnodeStore::fail(StoreOutcome outcome, const std::string& reason) {
  std::vector<Pending> batches = std::move(sent_->batches);
  // Without one of its chunks a snapshot must not become the head's.
  if (sent_->is_upkeep || !fenced_.empty()) upkeep_.clear();
  sent_.reset();
  // The rest of the same commit: its batches are with the last part.
  while (batches.empty() && !commit_.empty()) {
    batches = std::move(commit_.front().batches);
    commit_.pop_front();
  }
  answer(std::move(batches), outcome, reason);
}

void ZnodeStore::answer(std::vector<Pending> batches, StoreOutcome outcome,
                        const std::string& reason) {
  for (const Pending& pending : batches) {
    bool refused = !pending.refusal.empty();
    on_outcome_(pending.batch.ticket, refused ? StoreOutcome::kRefused : outcome,
                refused ? pending.refusal : reason);
  }
}

}  // namespace fairlead
