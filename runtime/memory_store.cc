#include "runtime/memory_store.h"

#include <utility>

#include "common/check.h"
#include "runtime/store_key.h"

namespace fairlead {

MemoryStore::MemoryStore(Delivery delivery, StoreOutcomeHandler on_outcome)
    : delivery_(delivery), on_outcome_(std::move(on_outcome)) {}

Result<StoreContents> MemoryStore::load() {
  StoreContents contents{.rows = {}, .quarantined = {damaged_.begin(), damaged_.end()}};
  for (const auto& [key, value] : rows_) {
    if (!damaged_.contains(key)) contents.rows.push_back({.key = key, .value = value});
  }
  return contents;
}

void MemoryStore::commit(StoreBatch batch) {
  for (const StoreWrite& write : batch.writes) check_store_key(write.key);
  queue_.push_back(std::move(batch));
  if (delivery_ == Delivery::kImmediate && !answering_) deliver_all();
}

void MemoryStore::apply(const StoreBatch& batch) {
  for (const StoreWrite& write : batch.writes) {
    damaged_.erase(write.key);
    if (write.value) {
      rows_[write.key] = *write.value;
    } else {
      rows_.erase(write.key);
    }
  }
}

void MemoryStore::answer(StoreOutcome outcome, bool applied, std::string reason) {
  check(!queue_.empty(), "a commit waits");
  StoreBatch batch = std::move(queue_.front());
  queue_.pop_front();
  if (applied) apply(batch);
  bool outer = std::exchange(answering_, true);
  on_outcome_(batch.ticket, outcome, std::move(reason));
  answering_ = outer;
}

void MemoryStore::deliver_next(StoreOutcome outcome, std::string reason) {
  answer(outcome, outcome == StoreOutcome::kPersisted, std::move(reason));
}

void MemoryStore::deliver_next_unknown(bool applied) {
  answer(StoreOutcome::kUnknown, applied, "the link broke before the answer");
}

void MemoryStore::deliver_all() {
  while (!queue_.empty()) deliver_next();
}

void MemoryStore::damage(const std::string& key) {
  if (rows_.contains(key)) damaged_.insert(key);
}

}  // namespace fairlead
