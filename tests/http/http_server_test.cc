// What the server does with requests, well-formed or not, over plain TCP and over TLS.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "runtime/http_errors.h"
#include "tests/http/wire_test.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using HttpServing = WireTest;

TEST_P(HttpServing, AnswersOnAPortThatTheSystemPicked) {
  const auto server = serve(echo);
  ASSERT_NE(server->port(), 0);
  auto http = client(*server);
  const auto answer = http.post("/a%20b?x=1", R"({"k":1})");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "POST /a b [{\"k\":1}] by anonymous");
  EXPECT_EQ(answer->headers.at("content-type"), "text/plain");
}

TEST_P(HttpServing, PipelinedRequestsAreAnsweredInOrder) {
  const auto server = serve(echo);
  RawSocket socket = raw(*server);
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

TEST_P(HttpServing, AHeadRequestGetsNoBody) {
  const auto server = serve(echo);
  RawSocket socket = raw(*server);
  socket.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string text = socket.read_to_end();
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(text, Not(HasSubstr("HEAD /x")));
}

TEST_P(HttpServing, MalformedRequestsGetFourHundredAndTheConnectionEnds) {
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
      {"TLS in it", std::string("\x16\x03\x01\x00\x80\x01\x00\x00\x7c\x03\x03", 11), "400"},
      {"no version", "GET /\r\n\r\n", "400"},
      {"header too long", start + "X: " + std::string(limits::kHttpHeaderBytesMax, 'a'), "431"},
      {"declared body too long", start + "Content-Length: 8388609\r\n\r\n", "413"},
      {"two hosts", start + "Host: other\r\n\r\n", "400"},
  };
  for (const Case& c : cases) {
    RawSocket socket = raw(*server);
    socket.send(c.bytes);
    const std::string text = socket.read_to_end();
    EXPECT_THAT(text, StartsWith(std::string("HTTP/1.1 ") + c.status)) << c.why;
    EXPECT_THAT(text, HasSubstr("{\"error\":{\"code\":")) << c.why;
  }
}

TEST_P(HttpServing, APathThatLeavesTheRootIsRefusedAndTheConnectionLives) {
  const auto server = serve(echo);
  RawSocket socket = raw(*server);
  socket.send("GET /a/%2e%2e/%2e%2e/etc HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.read_until("}}"), StartsWith("HTTP/1.1 400"));
  socket.send("GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(socket.read_until("by anonymous"), HasSubstr("GET /ok"));
}

TEST_P(HttpServing, AHeadThatTricklesIsCutAtItsDeadline) {
  const auto server = serve(echo, {.head_wait_max = milliseconds(50)});
  RawSocket socket = raw(*server);
  socket.send("GET / HTTP/1.1\r\nHost: loc");
  EXPECT_THAT(socket.read_to_end(), StartsWith("HTTP/1.1 408"));
}

TEST_P(HttpServing, AClientThatSaysNothingIsDropped) {
  const auto server = serve(echo, {.head_wait_max = milliseconds(50)});
  RawSocket socket = raw(*server);
  EXPECT_EQ(socket.read_to_end(), is_tls() ? "CUT" : "");
}

TEST_P(HttpServing, ABodyThatTricklesIsCutSoonAfterItsGrace) {
  const auto server = serve(echo, {.head_wait_max = milliseconds(50)});
  RawSocket socket = raw(*server);
  socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc");
  EXPECT_THAT(socket.read_to_end(), StartsWith("HTTP/1.1 408"));
}

TEST_P(HttpServing, AnIdleConnectionIsClosed) {
  const auto server = serve(echo, {.idle_wait_max = milliseconds(30)});
  RawSocket socket = raw(*server);
  socket.send("GET /once HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string text = socket.read_to_end();
  EXPECT_THAT(text, HasSubstr("GET /once"));
  EXPECT_THAT(text, Not(HasSubstr("TIMEOUT")));
}

TEST_P(HttpServing, ConnectionsAboveTheBoundAreRefusedAndAFreedPlaceIsUsed) {
  const auto server = serve(echo, {.connections_max = 1});
  {
    RawSocket first = raw(*server);
    first.send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    first.read_until("by anonymous");
    RawSocket second = raw(*server);
    // A handshake costs more than a refusal is worth.
    const std::string refusal = second.read_to_end();
    EXPECT_THAT(refusal, is_tls() ? StartsWith("") : StartsWith("HTTP/1.1 503"));
    EXPECT_FALSE(second.is_open());
    first.send("GET /2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(first.read_to_end(), HasSubstr("GET /2"));
  }
  const auto answer = client(*server).get("/3");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
}

TEST_P(HttpServing, AReplyMayComeFromAnotherThreadMuchLater) {
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
  auto http = client(*server);
  const auto answer = http.get("/");
  other.join();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "later");
}

TEST_P(HttpServing, ADroppedOrThrownRequestIsStillAnswered) {
  const auto server = serve([](HttpRequest request, std::shared_ptr<HttpResponder>) {
    if (request.path == "/throw") throw std::runtime_error("secret detail");
  });
  auto http = client(*server);
  for (const char* path : {"/throw", "/drop"}) {
    const auto answer = http.get(path);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, 503);
    EXPECT_THAT(answer->body, Not(HasSubstr("secret")));
  }
}

TEST_P(HttpServing, RespondersAndStreamsMayOutliveIt) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::shared_ptr<HttpResponder> kept;
  auto server = serve([&](HttpRequest, std::shared_ptr<HttpResponder> responder) {
    const std::lock_guard lock(mutex);
    kept = std::move(responder);
    arrived.notify_one();
  });
  RawSocket socket = raw(*server);
  socket.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return kept != nullptr; });
  }
  server.reset();
  const auto stream = kept->stream({});
  EXPECT_FALSE(stream->write("nobody reads this"));
  EXPECT_EQ(socket.read_to_end(), is_tls() ? "CUT" : "");
}

TEST_P(HttpServing, ASecondServerOnAUsedPortSaysSo) {
  const auto first = serve(echo);
  const auto second = HttpServer::start({.port = first->port()}, echo);
  const std::string port = ":" + std::to_string(first->port());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr(port));
}

INSTANTIATE_TEST_SUITE_P(Over, HttpServing, ::testing::Values(Wire::kPlain, Wire::kTls),
                         name_of_wire);

}  // namespace
}  // namespace fairlead
