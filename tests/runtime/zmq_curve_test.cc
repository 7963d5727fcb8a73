// Who may talk: CURVE, ZAP, the allow-list and its changes, and the rule for open addresses.
#include "tests/runtime/curve_fixture.h"

namespace fairlead::testing {
namespace {

using ::testing::HasSubstr;

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
  RouterOptions options = with_curve();
  options.look_every = seconds(3600);  // what arrives before the next look is judged all the same
  auto router = bind(std::move(options));
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(dealer->send(bytes_of("before")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  allow({{stranger_, "agents"}});
  ASSERT_TRUE(allow_list_->refresh().ok());
  EXPECT_EQ(dealer->send(bytes_of("after")), SendOutcome::kSent);
  run_until([&] { return router->counters().ignored_revoked == 1; });
  EXPECT_EQ(received_.size(), 1u);
  EXPECT_EQ(router->send(received_[0].from, bytes_of("x")), SendOutcome::kGone);
  run_until_refused();
  EXPECT_EQ(router->counters().shut_revoked, 1u);
}

TEST_F(CurveTest, KeyTakenOutOfTheFileLosesItsConnectionEvenWhenItIsSilent) {
  allow({{client_, "agents"}, {stranger_, "batch"}});
  ASSERT_TRUE(allow_list_->refresh().ok());
  auto router = bind(looking_often());
  auto other = connect_up(router->endpoint(), as(stranger_));
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(other->send(bytes_of("hello")), SendOutcome::kSent);
  EXPECT_EQ(dealer->send(bytes_of("hello")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 2; });
  allow({{stranger_, "batch"}});
  run_until_refused();
  EXPECT_EQ(router->counters().shut_revoked, 1u);
  EXPECT_EQ(router->links(), 1u);
  EXPECT_TRUE(other->is_up());
  EXPECT_EQ(other->counters().links_closed, 0u);
}

TEST_F(CurveTest, KeyPutBackIntoTheFileConnectsAgainByItself) {
  auto router = bind(looking_often());
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(dealer->send(bytes_of("before")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  allow({{stranger_, "batch"}});
  run_until_refused();
  allow({{client_, "agents"}});
  run_until([&] { return dealer->is_up(); });
  EXPECT_EQ(dealer->send(bytes_of("after")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 2; });
  EXPECT_EQ(received_[1].text, "after");
}

TEST_F(CurveTest, KeyThatIsGivenToAnotherPrincipalConnectsAnewAsThatOne) {
  auto router = bind(looking_often());
  auto dealer = connect_up(router->endpoint(), as(client_));
  EXPECT_EQ(dealer->send(bytes_of("before")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 1; });
  allow({{client_, "batch"}});
  run_until([&] { return dealer->counters().links_opened == 2; });
  EXPECT_EQ(dealer->send(bytes_of("after")), SendOutcome::kSent);
  run_until([&] { return received_.size() == 2; });
  EXPECT_EQ(received_[1].principal, "batch");
}

TEST_F(CurveTest, RevocationOutlivesAnotherVersionOfTheFileUntilOneWithoutTheKey) {
  EXPECT_FALSE(allow_list_->revoke(stranger_.public_key));
  EXPECT_TRUE(allow_list_->revoke(client_.public_key));
  EXPECT_FALSE(allow_list_->revoke(client_.public_key));
  EXPECT_EQ(allow_list_->principal_of(client_.public_key), std::nullopt);
  allow({{client_, "agents"}, {stranger_, "batch"}});
  ASSERT_TRUE(allow_list_->refresh().ok());
  EXPECT_EQ(allow_list_->principal_of(client_.public_key), std::nullopt);
  EXPECT_EQ(allow_list_->revoked(), 1u);
  allow({{stranger_, "batch"}});
  ASSERT_TRUE(allow_list_->refresh().ok());
  allow({{client_, "agents"}});
  ASSERT_TRUE(allow_list_->refresh().ok());
  EXPECT_EQ(allow_list_->principal_of(client_.public_key), Principal{"agents"});
}

TEST_F(CurveTest, FingerprintNamesAKeyWithoutShowingIt) {
  std::string fingerprint = fingerprint_of(client_.public_key);
  EXPECT_EQ(fingerprint.size(), 16u);
  EXPECT_EQ(fingerprint, fingerprint_of(client_.public_key));
  EXPECT_NE(fingerprint, fingerprint_of(stranger_.public_key));
  EXPECT_EQ(fingerprint_of(""), "cbf29ce484222325");
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
