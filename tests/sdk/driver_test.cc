// The driver over real sockets and a real store, with a master of a few lines on the same loop.
#include "frameworks/sdk/driver/framework_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frameworks/sdk/launch_record.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/zmq/zmq_router.h"
#include "runtime/memory_znodes.h"
#include "runtime/znode_coordination.h"
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
  Session session() const { return session_; }
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

/// A state that several candidates share. Nobody but tick() makes its servers answer.
class SharedState {
 public:
  explicit SharedState(const Clock& clock) : clock_(clock) {}

  std::unique_ptr<Coordination> candidate(AcceptState accept, CoordinationEvents events) {
    auto open = [this]() -> Result<std::unique_ptr<Znodes>> {
      auto made = std::make_unique<MemoryZnodes>(tree_);
      nodes = made.get();
      return std::unique_ptr<Znodes>(std::move(made));
    };
    return std::make_unique<ZnodeCoordination>(
        ZnodeCoordinationOptions{.name = "test", .fresh = {"c1"}, .expected = {}},
        ZnodeCoordinationPorts{
            .open = std::move(open), .accept = std::move(accept), .on_session = [] {}},
        clock_, std::move(events));
  }
  /// One that leads, and leaves `rows` when it goes.
  std::unique_ptr<Coordination> leader(std::vector<StoreWrite> rows) {
    auto led = std::make_shared<bool>(false);
    auto leading = candidate([](const ClusterId&, const StoreContents&) { return Status(); },
                             {.on_lead = [led](const Lead&) { *led = true; },
                              .on_outcome = [](Ticket, StoreOutcome, const std::string&) {},
                              .on_end = [](const Error&) {},
                              .on_trouble = [](const std::string&) {}});
    EXPECT_TRUE(leading->start({.epoch = {}, .endpoint = {}, .http = "http://before"}).ok());
    tick();
    leading->on_time(clock_.now());
    EXPECT_TRUE(*led);
    leading->store().commit({.ticket = {1}, .writes = std::move(rows)});
    tick();
    return leading;
  }
  void tick() { tree_.deliver_all(); }

  MemoryZnodes* nodes = nullptr;  ///< of the last session that was opened

 private:
  const Clock& clock_;
  ZnodeTree tree_;
};

class FrameworkCandidate : public ::testing::Test {
 protected:
  std::unique_ptr<FrameworkDriver> start() {
    DriverOptions options;
    options.master = master_.endpoint();
    options.coordination = [this](AcceptState accept, CoordinationEvents events) {
      return state_.candidate(std::move(accept), std::move(events));
    };
    options.http = "http://mine";
    options.sdk.info.name = "one";
    options.sdk.info.kind = "test";
    options.sdk.info.principal = {"anonymous"};
    options.sdk.info.roles = {{"r"}};
    options.extra_deadline = [this] { return std::min(tick_at_, end_); };
    options.extra_due = [this](Instant now) {
      tick_at_ = now + milliseconds(2);
      state_.tick();
      if (now >= end_) loop_->stop();  // a test that hangs says so
      if (on_tick_) on_tick_();
    };
    return FrameworkDriver::start(std::move(options), scheduler_, *loop_, clock_, context_).value();
  }

  const SystemClock clock_;
  std::unique_ptr<EpollLoop> loop_ = EpollLoop::create(clock_).value();
  ZmqContext context_;
  SmallMaster master_{context_, *loop_};
  SharedState state_{clock_};
  OneTask scheduler_;
  std::function<void()> on_tick_;
  Instant tick_at_;
  const Instant end_ = clock_.now() + seconds(30);
};

TEST_F(FrameworkCandidate, SaysNothingUntilItLeadsAndThenGoesOnFromTheStateOfTheOneBefore) {
  auto before =
      state_.leader({{std::string(kLifeKey), encode(LifeRecord{"test", {std::uint64_t{1} << 60}})},
                     {std::string(kIdentityKey), encode(Identity{{"f1"}, {"c"}, {3}})}});
  auto driver = start();
  bool was_standby = false;
  on_tick_ = [&] {
    const Standby standby = driver->standby();
    if (!before || !standby.is_caught_up || standby.leader.http != "http://before") return;
    was_standby = driver->core() == nullptr && master_.subscribed_as.empty();
    before.reset();
  };
  loop_->run();
  EXPECT_TRUE(was_standby);
  ASSERT_TRUE(driver->end().has_value());
  EXPECT_FALSE(driver->end()->failed);
  EXPECT_EQ(scheduler_.states, (std::vector<TaskState>{TaskState::kRunning, TaskState::kFinished}));
  EXPECT_EQ(master_.subscribed_as.front(), "f1");
  EXPECT_GT(master_.session(), Session{std::uint64_t{1} << 60}) << "later than the one before";
}

TEST_F(FrameworkCandidate, ALeaderWhoseLeadEndsSaysAndDoesNothingMore) {
  auto driver = start();
  on_tick_ = [&] {
    if (!master_.subscribed_as.empty()) state_.nodes->expire();
  };
  loop_->run();
  ASSERT_TRUE(driver->end().has_value());
  EXPECT_TRUE(driver->end()->failed);
  EXPECT_THAT(driver->end()->reason, ::testing::HasSubstr("the session expired"));
  bool has_acted = false;
  driver->act([&](Instant, SchedulerActions&) { has_acted = true; });
  EXPECT_FALSE(has_acted);
}

TEST_F(FrameworkCandidate, AStateOfAnotherKindIsRefusedBeforeTheCandidacy) {
  auto before = state_.leader({{std::string(kLifeKey), encode(LifeRecord{"other", {1}})}});
  DriverOptions options;
  options.coordination = [this](AcceptState accept, CoordinationEvents events) {
    return state_.candidate(std::move(accept), std::move(events));
  };
  options.sdk.info.kind = "test";
  auto refused = FrameworkDriver::start(std::move(options), scheduler_, *loop_, clock_, context_);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("of a framework of kind test"));
}

}  // namespace
}  // namespace fairlead::sdk
