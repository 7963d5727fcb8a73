// Who may use HTTP, and what leaves the machine.
#include <ifaddrs.h>
#include <sys/stat.h>

#include <mutex>

#include "runtime/adapters/http/http_exposure.h"
#include "tests/http/wire_test.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

HttpClient client_of(const HttpServer& server, std::string token = {}) {
  return HttpClient({.address = server.address(), .token = std::move(token)});
}

/// Warnings, from the HTTP thread.
struct Warnings {
  std::mutex mutex;
  std::vector<std::string> texts;

  std::function<void(const std::string&)> sink() {
    return [this](const std::string& text) {
      const std::lock_guard lock(mutex);
      texts.push_back(text);
    };
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex);
    return texts;
  }
};

/// An address of this machine beyond loopback; empty when it has none.
std::string own_address() {
  std::string found;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return found;
  for (const ifaddrs* at = all; at != nullptr && found.empty(); at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET) continue;
    char text[INET_ADDRSTRLEN] = "";
    const auto* address = reinterpret_cast<const sockaddr_in*>(at->ifa_addr);
    inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    if (!is_loopback_address(text)) found = text;
  }
  freeifaddrs(all);
  return found;
}

TEST(HttpExposure, LoopbackIsKnownByNumbersOnly) {
  for (const char* yes : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback_address(yes)) << yes;
  }
  for (const char* no : {"", "128.0.0.1", "::", "0.0.0.0", "::ffff:10.0.0.1", "localhost",
                         "127.evil.example", "::1 "}) {
    EXPECT_FALSE(is_loopback_address(no)) << no;
  }
}

TEST(HttpExposure, BeyondLoopbackNeedsBothTokensAndTls) {
  struct Case {
    ServingExposure exposure;
    const char* missing;  // nullptr: served
  };
  const Case cases[] = {
      {{.host = "127.0.0.1"}, nullptr},
      {{.host = "::1"}, nullptr},
      {{.host = "10.0.0.1", .has_tokens = true, .has_tls = true}, nullptr},
      {{.host = "10.0.0.1"}, "bearer tokens and a certificate"},
      {{.host = "::", .has_tokens = true}, "refused without a certificate"},
      {{.host = "0.0.0.0", .has_tls = true}, "refused without bearer tokens,"},
  };
  for (const Case& c : cases) {
    const Result<std::string> rule = check_serving(c.exposure);
    ASSERT_EQ(rule.ok(), c.missing == nullptr) << c.exposure.host;
    if (rule.ok()) {
      EXPECT_EQ(*rule, "");
      continue;
    }
    EXPECT_EQ(rule.error().code, ErrorCode::kDenied);
    EXPECT_THAT(rule.error().message, HasSubstr(c.missing));
    EXPECT_THAT(rule.error().message, HasSubstr("--insecure"));
    ServingExposure insecure = c.exposure;
    insecure.insecure = true;
    EXPECT_THAT(check_serving(insecure).value(), StartsWith("INSECURE: http address "));
  }
}

TEST(HttpExposure, ATokenCrossesTheNetworkOnlyEncrypted) {
  EXPECT_TRUE(check_sending_token({.peer_address = "127.0.0.1"}).ok());
  EXPECT_TRUE(check_sending_token({.peer_address = "10.0.0.1", .has_tls = true}).ok());
  EXPECT_TRUE(check_sending_token({.peer_address = "10.0.0.1", .insecure = true}).ok());
  const Status refused =
      check_sending_token({.server = "http://master:5051", .peer_address = "10.0.0.1"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, StartsWith("http://master:5051: the token was not sent"));
}

TEST(HttpExposure, TheServerRefusesBeforeItListensAndSaysInsecureLoudly) {
  const TestFolder folder;
  const std::string tokens = folder.write("tokens", std::string(kToken) + " alice\n");
  const auto refused = HttpServer::start({.host = "0.0.0.0", .token_file = tokens}, echo);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  Warnings warnings;
  const auto server = start_server(echo, {.host = "0.0.0.0",
                                          .name = "doc7.example",
                                          .token_file = tokens,
                                          .insecure = true,
                                          .on_warning = warnings.sink()});
  ASSERT_NE(server, nullptr);
  EXPECT_THAT(warnings.all(), ::testing::ElementsAre(StartsWith("INSECURE: ")));
  EXPECT_THAT(server->address(), StartsWith("doc7.example:"));
  EXPECT_FALSE(HttpServer::start({.name = "doc7 example"}, echo).ok());
  const ServerFiles files;
  EXPECT_NE(start_server(echo, {.host = "0.0.0.0",
                                .token_file = tokens,
                                .certificate_file = files.certificate,
                                .key_file = files.key}),
            nullptr);
}

TEST(HttpExposure, TheClientKeepsItsTokenFromAnotherMachineInPlainHttp) {
  const std::string host = own_address();
  if (host.empty()) GTEST_SKIP() << "this machine has no address beyond loopback";
  const TestFolder folder;
  const std::string tokens = folder.write("tokens", std::string(kToken) + " alice\n");
  const auto server = start_server(echo, {.host = host, .token_file = tokens, .insecure = true});
  ASSERT_NE(server, nullptr);
  const auto refused = client_of(*server, kToken).get("/x");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, Not(HasSubstr(kToken)));
  EXPECT_EQ(client_of(*server).get("/x")->status, 401);
  const auto served =
      HttpClient({.address = server->address(), .token_file = tokens, .insecure = true}).get("/x");
  EXPECT_THAT(served->body, HasSubstr("by alice"));
}

