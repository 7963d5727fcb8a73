// Who may talk: CURVE, ZAP, the allow-list and its changes, and the rule for open addresses.
#include <filesystem>
#include <fstream>

#include "tests/runtime/temporary_directory.h"
#include "tests/runtime/transport_fixture.h"

namespace fairlead::testing {
namespace {

using ::testing::HasSubstr;

class CurveTest : public TransportTest {
 protected:
  CurveTest() {
    allow({{client_, "agents"}});
    auto list = AllowList::load(directory_.file("allowed"));
    check(list.ok(), "the list is good");
    allow_list_ = std::move(*list);
    auto zap = ZapHandler::start(context_, *allow_list_);
    check(zap.ok(), "the handler starts");
    zap_ = std::move(*zap);
  }

  /// Replaces the allow-list file as an operator should: by rename.
  void allow(const std::vector<std::pair<CurveKeyPair, std::string>>& entries) {
    std::string path = directory_.file("allowed");
    {
      std::ofstream out(path + ".new");
      out << "# who may connect\n\n";
      for (const auto& [keys, principal] : entries)
        out << keys.public_key << ' ' << principal << '\n';
    }
    std::filesystem::permissions(path + ".new", std::filesystem::perms(0600));
    std::filesystem::rename(path + ".new", path);
  }

  RouterOptions with_curve() const { return {.keys = server_, .zap = zap_.get()}; }
  DealerOptions as(const CurveKeyPair& keys) const {
    return {.keys = DealerKeys{.own = keys, .server_public_key = server_.public_key}};
  }
  void run_until_refused() {
    run_until([&] { return !links_.empty() && links_.back() == LinkState::kRefused; });
  }

  TemporaryDirectory directory_;
  CurveKeyPair server_ = make_key_pair();
  CurveKeyPair client_ = make_key_pair();
  CurveKeyPair stranger_ = make_key_pair();
  std::unique_ptr<AllowList> allow_list_;
  std::unique_ptr<ZapHandler> zap_;
};

TEST_F(CurveTest, AllowedKeyComesWithItsPrincipal) {
  auto router = bind(with_curve());
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(dealer->send(bytes_of("hello")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  EXPECT_EQ(received_[0].principal, "agents");
  EXPECT_EQ(zap_->counters().accepted, 1u);
}

TEST_F(CurveTest, UnknownKeyIsDenied) {
  auto router = bind(with_curve());
  auto dealer = connect(router->endpoint(), as(stranger_));
  run_until_refused();
  EXPECT_FALSE(dealer->is_up());
  EXPECT_GE(zap_->counters().denied, 1u);
  EXPECT_EQ(router->counters().messages_received, 0u);
}

TEST_F(CurveTest, ClientWithoutKeysIsDenied) {
  auto router = bind(with_curve());
  auto dealer = connect(router->endpoint());
  run_until_refused();
  EXPECT_FALSE(dealer->is_up());
}

TEST_F(CurveTest, ClientThatPinsAnotherServerKeyNeverComesUp) {
  auto router = bind(with_curve());
  DealerOptions options = as(client_);
  options.keys->server_public_key = stranger_.public_key;
  auto dealer = connect(router->endpoint(), std::move(options));
  run_until_refused();
  EXPECT_FALSE(dealer->is_up());
  EXPECT_EQ(zap_->counters().accepted, 0u);
}

TEST_F(CurveTest, KeyAddedToTheFileMayConnectWithoutARestart) {
  auto router = bind(with_curve());
  auto dealer = connect(router->endpoint(), as(stranger_));
  run_until_refused();
  allow({{client_, "agents"}, {stranger_, "batch"}});
  run_until([&] { return dealer->is_up(); });
  EXPECT_EQ(dealer->send(bytes_of("hello")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  EXPECT_EQ(received_[0].principal, "batch");
}

TEST_F(CurveTest, RevokedKeyIsIgnoredOnItsLivingLink) {
  auto router = bind(with_curve());
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(dealer->send(bytes_of("before")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  allow({{stranger_, "agents"}});
  ASSERT_TRUE(allow_list_->refresh().ok());
  EXPECT_EQ(dealer->send(bytes_of("after")), SendOutcome::kSent);
  run_until([&] { return router->counters().ignored_revoked == 1; });
  EXPECT_EQ(received_.size(), 1u);
  EXPECT_EQ(router->send(received_[0].from, bytes_of("x")), SendOutcome::kGone);
}

TEST_F(CurveTest, BrokenNewListKeepsTheOldOne) {
  std::ofstream(directory_.file("allowed")) << "nonsense\n";
  Status read = allow_list_->refresh();
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("line 1: expected a public key"));
  EXPECT_EQ(allow_list_->principal_of(client_.public_key), Principal{"agents"});
}

TEST_F(CurveTest, SecondHandlerOnOneContextIsAConflict) {
  auto second = ZapHandler::start(context_, *allow_list_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(TransportTest, OpenAddressWithoutKeysIsRefused) {
  auto router = ZmqRouter::bind(context_, *loop_, {.endpoint = "tcp://0.0.0.0:0"}, [](Incoming) {});
  ASSERT_FALSE(router.ok());
  EXPECT_EQ(router.error().code, ErrorCode::kDenied);
  EXPECT_EQ(router.error().message,
            "endpoint without keys: expected a loopback address, as tcp://127.0.0.1:5050, got "
            "\"tcp://0.0.0.0:0\"; hint: make keys and give their files, or say --insecure: whoever "
            "reaches this address then commands the cluster");
}

TEST_F(TransportTest, AddressThatIsTakenIsUnavailable) {
  auto first = bind();
  auto second = ZmqRouter::bind(context_, *loop_, {.endpoint = first->endpoint()}, [](Incoming) {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace fairlead::testing
