// A PodsScheduler without an SDK around it: callbacks in, orders out as text, rows kept so that a
// restart can read them. For scripts and for the rolling property.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frameworks/pods/pods_scheduler.h"

namespace fairlead::pods {

class PodsWorld {
 public:
  using Callback = std::function<void(sdk::SchedulerActions&)>;

  PodsWorld() { restart(); }

  /// Runs a callback and keeps what it ordered: rows, kills, launches and the trace.
  void call(const Callback& callback);
  /// A new life over what was persisted.
  void restart();
  void offers(std::vector<Offer> offers);
  void status(const std::string& task, std::uint32_t attempt, TaskState state,
              TaskReason reason = TaskReason::kNone);
  void probe(const std::string& service, std::uint64_t number, bool connected);
  void advance(Duration by);

  /// Orders since the last call, one a line.
  std::vector<std::string> take_trace();
  std::vector<KillTask> take_kills();

  std::unique_ptr<PodsScheduler> scheduler;
  Instant now;

 private:
  void keep(const sdk::Order& order);

  std::map<std::string, Bytes> rows_;
  std::vector<std::string> trace_;
  std::vector<KillTask> kills_;
};

Offer offer_of(std::uint64_t id, const std::string& agent, const std::string& resources);
/// "web: want=3 gen=1 ready=2 | 1 g1 running ready a1 | 2 g1 pending"
std::string summary(const Service& service);

}  // namespace fairlead::pods