TEST(HttpClientToken, TheFirstTokenOfAFileIsSentAndAFileThatOthersReadIsRefused) {
  const TestFolder folder;
  const std::string tokens =
      folder.write("tokens", "# people\n" + std::string(kToken) + " alice\n");
  const auto server = start_server(echo, {.token_file = tokens});
  EXPECT_THAT(HttpClient({.address = server->address(), .token_file = tokens}).get("/x")->body,
              HasSubstr("by alice"));
  const std::string open = folder.write("open", std::string(kToken) + "\n", 0640);
  const auto refused = HttpClient({.address = server->address(), .token_file = open}).get("/x");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
}

TEST(HttpServerSecurity, TokensNameThePrincipalAndEverythingElseIsUnauthorized) {
  const TestFolder folder;
  const std::string file = folder.write("tokens", "# people\n" + std::string(kToken) + " alice\n");
  const auto server = start_server(echo, {.token_file = file});
  EXPECT_THAT(client_of(*server, kToken).get("/x")->body, HasSubstr("by alice"));
  EXPECT_EQ(client_of(*server, "0123456789abcdef-tokeN").get("/x")->status, 401);
  EXPECT_EQ(client_of(*server).get("/x")->status, 401);
  EXPECT_EQ(client_of(*server).get("/livez")->body, "GET /livez [] by ");
}

TEST(HttpServerSecurity, TokensRotateWithoutARestartAndABrokenFileChangesNothing) {
  const TestFolder folder;
  const std::string file = folder.write("tokens", std::string(kToken) + " alice\n");
  std::mutex mutex;
  std::string warning;
  const auto server =
      start_server(echo, {.token_file = file, .on_warning = [&](const std::string& text) {
                            const std::lock_guard lock(mutex);
                            warning = text;
                          }});
  folder.write("tokens", "short bob\n");
  EXPECT_EQ(client_of(*server, kToken).get("/x")->status, 200);
  {
    const std::lock_guard lock(mutex);
    EXPECT_THAT(warning, HasSubstr(":1"));
    EXPECT_THAT(warning, Not(HasSubstr("short")));
  }
  folder.write("tokens", "another-token-0001 bob\n");
  EXPECT_EQ(client_of(*server, kToken).get("/x")->status, 401);
  EXPECT_THAT(client_of(*server, "another-token-0001").get("/x")->body, HasSubstr("by bob"));
}

TEST(HttpServerSecurity, ATokenFileThatOthersMayReadIsRefused) {
  const TestFolder folder;
  const std::string file = folder.write("tokens", std::string(kToken) + " alice\n", 0644);
  const auto server = HttpServer::start({.token_file = file}, echo);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().message, HasSubstr("chmod 0600"));
}

TEST(HttpServerSecurity, AWebPageCannotReachTheAnonymousLoopbackPort) {
  const auto server = start_server(echo, {});
  for (const char* header :
       {"Host: evil.example", "Host: 127.evil.example",
        "Host: localhost\r\nOrigin: http://evil.example", "Host: localhost\r\nOrigin: null"}) {
    RawSocket socket(server->port());
    socket.send("POST / HTTP/1.1\r\n" + std::string(header) + "\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(socket.read_to_end(), StartsWith("HTTP/1.1 403")) << header;
  }
}

TEST(HttpServerSecurity, ATokenFileThatAChmodMadeGoodIsTakenOver) {
  const TestFolder folder;
  const std::string file = folder.write("tokens", std::string(kToken) + " alice\n");
  Warnings warnings;
  const auto server = start_server(echo, {.token_file = file, .on_warning = warnings.sink()});
  folder.write("tokens", "another-token-0001 bob\n", 0644);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client_of(*server, kToken).get("/x")->status, 200);
  EXPECT_EQ(warnings.all().size(), 1U) << "said once, not with every request";
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  EXPECT_THAT(client_of(*server, "another-token-0001").get("/x")->body, HasSubstr("by bob"));
}

TEST(HttpServerSecurity, OneAddressCannotTakeAllPlaces) {
  const auto server =
      start_server(echo, {.connections_max = 100, .connections_per_address_max = 2});
  RawSocket first(server->port());
  RawSocket second(server->port());
  for (RawSocket* one : {&first, &second}) {
    one->send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(one->read_until("by anonymous"), HasSubstr("GET /1"));
  }
  RawSocket third(server->port());
  EXPECT_THAT(third.read_to_end(), StartsWith("HTTP/1.1 503"));
}

}  // namespace
}  // namespace fairlead
