#include "runtime/adapters/http/http_server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "runtime/adapters/http/http_client.h"
#include "runtime/http_errors.h"
#include "tests/http/raw_socket.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kToken = "0123456789abcdef-token";

/// Says back what it was asked.
void echo(HttpRequest request, std::shared_ptr<HttpResponder> responder) {
  HttpReply reply;
  reply.content_type = "text/plain";
  reply.body =
      request.method + " " + request.path + " [" + request.body + "] by " + request.principal.text;
  responder->reply(std::move(reply));
}

std::unique_ptr<HttpServer> serve(HttpHandler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message);
  return std::move(*server);
}

HttpClient client_of(const HttpServer& server, std::string token = {}) {
  return HttpClient({.address = server.address(), .token = std::move(token)});
}

/// A file that disappears with the test.
class TokenFile {
 public:
  explicit TokenFile(const std::string& text, mode_t mode = 0600)
      : path_(::testing::TempDir() + "fairlead-tokens-" + std::to_string(getpid())) {
    write(text, mode);
  }
  ~TokenFile() { unlink(path_.c_str()); }
  void write(const std::string& text, mode_t mode = 0600) {
    // By rename: another inode, so that no clock decides whether the change is seen.
    const std::string next = path_ + ".next";
    std::ofstream(next) << text;
    chmod(next.c_str(), mode);
    rename(next.c_str(), path_.c_str());
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(HttpServer, AnswersOnAPortThatTheSystemPicked) {
  const auto server = serve(echo);
  ASSERT_NE(server->port(), 0);
  auto client = client_of(*server);
  const auto answer = client.post("/a%20b?x=1", R"({"k":1})");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "POST /a b [{\"k\":1}] by anonymous");
  EXPECT_EQ(answer->headers.at("content-type"), "text/plain");
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  const auto server = serve(echo);
  RawSocket socket(server->port());
  socket.send(
      "POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\none"
      "POST /2 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string text = socket.read_to_end();
  const std::size_t first = text.find("POST /1 [one]");
  const std::size_t second = text.find("POST /2 [two]");
  const std::size_t third = text.find("GET /3 []");
  ASSERT_NE(third, std::string::npos) << text;
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST(HttpServer, AHeadRequestGetsNoBody) {
  const auto server = serve(echo);
  RawSocket socket(server->port());
  socket.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string text = socket.read_to_end();
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(text, Not(HasSubstr("HEAD /x")));
}

TEST(HttpServer, MalformedRequestsGetFourHundredAndTheConnectionEnds) {
  const auto server = serve(echo);
  struct Case {
    const char* why;
    std::string bytes;
    const char* status;
  };
  const std::string start = "POST / HTTP/1.1\r\nHost: localhost\r\n";
  const Case cases[] = {
      {"both lengths", start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "400"},
      {"obs-fold", start + "X: a\r\n b\r\n\r\n", "400"},
      {"space before colon", start + "Content-Length : 3\r\n\r\nabc", "400"},
      {"bare LF", "GET / HTTP/1.1\nHost: localhost\n\n", "400"},
      {"bad chunk", start + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", "400"},
      {"negative chunk", start + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", "400"},
      {"huge chunk", start + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "400"},
      {"TLS hello", std::string("\x16\x03\x01\x00\x80\x01\x00\x00\x7c\x03\x03", 11), "400"},
      {"no version", "GET /\r\n\r\n", "400"},
      {"header too long", start + "X: " + std::string(limits::kHttpHeaderBytesMax, 'a'), "431"},
      {"declared body too long", start + "Content-Length: 8388609\r\n\r\n", "413"},
      {"two hosts", start + "Host: other\r\n\r\n", "400"},
  };
  for (const Case& c : cases) {
    RawSocket socket(server->port());
    socket.send(c.bytes);
    const std::string text = socket.read_to_end();
    EXPECT_THAT(text, StartsWith(std::string("HTTP/1.1 ") + c.status)) << c.why;
    EXPECT_THAT(text, HasSubstr("{\"error\":{\"code\":")) << c.why;
  }
}

TEST(HttpServer, APathThatLeavesTheRootIsRefusedAndTheConnectionLives) {
  const auto server = serve(echo);
  RawSocket socket(server->port());
  socket.send("GET /a/%2e%2e/%2e%2e/etc HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.read_until("}}"), StartsWith("HTTP/1.1 400"));
  socket.send("GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.read_until("by anonymous"), HasSubstr("GET /ok"));
}

TEST(HttpServer, AHeadThatTricklesIsCutAtItsDeadline) {
  const auto server = serve(echo, {.head_wait_max = milliseconds(50)});
  RawSocket socket(server->port());
  socket.send("GET / HTTP/1.1\r\nHost: loc");
  EXPECT_THAT(socket.read_to_end(), StartsWith("HTTP/1.1 408"));
}

TEST(HttpServer, AClientThatSaysNothingIsDropped) {
  const auto server = serve(echo, {.head_wait_max = milliseconds(50)});
  RawSocket socket(server->port());
  EXPECT_EQ(socket.read_to_end(), "");
}

TEST(HttpServer, ABodyThatTricklesIsCutSoonAfterItsGrace) {
  const auto server = serve(echo, {.head_wait_max = milliseconds(50)});
  RawSocket socket(server->port());
  socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc");
  EXPECT_THAT(socket.read_to_end(), StartsWith("HTTP/1.1 408"));
}

TEST(HttpServer, AnIdleConnectionIsClosed) {
  const auto server = serve(echo, {.idle_wait_max = milliseconds(30)});
  RawSocket socket(server->port());
  socket.send("GET /once HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string text = socket.read_to_end();
  EXPECT_THAT(text, HasSubstr("GET /once"));
  EXPECT_THAT(text, Not(HasSubstr("TIMEOUT")));
}

TEST(HttpServer, ConnectionsAboveTheBoundAreRefusedAndAFreedPlaceIsUsed) {
  const auto server = serve(echo, {.connections_max = 1});
  auto first = std::make_unique<RawSocket>(server->port());
  first->send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  first->read_until("by anonymous");
  RawSocket second(server->port());
  EXPECT_THAT(second.read_to_end(), StartsWith("HTTP/1.1 503"));
}

TEST(HttpServer, AReplyMayComeFromAnotherThreadMuchLater) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::shared_ptr<HttpResponder> kept;
  const auto server = serve([&](HttpRequest, std::shared_ptr<HttpResponder> responder) {
    const std::lock_guard lock(mutex);
    kept = std::move(responder);
    arrived.notify_one();
  });
  std::thread other([&] {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return kept != nullptr; });
    kept->reply({.status = 201, .body = "later"});
    kept.reset();
  });
  auto client = client_of(*server);
  const auto answer = client.get("/");
  other.join();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "later");
}

TEST(HttpServer, ADroppedOrThrownRequestIsStillAnswered) {
  const auto server = serve([](HttpRequest request, std::shared_ptr<HttpResponder>) {
    if (request.path == "/throw") throw std::runtime_error("secret detail");
  });
  auto client = client_of(*server);
  for (const char* path : {"/throw", "/drop"}) {
    const auto answer = client.get(path);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, 503);
    EXPECT_THAT(answer->body, Not(HasSubstr("secret")));
  }
}

TEST(HttpServer, RespondersAndStreamsMayOutliveIt) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::shared_ptr<HttpResponder> kept;
  auto server = serve([&](HttpRequest, std::shared_ptr<HttpResponder> responder) {
    const std::lock_guard lock(mutex);
    kept = std::move(responder);
    arrived.notify_one();
  });
  RawSocket socket(server->port());
  socket.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return kept != nullptr; });
  }
  server.reset();
  const auto stream = kept->stream({});
  EXPECT_FALSE(stream->write("nobody reads this"));
  EXPECT_EQ(socket.read_to_end(), "");
}

