// A master small enough to read at a glance, for process tests of the agent: welcomes everybody,
// acknowledges on demand, remembers every status. Real transport, real codec, real clock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/agent_messages.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/zmq/zmq_router.h"

namespace fairlead::test {

class FakeMaster {
 public:
  /// REQUIRES: loopback works.
  FakeMaster();

  std::string endpoint() const { return router_->endpoint(); }
  /// Runs the loop until `done` or 20 s have passed; then false.
  template <class Done>
  bool run_until(Done done) {
    const Instant give_up = clock_.now() + seconds(20);
    loop_->set_timer([give_up] { return give_up; }, [this](Instant) { loop_->stop(); });
    after_message_ = [this, done] {
      if (done()) loop_->stop();
    };
    if (!done()) loop_->run();
    after_message_ = {};
    return done();
  }
  void say(MasterToAgent message);
  void launch_shell(const std::string& task, const std::string& script,
                    const std::string& resources = "cpus:0.1;mem:64MiB");

  bool acknowledges = true;
  int epochs_acknowledged = 0;
  std::vector<RegisterAgent> registrations;
  std::vector<TaskStatus> statuses;  ///< as they came, repeated ones too
  std::vector<VolumeDestroyed> destroyed;

  /// Of `task` and in `state`, different updates only.
  std::size_t count(const std::string& task, TaskState state) const;
  const TaskStatus* find(const std::string& task, TaskState state) const;

 private:
  void on_incoming(const Incoming& incoming);
  void on_message(const AgentToMaster& message);

  SystemClock clock_;
  std::unique_ptr<EpollLoop> loop_;
  ZmqContext zmq_;
  std::unique_ptr<ZmqRouter> router_;
  ConnectionId connection_;
  AgentId agent_;
  Session session_;
  std::uint64_t sent_ = 0;
  std::function<void()> after_message_;
};

}  // namespace fairlead::test
