// Many agents in one process, for benchmarks: each has its own id, session and sequence towards the
// master; they share a few Dealers. They run nothing: a launched task is running at once and
// finished after the time that its command names (`emulated NS`; a negative one: never).
// They keep no checkpoint and repeat only registrations by a timer, which a master may have heard
// too long before it led: a benchmark's link does not lose. They wait for no slot, but only a few
// hundred of them at once for an answer. Owned by a main; loop's thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/adapters/zmq/zmq_dealer.h"
#include "runtime/clock.h"
#include "runtime/link/dealer_link.h"
#include "runtime/loop.h"

namespace fairlead::bench {

struct EmulatedAgentsOptions {
  std::string master;
  std::size_t agents = 1;
  std::size_t first = 0;        ///< number of the first one: two programs may share a master
  std::size_t connections = 1;  ///< agents are dealt to them in turn
  Resources total;              ///< of each agent
  std::optional<DealerKeys> keys;
};

class EmulatedAgents {
 public:
  struct Counters {
    std::uint64_t registered = 0;
    std::uint64_t launches = 0;
    std::uint64_t finished = 0;
    std::uint64_t acknowledged = 0;  ///< updates
    std::uint64_t resyncs = 0;       ///< registered again because something was lost
    std::uint64_t lost_links = 0;    ///< whose agents registered again once it was up
    std::uint64_t refused = 0;       ///< anything that must not happen
  };

  /// Takes over the loop's timer and after-round hook. Everything handed in outlives it.
  static Result<std::unique_ptr<EmulatedAgents>> start(EmulatedAgentsOptions options,
                                                       ZmqContext& context, Loop& loop,
                                                       const Clock& clock);

  /// Called once, when every agent was welcomed for the first time.
  void set_on_complete(std::function<void()> on_complete) { on_complete_ = std::move(on_complete); }
  const Counters& counters() const { return counters_; }
  std::size_t tasks() const;

 private:
  struct Task {
    LaunchTask launch;
    TaskStatus latest;
    std::uint64_t acknowledged = 0;  ///< the newest update that was
  };
  struct Agent {
    Agent();
    AgentInfo info;
    std::size_t connection = 0;
    Session session;
    ClusterId cluster;
    Epoch epoch;
    Duration heartbeat_every;
    bool is_active = false;
    bool is_registering = false;  ///< counted in registering_
    bool is_queued = false;
    DealerLink<AgentToMaster, MasterToAgent> link;
    std::vector<AgentToMaster> queued;
    std::unordered_map<std::string, Task> tasks;  ///< by framework, id and attempt
  };
  struct Finish {
    Instant at;
    std::size_t agent = 0;
    std::string task;
    friend bool operator>(const Finish& a, const Finish& b) { return a.at > b.at; }
  };
  struct Beat {
    Instant at;
    std::size_t agent = 0;
  };
  struct Repeat {
    Instant at;
    std::size_t agent = 0;
    Session session;  ///< that asked
  };

  EmulatedAgents(EmulatedAgentsOptions options, const Clock& clock);

  void on_link(std::size_t connection, LinkState state);
  /// Its agents are to register again.
  void lose(std::size_t connection);
  void on_bytes(BytesView bytes);
  void on_message(std::size_t index, MasterToAgent& message);
  void on_welcome(std::size_t index, const AgentWelcome& welcome);
  void on_launch(std::size_t index, LaunchTask& launch);
  void on_acknowledged(std::size_t index, const AcknowledgeStatus& acknowledged);
  void finish(std::size_t index, const std::string& task);
  void register_agent(std::size_t index);
  /// A storm of registrations would only fill the queues: a few hundred wait for an answer at once.
  void register_more();
  void say(std::size_t index, AgentToMaster message);
  void add_update(std::size_t index, Task& task, TaskState state);
  void flush();
  void on_due(Instant now);
  Instant next_deadline() const;

  const EmulatedAgentsOptions options_;
  const Clock& clock_;
  std::vector<std::unique_ptr<ZmqDealer>> dealers_;
  std::vector<std::unique_ptr<Agent>> agents_;
  std::unordered_map<std::string, std::size_t> by_peer_;
  std::deque<std::size_t> to_register_;
  std::vector<std::size_t> queued_;
  std::deque<Beat> beats_;      ///< one pace for all: in order
  std::deque<Repeat> repeats_;  ///< of registrations; in order, too
  std::priority_queue<Finish, std::vector<Finish>, std::greater<>> finishes_;
  std::size_t links_up_ = 0;
  std::size_t registering_ = 0;
  std::uint64_t next_session_;
  std::function<void()> on_complete_;
  Counters counters_;
};

}  // namespace fairlead::bench