TEST(HttpServer, ASecondServerOnAUsedPortSaysSo) {
  const auto first = serve(echo);
  const auto second = HttpServer::start({.port = first->port()}, echo);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr(first->address()));
}

TEST(HttpServerSecurity, ANonLoopbackAddressNeedsTokensOrInsecure) {
  const auto refused = HttpServer::start({.host = "0.0.0.0"}, echo);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("--insecure"));
  const TokenFile file(std::string(kToken) + " alice\n");
  EXPECT_TRUE(HttpServer::start({.host = "0.0.0.0", .token_file = file.path()}, echo).ok());
}

TEST(HttpServerSecurity, TokensNameThePrincipalAndEverythingElseIsUnauthorized) {
  const TokenFile file("# people\n" + std::string(kToken) + " alice\n");
  const auto server = serve(echo, {.token_file = file.path()});
  EXPECT_THAT(client_of(*server, kToken).get("/x")->body, HasSubstr("by alice"));
  EXPECT_EQ(client_of(*server, "0123456789abcdef-tokeN").get("/x")->status, 401);
  EXPECT_EQ(client_of(*server).get("/x")->status, 401);
  EXPECT_EQ(client_of(*server).get("/livez")->body, "GET /livez [] by ");
}

TEST(HttpServerSecurity, TokensRotateWithoutARestartAndABrokenFileChangesNothing) {
  TokenFile file(std::string(kToken) + " alice\n");
  std::mutex mutex;
  std::string warning;
  const auto server =
      serve(echo, {.token_file = file.path(), .on_warning = [&](const std::string& text) {
                     const std::lock_guard lock(mutex);
                     warning = text;
                   }});
  file.write("short bob\n");
  EXPECT_EQ(client_of(*server, kToken).get("/x")->status, 200);
  {
    const std::lock_guard lock(mutex);
    EXPECT_THAT(warning, HasSubstr(":1"));
    EXPECT_THAT(warning, Not(HasSubstr("short")));
  }
  file.write("another-token-0001 bob\n");
  EXPECT_EQ(client_of(*server, kToken).get("/x")->status, 401);
  EXPECT_THAT(client_of(*server, "another-token-0001").get("/x")->body, HasSubstr("by bob"));
}

TEST(HttpServerSecurity, ATokenFileThatOthersMayReadIsRefused) {
  const TokenFile file(std::string(kToken) + " alice\n", 0644);
  const auto server = HttpServer::start({.token_file = file.path()}, echo);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().message, HasSubstr("chmod 600"));
}

TEST(HttpServerSecurity, AWebPageCannotReachTheAnonymousLoopbackPort) {
  const auto server = serve(echo);
  for (const char* header :
       {"Host: evil.example", "Host: 127.evil.example",
        "Host: localhost\r\nOrigin: http://evil.example", "Host: localhost\r\nOrigin: null"}) {
    RawSocket socket(server->port());
    socket.send("POST / HTTP/1.1\r\n" + std::string(header) + "\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(socket.read_to_end(), StartsWith("HTTP/1.1 403")) << header;
  }
}

}  // namespace
}  // namespace fairlead
