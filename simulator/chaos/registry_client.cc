#include "simulator/chaos/registry_client.h"

#include <utility>

namespace fairlead::chaos {
namespace {

constexpr Duration kTripMin = microseconds(300);
constexpr Duration kTripMax = milliseconds(4);
constexpr Duration kWriteLateMin = milliseconds(300);
constexpr Duration kWriteLateMax = seconds(5);
constexpr Duration kGiveUp = seconds(2);

}  // namespace

RegistryClient::RegistryClient(Stage& stage, Process& process, Coordination& coordination,
                               const Network& network, StoreOutcomeHandler on_outcome,
                               std::function<void()> on_crash)
    : stage_(stage),
      process_(process),
      coordination_(coordination),
      network_(network),
      on_outcome_(std::move(on_outcome)),
      on_crash_(std::move(on_crash)) {}

Result<StoreContents> RegistryClient::load() {
  Snapshot snapshot = coordination_.read();
  fence_ = snapshot.fence;
  return std::move(snapshot.contents);
}

void RegistryClient::commit(StoreBatch batch) {
  queue_.push_back(std::move(batch));
  if (!is_waiting_) send_next();
}

std::shared_ptr<bool> RegistryClient::send(const StoreBatch& batch, Duration wait) {
  auto is_written = std::make_shared<bool>(false);
  stage_.queue.after(wait, [&coordination = coordination_, batch, fence = fence_, leads = leads_,
                            is_written] { *is_written = coordination.write(fence, batch, leads); });
  return is_written;
}

void RegistryClient::send_next() {
  is_waiting_ = true;
  const StoreBatch& batch = queue_.front();
  Duration there = stage_.random.between(kTripMin, kTripMax);
  Duration back = stage_.random.between(kTripMin, kTripMax);
  if (stage_.strikes(Fault::kWriteLate))
    there = stage_.random.between(kWriteLateMin, kWriteLateMax);
  if (stage_.strikes(Fault::kCrashAtWrite)) {
    bool is_sent = stage_.random.below(2) == 0;
    if (is_sent) send(batch, there);
    return on_crash_();
  }
  bool is_lost = stage_.strikes(Fault::kWriteUnknown);
  bool is_lost_there = (is_lost && stage_.random.below(2) == 0) ||
                       network_.is_cut(process_.host(), coordination_.host());
  bool is_lost_back = is_lost || network_.is_cut(coordination_.host(), process_.host());
  std::shared_ptr<bool> is_written = is_lost_there ? nullptr : send(batch, there);
  if (is_lost_there || is_lost_back) {
    return process_.after(kGiveUp, [this] {
      answer(StoreOutcome::kUnknown, "the connection to the registry was lost");
    });
  }
  process_.after(there + back, [this, is_written] {
    bool is_persisted = *is_written;
    if (is_persisted) {
      fence_ = {leads_, fence_.head + 1};
      answer(StoreOutcome::kPersisted, "");
    } else {
      answer(StoreOutcome::kRefused, "newer head: somebody else has written");
    }
  });
}

void RegistryClient::answer(StoreOutcome outcome, const std::string& reason) {
  Ticket ticket = queue_.front().ticket;
  queue_.pop_front();
  is_waiting_ = false;
  if (!queue_.empty()) send_next();
  on_outcome_(ticket, outcome, reason);
}

}  // namespace fairlead::chaos
