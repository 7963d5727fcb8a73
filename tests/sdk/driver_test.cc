// The driver over real sockets and a real store, with a master of a few lines on the same loop.
#include "frameworks/sdk/driver/framework_driver.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/zmq/zmq_router.h"
#include "schemas/framework_codec.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::sdk {
namespace {

/// Subscribes whoever asks, offers one agent, runs what is launched in no time.
class SmallMaster {
 public:
  SmallMaster(ZmqContext& context, Loop& loop) {
    router_ = ZmqRouter::bind(context, loop, {}, [this](const Incoming& in) {
                auto envelope = decode_framework_to_master(in.bytes);
                ASSERT_TRUE(envelope.ok());
                connection_ = in.from;
                if (envelope->header.session != session_) {
                  session_ = envelope->header.session;
                  sent_ = 0;
                }
                for (const FrameworkToMaster& message : envelope->messages) {
                  hear(message);
                }
              }).value();
  }

  std::string endpoint() const { return router_->endpoint(); }
  std::vector<std::string> subscribed_as;
  int acknowledged = 0;
  int torn_down = 0;

 private:
  void hear(const FrameworkToMaster& message) {
    if (const auto* subscribe = std::get_if<Subscribe>(&message)) {
      subscribed_as.push_back(subscribe->framework.id.text);
      say({Subscribed{.framework = {"f1"}, .cluster = {"c"}, .epoch = {3}}});
    } else if (std::holds_alternative<SetDemand>(message) && ++offered_ == 1) {
      Offer offer;
      offer.id = {++offers_};
      offer.framework = {"f1"};
      offer.role = {"r"};
      offer.agent = {"a1"};
      offer.resources = parse_resources("cpus:1").value();
      offer.hold_max = seconds(60);
      say({Offers{{offer}}});
    } else if (const auto* accept = std::get_if<AcceptOffers>(&message)) {
      for (const TaskLaunch& launch : accept->launches) {
        say({status(launch, TaskState::kRunning, 1), status(launch, TaskState::kFinished, 2)});
      }
    } else if (std::holds_alternative<AcknowledgeStatus>(message)) {
      ++acknowledged;
    } else if (std::holds_alternative<Teardown>(message)) {
      ++torn_down;
    }
  }

  static FrameworkStatusUpdate status(const TaskLaunch& launch, TaskState state,
                                      std::uint64_t number) {
    TaskStatus status;
    status.framework = {"f1"};
    status.task = launch.spec.id;
    status.attempt = launch.attempt;
    status.agent = {"a1"};
    status.state = state;
    status.update = number;
    return {status};
  }

  void say(std::vector<MasterToFramework> messages) {
    Envelope<MasterToFramework> envelope;
    envelope.header.cluster = {"c"};
    envelope.header.epoch = {3};
    envelope.header.session = {9};
    envelope.header.sequence = ++sent_;
    envelope.header.peer = {"framework/f1"};
    envelope.messages = std::move(messages);
    EXPECT_EQ(router_->send(connection_, encode(envelope)), SendOutcome::kSent);
  }

  std::unique_ptr<ZmqRouter> router_;
  ConnectionId connection_;
  Session session_;
  std::uint64_t sent_ = 0;
  std::uint64_t offers_ = 0;
  int offered_ = 0;
};

class OneTask final : public Scheduler {
 public:
  bool tear_down = false;
  std::vector<TaskState> states;

  void on_recovered(Instant, const Recovered&, SchedulerActions& actions) override {
    actions.set_demand({"r"}, {{.name = "one", .count = 1}});
  }
  void on_offers(Instant, std::span<const Offer> offers, SchedulerActions& actions) override {
    TaskLaunch launch;
    launch.spec.id = {"t"};
    launch.spec.command.argv = {"true"};
    launch.spec.resources = offers.front().resources;
    actions.set_demand({"r"}, {});
    actions.accept({.offers = {offers.front().id}, .launches = {launch}, .refuse_for = {}});
  }
  void on_status(Instant, const TaskStatus& status, SchedulerActions& actions) override {
    states.push_back(status.state);
    if (status.state == TaskState::kFinished && tear_down) {
      actions.teardown();
    } else if (status.state == TaskState::kFinished) {
      actions.stop({});
    }
  }
};

struct Life {
  Status end;
  std::vector<TaskState> states;
};

Life live(SmallMaster& master, EpollLoop& loop, const Clock& clock, const std::string& state_dir,
          bool tear_down) {
  OneTask scheduler;
  scheduler.tear_down = tear_down;
  DriverOptions options;
  options.master = master.endpoint();
  options.state_dir = state_dir;
  options.sdk.info.name = "one";
  options.sdk.info.principal = {"anonymous"};
  options.sdk.info.roles = {{"r"}};
  // A test that hangs says so instead of waiting for the test runner.
  options.extra_deadline = [end = clock.now() + seconds(30)] { return end; };
  options.extra_due = [&loop](Instant) { loop.stop(); };
  Life life;
  life.end = run_framework(std::move(options), scheduler, loop, clock);
  life.states = scheduler.states;
  return life;
}

TEST(FrameworkDriver, LaunchesAcknowledgesAndComesBackUnderItsId) {
  fairlead::testing::TemporaryDirectory directory;
  const SystemClock clock;
  auto loop = EpollLoop::create(clock).value();
  ZmqContext context;
  const std::vector<TaskState> both{TaskState::kRunning, TaskState::kFinished};
  const std::string state_dir = directory.path() + "/state";
  {
    SmallMaster master(context, *loop);
    const Life first = live(master, *loop, clock, state_dir, /*tear_down=*/false);
    EXPECT_TRUE(first.end.ok());
    EXPECT_EQ(first.states, both);
    EXPECT_EQ(master.acknowledged, 2);
    EXPECT_EQ(master.subscribed_as.front(), "");
  }
  SmallMaster master(context, *loop);
  const Life second = live(master, *loop, clock, state_dir, /*tear_down=*/true);
  EXPECT_TRUE(second.end.ok());
  EXPECT_EQ(second.states, both);
  EXPECT_EQ(master.subscribed_as.front(), "f1");
  EXPECT_EQ(master.torn_down, 1);
}

}  // namespace
}  // namespace fairlead::sdk
