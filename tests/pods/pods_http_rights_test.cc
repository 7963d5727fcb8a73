// Who may do what over the HTTP of fairlead-pods: a real scheduler, no sockets.
#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "frameworks/pods/daemon/pods_http_api.h"

namespace fairlead::pods {
namespace {

class FixedClock final : public Clock {
 public:
  Instant now() const override { return {}; }
  WallTime wall() const override { return {1'000}; }
};

struct Recorder final : HttpResponder {
  std::optional<HttpReply> answer;
  void reply(HttpReply reply) override { answer = std::move(reply); }
  std::shared_ptr<HttpStream> stream(HttpReply) override { return nullptr; }
};

/// web may have services in role r and runs as www; boss manages everybody's work.
Acl two_people() {
  AclRule web;
  web.principal = {"web"};
  web.roles = {{"r"}};
  web.users = {"www", "nobody"};
  AclRule boss;
  boss.principal = {"boss"};
  boss.users = {"boss"};
  boss.verbs = {Verb::kManageWork};
  return {{web, boss}};
}

class PodsRights : public ::testing::Test {
 protected:
  PodsRights()
      : scheduler_({.roles = {{"r"}}, .wall_at_zero = {1'000}}),
        api_({.scheduler = scheduler_,
              .clock = clock_,
              .act = [this](const PodsHttpApi::Callback& act) { run(act); },
              .core = [] { return nullptr; },
              .acl = two_people()}) {}

  void run(const PodsHttpApi::Callback& act) {
    sdk::SchedulerActions actions;
    act({}, actions);
    for (const sdk::Order& order : actions.orders()) {
      if (const auto* persist = std::get_if<sdk::PersistState>(&order)) {
        tickets_.push_back(persist->ticket);
      }
    }
  }
  int call(const std::string& who, const std::string& method, const std::string& path,
           const std::string& body = "{}") {
    auto recorder = std::make_shared<Recorder>();
    HttpRequest request;
    request.method = method;
    request.path = "/api/v1/services" + path;
    request.body = body;
    request.principal = {who};
    api_.serve(request, recorder);
    for (const Ticket ticket : std::exchange(tickets_, {})) {
      sdk::SchedulerActions actions;
      scheduler_.on_persisted({}, ticket, actions);
    }
    api_.after_step();
    return recorder->answer ? recorder->answer->status : 0;
  }
  int create(const std::string& who, const std::string& more = "") {
    return call(who, "POST", "", "{name: s, command: x, resources: {cpus: 1}" + more + "}");
  }
  const ServiceSpec& spec() const { return scheduler_.services().at("s").spec; }

  FixedClock clock_;
  PodsScheduler scheduler_;
  PodsHttpApi api_;
  std::vector<Ticket> tickets_;
};

TEST_F(PodsRights, AServiceBelongsToItsCallerAndRunsAsTheCallersUser) {
  ASSERT_EQ(create("web"), 201);
  EXPECT_EQ(spec().owner.text, "web");
  EXPECT_EQ(spec().shape.command.user, "www");
}

TEST_F(PodsRights, RolesAndUsersThatACallerMayNotUseAreRefused) {
  EXPECT_EQ(create("ads"), 403);
  EXPECT_EQ(create("web", ", user: root"), 403);
  EXPECT_TRUE(scheduler_.services().empty());
  EXPECT_EQ(create("web", ", user: nobody"), 201);
}

TEST_F(PodsRights, OnlyTheOwnerAndWhoManagesWorkScaleAndRemoveAService) {
  ASSERT_EQ(create("web"), 201);
  EXPECT_EQ(call("ads", "POST", "/s/scale", "{replicas: 5}"), 403);
  EXPECT_EQ(call("ads", "DELETE", "/s"), 403);
  EXPECT_EQ(spec().replicas, 1U);
  EXPECT_EQ(call("boss", "POST", "/s/scale", "{replicas: 5}"), 200);
  EXPECT_EQ(spec().replicas, 5U);
  EXPECT_EQ(call("web", "DELETE", "/s"), 200);
}

TEST_F(PodsRights, AnUpdateNeedsTheUserThatTheServiceRunsAs) {
  ASSERT_EQ(create("web", ", user: nobody"), 201);
  EXPECT_EQ(call("ads", "POST", "/s/update", "{command: y}"), 403);
  EXPECT_EQ(call("boss", "POST", "/s/update", "{command: y}"), 403);
  EXPECT_EQ(call("boss", "POST", "/s/update", "{command: y, user: boss}"), 200);
  EXPECT_EQ(spec().owner.text, "web");
}

}  // namespace
}  // namespace fairlead::pods
