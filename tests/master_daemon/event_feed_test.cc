#include "master/daemon/event_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/limits.h"

namespace fairlead {
namespace {

class Recorded : public HttpStream {
 public:
  explicit Recorded(std::string& text) : text_(text) {}
  bool write(std::string chunk) override {
    text_ += chunk;
    return true;
  }
  void close() override { text_ += "<closed>"; }

 private:
  std::string& text_;
};

class Client : public HttpResponder {
 public:
  void reply(HttpReply reply) override { status = reply.status; }
  std::shared_ptr<HttpStream> stream(HttpReply head) override {
    status = head.status;
    return std::make_shared<Recorded>(text);
  }

  int status = 0;
  std::string text;
};

EventNames no_names() {
  const auto none = [](std::string_view) { return std::string(); };
  return {.hostname_of = none, .framework_name_of = none};
}

void publish(EventFeed& feed, const std::string& subject) {
  feed.publish({.kind = "agent_added", .subject = subject, .text = "", .status = {}}, {1'000});
}

TEST(EventFeed, AFollowerSeesWhatComesAfterItsToken) {
  EventFeed feed({7}, no_names());
  for (const char* agent : {"a1", "a2", "a3"}) publish(feed, agent);
  Client client;
  feed.subscribe("7.2", client);
  publish(feed, "a4");
  EXPECT_EQ(client.status, 200);
  EXPECT_THAT(client.text, ::testing::AllOf(::testing::HasSubstr("a3"), ::testing::HasSubstr("7.4"),
                                            ::testing::Not(::testing::HasSubstr("a2"))));
}

TEST(EventFeed, ALineHasTheSentenceAndTheFieldsBehindIt) {
  EventFeed feed({7}, no_names());
  TaskStatus status;
  status.framework = {"f1"};
  status.task = {"t1"};
  status.attempt = 1;
  status.agent = {"a1"};
  status.state = TaskState::kFailed;
  status.reason = TaskReason::kCommandFailed;
  status.message = "exit code 7";
  feed.publish({.kind = "task_updated", .subject = "f1/t1", .text = "", .status = status}, {1'000});
  Client client;
  feed.subscribe("7.0", client);
  EXPECT_EQ(nlohmann::json::parse(client.text),
            nlohmann::json({{"token", "7.1"},
                            {"at_unix_ms", 1'000},
                            {"kind", "task_updated"},
                            {"subject", "f1/t1"},
                            {"text", "task t1 of f1 (attempt 1) failed on a1: exit code 7"},
                            {"framework", "f1"},
                            {"task", "t1"},
                            {"attempt", 1},
                            {"agent", "a1"},
                            {"state", "TASK_FAILED"},
                            {"reason", "COMMAND_FAILED"},
                            {"message", "exit code 7"}}));
}

TEST(EventFeed, ATokenOfAnotherEpochOrOfForgottenHistoryIsGone) {
  EventFeed feed({7}, no_names());
  for (std::size_t i = 0; i < 2 * limits::kEventHistoryMax; ++i) publish(feed, "a");
  for (const char* token : {"6.1", "7.1", "7.99999999", "nonsense", "7.", "7"}) {
    Client client;
    feed.subscribe(token, client);
    EXPECT_EQ(client.status, 410) << token;
  }
}

}  // namespace
}  // namespace fairlead
