#include "simulator/chaos/simulated_disk.h"

#include <algorithm>
#include <utility>

namespace fairlead::chaos {
namespace {

constexpr Duration kWriteMin = microseconds(200);
constexpr Duration kWriteMax = milliseconds(8);
constexpr Duration kSlowMin = milliseconds(200);
constexpr Duration kSlowMax = seconds(4);

}  // namespace

SimulatedDisk::SimulatedDisk(Stage& stage, Process& process, StoreOutcomeHandler on_outcome,
                             std::function<void()> on_crash)
    : stage_(stage),
      process_(process),
      on_outcome_(std::move(on_outcome)),
      on_crash_(std::move(on_crash)),
      store_(Delivery::kManual,
             [this](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
               bool was_answered = stage_.plant == Plant::kHastyDisk;
               if (!is_dying_ && !was_answered) on_outcome_(ticket, outcome, reason);
             }) {}

Result<StoreContents> SimulatedDisk::load() {
  Result<StoreContents> contents = store_.load();
  if (!contents) return contents;
  for (const std::string& key : contents->quarantined) {
    if (key != lost_) acknowledged_.erase(key);
  }
  expect_acknowledged(*contents);
  return contents;
}

void SimulatedDisk::expect_acknowledged(const StoreContents& contents) {
  std::map<std::string, const Bytes*> found;
  for (const StoreRow& row : contents.rows) found[row.key] = &row.value;
  for (const auto& [key, value] : acknowledged_) {
    auto row = found.find(key);
    bool holds = value ? row != found.end() && *row->second == *value : row == found.end();
    stage_.expect(Promise::kDurable, holds, [&, &key = key] {
      return process_.name() + ": row " + key + " is not what was acknowledged";
    });
  }
}

void SimulatedDisk::commit(StoreBatch batch) {
  if (stage_.strikes(Fault::kCrashAtWrite)) {
    bool is_before = stage_.random.below(2) == 0;
    if (!is_before) {
      // It reaches the disk; its answer finds nobody.
      store_.commit(batch);
      waiting_.push_back(std::move(batch));
    }
    return on_crash_();
  }
  Duration time = stage_.strikes(Fault::kDiskSlow) ? stage_.random.between(kSlowMin, kSlowMax)
                                                   : stage_.random.between(kWriteMin, kWriteMax);
  if (stage_.plant == Plant::kHastyDisk) {
    process_.after(microseconds(1), [this, ticket = batch.ticket] {
      on_outcome_(ticket, StoreOutcome::kPersisted, "");
    });
  }
  waiting_.push_back(batch);
  store_.commit(std::move(batch));
  answered_at_ = std::max(answered_at_, stage_.now() + time);
  process_.after(answered_at_ - stage_.now(), [this] { answer(); });
}

void SimulatedDisk::note_acknowledged() {
  for (StoreWrite& write : waiting_.front().writes) {
    newest_ = write.key;
    acknowledged_[write.key] = std::move(write.value);
  }
  waiting_.pop_front();
}

void SimulatedDisk::answer() {
  check(store_.waiting() == waiting_.size() && !waiting_.empty(), "one answer for each commit");
  if (is_full_) {
    waiting_.pop_front();
    return store_.deliver_next(StoreOutcome::kRefused, "database or disk is full");
  }
  note_acknowledged();
  store_.deliver_next();
}

void SimulatedDisk::on_process_death() {
  is_dying_ = true;
  while (store_.waiting() > 0) {
    // The oldest come first: what is lost is always the end. Half of a batch is given away by its
    // checksum and thrown away with the rest.
    bool is_lost = stage_.strikes(Fault::kWriteLost);
    if (is_lost) stage_.strikes(Fault::kWriteTorn);
    if (is_lost) break;
    // Nobody was told, but from now on it is there: a row acknowledged before may have changed.
    note_acknowledged();
    store_.deliver_next();
  }
  store_.drop_waiting();
  waiting_.clear();
  if (stage_.plant == Plant::kLyingDisk) {
    lost_ = newest_;
    store_.damage(lost_);
  }
  answered_at_ = {};
  is_dying_ = false;
}

std::string SimulatedDisk::damage_one(const std::string& prefix) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : rows()) {
    if (key.starts_with(prefix)) keys.push_back(key);
  }
  if (keys.empty()) return "";
  const std::string& key = keys[stage_.random.below(keys.size())];
  store_.damage(key);
  return key;
}

}  // namespace fairlead::chaos
