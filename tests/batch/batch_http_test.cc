// The HTTP API over a real scheduler, without sockets: requests in, replies and streams out.
#include "frameworks/batch/daemon/batch_http_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "frameworks/batch/daemon/agent_watch.h"

namespace fairlead::batch {
namespace {

using nlohmann::json;

class FixedClock final : public Clock {
 public:
  Instant now() const override { return instant; }
  WallTime wall() const override { return {1'000 + instant.ns / 1'000'000}; }
  Instant instant;
};

struct Recorder final : HttpResponder, HttpStream {
  std::optional<HttpReply> answer;
  std::string streamed;
  bool closed = false;
  std::shared_ptr<HttpStream> self;  ///< set while a stream is open

  void reply(HttpReply reply) override { answer = std::move(reply); }
  std::shared_ptr<HttpStream> stream(HttpReply head) override {
    answer = std::move(head);
    return self;
  }
  bool write(std::string chunk) override {
    streamed += chunk;
    return true;
  }
  void close() override { closed = true; }
};

class BatchHttp : public ::testing::Test {
 protected:
  explicit BatchHttp(Acl acl = permissive_acl())
      : scheduler_({.roles = {{"r"}}, .wall_at_zero = {1'000}}),
        api_({.scheduler = scheduler_,
              .clock = clock_,
              .act = [this](BatchHttpApi::Callback act) { run(act); },
              .core = [] { return nullptr; },
              .acl = std::move(acl)}) {}

  void run(const BatchHttpApi::Callback& act) {
    sdk::SchedulerActions actions;
    act(clock_.instant, actions);
    for (const sdk::Order& order : actions.orders()) {
      if (const auto* persist = std::get_if<sdk::PersistState>(&order)) {
        tickets_.push_back(persist->ticket);
      }
    }
    api_.after_step();
  }
  void make_durable() {
    for (const Ticket ticket : std::exchange(tickets_, {})) {
      sdk::SchedulerActions actions;
      scheduler_.on_persisted(clock_.instant, ticket, actions);
    }
    api_.after_step();
  }
  std::shared_ptr<Recorder> call(const std::string& method, const std::string& path,
                                 const std::string& body = "",
                                 std::map<std::string, std::string> query = {}) {
    auto recorder = std::make_shared<Recorder>();
    recorder->self = std::shared_ptr<HttpStream>(recorder.get(), [](HttpStream*) {});
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.query = std::move(query);
    request.principal = caller_;
    api_.serve(request, recorder);
    return recorder;
  }
  void advance(Duration by) {
    clock_.instant = clock_.instant + by;
    api_.on_due(clock_.instant);
  }
  json submitted() {
    auto posted = call(
        "POST", "/api/v1/jobs",
        R"({"name":"hi","tasks":[{"name":"t","instances":2,"command":["true"],"resources":{"cpus":"1"}}]})");
    make_durable();
    return json::parse(posted->answer->body);
  }
  void status(const std::string& task, TaskState state) {
    run([&](Instant now, sdk::SchedulerActions& actions) {
      TaskStatus status;
      status.task = {task};
      status.attempt = 1;
      status.state = state;
      status.exit = ExitStatus{0, std::nullopt};
      scheduler_.on_status(now, status, actions);
    });
  }
  void place_all() {
    run([&](Instant now, sdk::SchedulerActions& actions) {
      Offer offer;
      offer.id = {1};
      offer.role = {"r"};
      offer.agent = {"a1"};
      offer.http_address = "127.0.0.1:9";
      offer.resources = parse_resources("cpus:2").value();
      scheduler_.on_offers(now, std::vector<Offer>{offer}, actions);
    });
  }

  Principal caller_ = {"anonymous"};
  FixedClock clock_;
  BatchScheduler scheduler_;
  BatchHttpApi api_;
  std::vector<Ticket> tickets_;
};

TEST_F(BatchHttp, AJobIsAnsweredOnceItIsDurable) {
  auto posted =
      call("POST", "/api/v1/jobs", "name: hi\ntasks: [{name: t, command: x, resources: cpus:1}]\n");
  EXPECT_FALSE(posted->answer.has_value());
  make_durable();
  ASSERT_TRUE(posted->answer.has_value());
  EXPECT_EQ(posted->answer->status, 201);
  EXPECT_EQ(json::parse(posted->answer->body)["id"], "j1");
}

TEST_F(BatchHttp, ABadJobIsAnsweredWithItsPlace) {
  auto posted = call("POST", "/api/v1/jobs", "name: hi\ntasks: [{nam: t}]\n");
  EXPECT_EQ(posted->answer->status, 400);
  EXPECT_NE(posted->answer->body.find("job:2:"), std::string::npos) << posted->answer->body;
  EXPECT_TRUE(scheduler_.jobs().empty());
}

TEST_F(BatchHttp, AJobWhoseRowNoStoreTakesIsRefused) {
  std::string yaml = "name: hi\ntasks: [{name: t, resources: cpus:1, command: [x";
  for (int i = 0; i < 6; ++i) yaml += ", " + std::string(100'000, 'a');
  auto posted = call("POST", "/api/v1/jobs", yaml + "]}]\n");
  ASSERT_TRUE(posted->answer.has_value());
  EXPECT_EQ(posted->answer->status, 400);
  EXPECT_NE(posted->answer->body.find("expected at most 500000 bytes of description"),
            std::string::npos)
      << posted->answer->body;
  EXPECT_TRUE(scheduler_.jobs().empty());
}

TEST_F(BatchHttp, ShowsWhereInstancesRunAndHowTheyEnded) {
  submitted();
  place_all();
  status("j1.t.0", TaskState::kRunning);
  clock_.instant = clock_.instant + seconds(2);
  status("j1.t.0", TaskState::kFinished);
  const json job = json::parse(call("GET", "/api/v1/jobs/j1")->answer->body);
  EXPECT_EQ(job["state"], "running");
  EXPECT_EQ(job["instance_count"], 2);
  EXPECT_EQ(job["finished"], 1);
  EXPECT_EQ(job["run_ms"], 2000);
  EXPECT_EQ(job["eta_ms"], 2000);
  EXPECT_EQ(job["instances"][0]["task"], "j1.t.0");
  EXPECT_EQ(job["instances"][0]["exit_code"], 0);
  EXPECT_EQ(job["instances"][0]["agent_http"], "127.0.0.1:9");
  EXPECT_EQ(job["instances"][1]["state"], "staging");
  EXPECT_EQ(job["tasks"][0]["resources"]["cpus"], "1");
}

TEST_F(BatchHttp, ALongPollEndsWithAChangeOrWithItsTime) {
  submitted();
  const std::string version = std::to_string(scheduler_.version());
  auto poll = call("GET", "/api/v1/jobs/j1", "", {{"wait", "10s"}, {"since", version}});
  EXPECT_FALSE(poll->answer.has_value());
  place_all();
  advance(milliseconds(50));
  ASSERT_TRUE(poll->answer.has_value());
  auto idle = call("GET", "/api/v1/jobs/j1", "",
                   {{"wait", "10s"}, {"since", std::to_string(scheduler_.version())}});
  advance(milliseconds(9'999));
  EXPECT_FALSE(idle->answer.has_value());
  advance(milliseconds(1));
  EXPECT_TRUE(idle->answer.has_value());
}

TEST_F(BatchHttp, AStreamTellsEveryStepAndEndsWithTheJob) {
  submitted();
  auto stream = call("GET", "/api/v1/jobs/j1/events");
  place_all();
  advance(milliseconds(50));
  status("j1.t.0", TaskState::kFinished);
  status("j1.t.1", TaskState::kFinished);
  advance(milliseconds(50));
  EXPECT_TRUE(stream->closed);
  EXPECT_EQ(std::count(stream->streamed.begin(), stream->streamed.end(), '\n'), 3);
  EXPECT_NE(stream->streamed.find("\"state\":\"finished\""), std::string::npos);
}

TEST_F(BatchHttp, CancelIsDurableBeforeItIsAnsweredAndRefusedWhenTheJobIsOver) {
  submitted();
  auto cancelled = call("POST", "/api/v1/jobs/j1/cancel");
  EXPECT_FALSE(cancelled->answer.has_value());
  make_durable();
  EXPECT_EQ(cancelled->answer->status, 200);
  EXPECT_EQ(call("POST", "/api/v1/jobs/j1/cancel")->answer->status, 409);
  EXPECT_EQ(call("POST", "/api/v1/jobs/j7/cancel")->answer->status, 404);
}

TEST_F(BatchHttp, UnknownPathsAndIdsAreNotFound) {
  for (const char* path : {"/", "/api/v1/jobs/", "/api/v1/jobs/x", "/api/v1/jobs/j9",
                           "/api/v1/jobs/j9/events", "/api/v1/tasks"}) {
    EXPECT_EQ(call("GET", path)->answer->status, 404) << path;
  }
  EXPECT_EQ(call("GET", "/livez")->answer->status, 200);
  EXPECT_EQ(call("GET", "/readyz")->answer->status, 503);
  EXPECT_NE(call("GET", "/metrics")->answer->body.find("fairlead_batch_jobs_active 0"),
            std::string::npos);
}

TEST(MastersAgents, AreReadWithoutThoseThatAreGone) {
  const auto agents = read_agents(
      R"({"agents":[{"hostname":"h1","state":"active","total":{"cpus":"1.5","mem":"2GiB"}},
                    {"hostname":"h2","state":"gone","total":{"cpus":"9"}}]})");
  ASSERT_TRUE(agents.ok()) << agents.error().message;
  ASSERT_EQ(agents->size(), 1u);
  EXPECT_EQ(agents->front().total[StandardScalar::kCpus], 1500);
  EXPECT_EQ(agents->front().total[StandardScalar::kMem], 2 << 20);
  for (const char* bad :
       {"", "[]", "{}", R"({"agents":[1]})", R"({"agents":[{"total":{"cpus":1}}]})"}) {
    EXPECT_FALSE(read_agents(bad).ok()) << bad;
  }
}

/// ads may have jobs in role r and runs as www; boss manages everybody's work.
Acl two_people() {
  AclRule ads;
  ads.principal = {"ads"};
  ads.roles = {{"r"}};
  ads.users = {"www", "nobody"};
  AclRule boss;
  boss.principal = {"boss"};
  boss.verbs = {Verb::kManageWork};
  return {{ads, boss}};
}

class BatchRights : public BatchHttp {
 protected:
  BatchRights() : BatchHttp(two_people()) {}
  int submit_as(const std::string& who, const std::string& more = "") {
    caller_ = {who};
    auto posted = call("POST", "/api/v1/jobs",
                       "name: hi\ntasks: [{name: t, command: x, resources: cpus:1" + more + "}]\n");
    make_durable();
    return posted->answer->status;
  }
  int cancel_as(const std::string& who) {
    caller_ = {who};
    auto posted = call("POST", "/api/v1/jobs/j1/cancel", "{}");
    make_durable();
    return posted->answer->status;
  }
};

TEST_F(BatchRights, AJobBelongsToItsCallerAndRunsAsTheCallersUser) {
  EXPECT_EQ(submit_as("ads"), 201);
  const Job& job = scheduler_.jobs().begin()->second;
  EXPECT_EQ(job.spec.owner.text, "ads");
  EXPECT_EQ(job.spec.tasks[0].command.user, "www");
  EXPECT_EQ(json::parse(call("GET", "/api/v1/jobs/j1")->answer->body)["owner"], "ads");
}

TEST_F(BatchRights, RolesAndUsersThatACallerMayNotUseAreRefused) {
  EXPECT_EQ(submit_as("web"), 403);
  EXPECT_EQ(submit_as("ads", ", user: root"), 403);
  EXPECT_EQ(submit_as("ads", ", user: nobody"), 201);
  EXPECT_EQ(scheduler_.jobs().size(), 1U);
}

TEST_F(BatchRights, OnlyTheOwnerAndWhoManagesWorkCancelAJob) {
  ASSERT_EQ(submit_as("ads"), 201);
  EXPECT_EQ(cancel_as("web"), 403);
  EXPECT_FALSE(scheduler_.jobs().begin()->second.cancel_requested);
  EXPECT_EQ(cancel_as("boss"), 200);
}

TEST_F(BatchRights, TheOwnerCancelsItsOwnJob) {
  ASSERT_EQ(submit_as("ads"), 201);
  EXPECT_EQ(cancel_as("ads"), 200);
}

}  // namespace
}  // namespace fairlead::batch
