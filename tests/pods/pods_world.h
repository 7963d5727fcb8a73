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
  void status(const std::string& task, std::uint32_t attempt, TaskState state);
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

/// Runs a script: commands, one a line, each followed by its trace, indented; the old trace is
/// replaced. Text in, text out. Commands:
///   create NAME replicas=3 surge=1 unavailable=0 probe=yes agent_max=1 spread=no backoff=1s..8s
///   scale NAME 5 | update NAME command=v2 | remove NAME
///   offer 1 a1 cpus:2;ports:[31000-31009] [2 a2 …]     one `offers` of the master
///   status web.1/1 RUNNING | probe web 1 ok|bad | time 5s | restart | endpoints LABEL=VALUE
std::string run_pods_script(const std::string& script);

}  // namespace fairlead::pods
