#include "simulator/chaos/coordination.h"

#include <utility>

namespace fairlead::chaos {
namespace {

constexpr Duration kWatchMin = milliseconds(1);
constexpr Duration kWatchMax = milliseconds(40);

}  // namespace

std::uint64_t Coordination::join(std::function<void()> on_elected) {
  std::uint64_t session = ++sessions_made_;
  sessions_[session] = {std::move(on_elected), stage_.now() + kSessionTimeout};
  check_expiry(session);
  elect();
  return session;
}

bool Coordination::keep_alive(std::uint64_t session) {
  auto found = sessions_.find(session);
  if (found == sessions_.end()) return false;
  found->second.expires = stage_.now() + kSessionTimeout;
  return true;
}

void Coordination::check_expiry(std::uint64_t session) {
  auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  if (found->second.expires <= stage_.now()) return end_session(session);
  stage_.queue.at(found->second.expires, [this, session] { check_expiry(session); });
}

void Coordination::end_session(std::uint64_t session) {
  auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  sessions_.erase(found);
  stage_.note("coordination", "session " + std::to_string(session) + " ends");
  elect();
}

void Coordination::elect() {
  if (sessions_.empty() || sessions_.begin()->second.is_told) return;
  Session& first = sessions_.begin()->second;
  first.is_told = true;
  stage_.queue.after(stage_.random.between(kWatchMin, kWatchMax),
                     [this, session = sessions_.begin()->first] {
                       auto found = sessions_.find(session);
                       if (found != sessions_.end()) found->second.on_elected();
                     });
}

void Coordination::publish(std::size_t master) {
  if (published_.size() == 2) published_.erase(published_.begin());
  published_.push_back(master);
}

std::size_t Coordination::look_up(std::size_t nobody) {
  if (published_.empty()) return nobody;
  bool is_stale = published_.size() == 2 && stage_.strikes(Fault::kStaleRead);
  return is_stale ? published_.front() : published_.back();
}

Snapshot Coordination::read() {
  bool is_stale = fence_.head > 0 && stage_.strikes(Fault::kStaleRead);
  Snapshot snapshot{.contents = {}, .fence = is_stale ? fence_before_ : fence_};
  for (const auto& [key, value] : is_stale ? rows_before_ : rows_) {
    snapshot.contents.rows.push_back({key, value});
  }
  return snapshot;
}

bool Coordination::write(const Fence& fence, const StoreBatch& batch, Epoch leads) {
  bool is_newest = fence.epoch == fence_.epoch && fence.head == fence_.head;
  bool is_deposed = leads < fence_.epoch;
  bool is_written = is_newest || (is_deposed && stage_.plant == Plant::kObedientRegistry);
  stage_.expect(Promise::kEpochFenced, !is_written || leads >= fence_.epoch, [&] {
    return "the registry of epoch " + std::to_string(fence_.epoch.number) +
           " takes a write of epoch " + std::to_string(leads.number);
  });
  if (!is_written) return false;
  rows_before_ = rows_;
  fence_before_ = fence_;
  for (const StoreWrite& row : batch.writes) {
    if (row.value) {
      rows_[row.key] = *row.value;
    } else {
      rows_.erase(row.key);
    }
  }
  fence_ = {leads, fence_.head + 1};
  return true;
}

}  // namespace fairlead::chaos
