// A framework's process without a master: HTTP, the ready file and the end, over a real loop.
#include "frameworks/sdk/driver/framework_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/http/http_client.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/process/stop_signals.h"
#include "runtime/adapters/zmq/zmq_router.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::sdk {
namespace {

using ::testing::HasSubstr;

class NoWork final : public Scheduler {
 public:
  void on_recovered(Instant, const Recovered&, SchedulerActions&) override { ++recovered; }
  void on_offers(Instant, std::span<const Offer>, SchedulerActions&) override {}
  void on_status(Instant, const TaskStatus&, SchedulerActions&) override {}

  int recovered = 0;
};

class FrameworkServiceTest : public ::testing::Test {
 protected:
  FrameworkServiceTest()
      : loop_(EpollLoop::create(clock_).value()),
        silent_master_(ZmqRouter::bind(context_, *loop_, {}, [](const Incoming&) {}).value()),
        service_(*loop_, clock_) {
    block_stop_signals();
  }

  ServiceOptions options() {
    ServiceOptions options;
    options.driver.master = silent_master_->endpoint();
    options.driver.state_dir = directory_.file("state");
    options.driver.sdk.info.name = "idle";
    options.driver.sdk.info.kind = "idle";
    options.driver.sdk.info.principal = {"anonymous"};
    options.driver.sdk.info.roles = {{"r"}};
    // A test that hangs says so instead of waiting for the test runner.
    options.driver.extra_deadline = [end = clock_.now() + seconds(30)] { return end; };
    options.driver.extra_due = [this](Instant) { loop_->stop(); };
    options.ready_file = directory_.file("ready");
    options.serve = [](const HttpRequest& request,
                       const std::shared_ptr<HttpResponder>& responder) {
      HttpReply reply;
      reply.body = "you asked for " + request.path;
      responder->reply(reply);
    };
    return options;
  }

  std::string ready() const {
    std::ifstream file(directory_.file("ready"));
    std::string line;
    std::getline(file, line);
    return line;
  }

  const fairlead::testing::TemporaryDirectory directory_;
  const SystemClock clock_;
  NoWork scheduler_;
  ZmqContext context_;
  std::unique_ptr<EpollLoop> loop_;
  std::unique_ptr<ZmqRouter> silent_master_;
  FrameworkService service_;
};

TEST_F(FrameworkServiceTest, SaysWhereItServesAndAnswersThere) {
  EXPECT_EQ(service_.core(), nullptr);
  ASSERT_TRUE(service_.start(options(), scheduler_).ok());
  EXPECT_NE(service_.core(), nullptr);
  EXPECT_EQ(scheduler_.recovered, 1);
  EXPECT_EQ(ready(), "");
  std::jthread client;
  std::string body;
  ASSERT_TRUE(loop_->post([&] {
    client = std::jthread([&, address = ready()] {
      auto answer = HttpClient({.address = address}).get("/here");
      if (answer.ok()) body = answer->body;
      EXPECT_TRUE(loop_->post([&] { loop_->stop(); }));
    });
  }));
  EXPECT_TRUE(service_.run().ok());
  client.join();
  EXPECT_EQ(body, "you asked for /here");
}

TEST_F(FrameworkServiceTest, AFrameworkThatEndsByAnErrorEndsTheRunWithIt) {
  ASSERT_TRUE(service_.start(options(), scheduler_).ok());
  service_.act([](Instant, SchedulerActions& actions) {
    actions.stop({.failed = true, .reason = "nothing to do"});
  });
  const Status ended = service_.run();
  ASSERT_FALSE(ended.ok());
  EXPECT_THAT(ended.error().message, HasSubstr("nothing to do"));
}

TEST_F(FrameworkServiceTest, AReadyFileThatCannotBeWrittenEndsItBeforeItRuns) {
  ServiceOptions wrong = options();
  wrong.ready_file = directory_.file("gone/ready");
  ASSERT_TRUE(service_.start(std::move(wrong), scheduler_).ok());
  const Status ended = service_.run();
  ASSERT_FALSE(ended.ok());
  EXPECT_THAT(ended.error().message, HasSubstr("--ready-file"));
}

TEST_F(FrameworkServiceTest, AStateDirectoryInUseIsRefused) {
  ASSERT_TRUE(service_.start(options(), scheduler_).ok());
  FrameworkService second(*loop_, clock_);
  NoWork other;
  EXPECT_FALSE(second.start(options(), other).ok());
  EXPECT_EQ(other.recovered, 0);
}

}  // namespace
}  // namespace fairlead::sdk
