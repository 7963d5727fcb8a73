#include "master/daemon/event_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

void publish(EventFeed& feed, const std::string& subject) {
  feed.publish({.kind = "agent_added", .subject = subject, .text = "", .status = {}}, {1'000});
}

TEST(EventFeed, AFollowerSeesWhatComesAfterItsToken) {
  EventFeed feed({7});
  for (const char* agent : {"a1", "a2", "a3"}) publish(feed, agent);
  Client client;
  feed.subscribe("7.2", client);
  publish(feed, "a4");
  EXPECT_EQ(client.status, 200);
  EXPECT_THAT(client.text, testing::AllOf(testing::HasSubstr("a3"), testing::HasSubstr("7.4"),
                                          testing::Not(testing::HasSubstr("a2"))));
}

TEST(EventFeed, ATokenOfAnotherEpochOrOfForgottenHistoryIsGone) {
  EventFeed feed({7});
  for (std::size_t i = 0; i < 2 * limits::kEventHistoryMax; ++i) publish(feed, "a");
  for (const char* token : {"6.1", "7.1", "7.99999999", "nonsense", "7.", "7"}) {
    Client client;
    feed.subscribe(token, client);
    EXPECT_EQ(client.status, 410) << token;
  }
}

}  // namespace
}  // namespace fairlead
