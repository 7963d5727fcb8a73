// Streamed replies, and the client that reads them.
#include <sys/eventfd.h>

#include <future>

#include "runtime/http_errors.h"
#include "tests/http/wire_test.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Keeps the stream that the first request opened.
struct StreamKeeper {
  std::promise<std::shared_ptr<HttpStream>> opened;

  HttpHandler handler() {
    return [this](HttpRequest, std::shared_ptr<HttpResponder> responder) {
      opened.set_value(responder->stream({.content_type = "text/plain"}));
    };
  }
  std::shared_ptr<HttpStream> wait() { return opened.get_future().get(); }
};

using HttpStreaming = WireTest;
using HttpCalling = WireTest;

TEST_P(HttpStreaming, ChunksArriveAsTheyAreWrittenAndTheEndIsSeen) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler());
  RawSocket socket = raw(*server);
  socket.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const auto stream = keeper.wait();
  EXPECT_TRUE(stream->write("first"));
  EXPECT_THAT(socket.read_until("5\r\nfirst\r\n"), HasSubstr("transfer-encoding: chunked"));
  EXPECT_TRUE(stream->write("second!"));
  stream->close();
  EXPECT_EQ(socket.read_to_end(), "7\r\nsecond!\r\n0\r\n\r\n");
}

TEST_P(HttpStreaming, AnOldClientGetsPlainBytesUntilTheEnd) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler());
  RawSocket socket = raw(*server);
  socket.send("GET / HTTP/1.0\r\n\r\n");
  const auto stream = keeper.wait();
  EXPECT_TRUE(stream->write("plain"));
  stream->close();
  const std::string text = socket.read_to_end();
  EXPECT_EQ(text.substr(text.find("\r\n\r\n") + 4), "plain");
}

TEST_P(HttpStreaming, TheClientReadsItPieceByPieceAndMayStop) {
  const auto server = serve([](HttpRequest, std::shared_ptr<HttpResponder> responder) {
    const auto stream = responder->stream({});
    for (const char* line : {"1\n", "2\n", "3\n"}) static_cast<void>(stream->write(line));
    stream->close();
  });
  HttpClient http = client(*server);
  std::string all;
  ASSERT_TRUE(http.stream("/",
                          [&](std::string_view piece) {
                            all += piece;
                            return true;
                          })
                  .ok());
  EXPECT_EQ(all, "1\n2\n3\n");
  int calls = 0;
  ASSERT_TRUE(http.stream("/", [&](std::string_view) { return ++calls < 1; }).ok());
  EXPECT_EQ(calls, 1);
}

TEST_P(HttpStreaming, AStreamDroppedWithoutCloseIsACutNotAnEnd) {
  const auto server = serve([](HttpRequest, std::shared_ptr<HttpResponder> responder) {
    static_cast<void>(responder->stream({})->write("half"));
  });
  HttpClient http = client(*server);
  const auto answer = http.stream("/", [](std::string_view) { return true; });
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST_P(HttpStreaming, AReaderThatNeverReadsIsCutAtTheBacklogBound) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler(), {.stream_backlog_bytes_max = 64 << 10});
  RawSocket socket = raw(*server);
  socket.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto stream = keeper.wait();
  // The kernel's own buffers take a few MiB first; without the bound this would go on for ever.
  std::size_t written = 0;
  constexpr std::size_t kFarTooMuch = std::size_t{1} << 30;
  while (written < kFarTooMuch && stream->write(std::string(16 << 10, 'x'))) written += 16 << 10;
  EXPECT_LT(written, kFarTooMuch);
  EXPECT_FALSE(stream->write("more"));
}

TEST_P(HttpStreaming, AWriterLearnsThatItsClientHasGone) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler());
  std::shared_ptr<HttpStream> stream;
  {
    RawSocket socket = raw(*server);
    socket.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream = keeper.wait();
  }
  int writes = 0;
  while (stream->write("x") && writes < 100'000'000) ++writes;
  EXPECT_FALSE(stream->write("x"));
}

TEST_P(HttpCalling, ARefusedConnectionIsUnavailable) {
  HttpClientOptions options;
  {
    const auto server = serve([](HttpRequest, std::shared_ptr<HttpResponder>) {});
    options = options_for(*server);
  }
  const auto answer = HttpClient(options).get("/");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1:"));
}

TEST_P(HttpCalling, ASilentServerIsTimedOut) {
  std::shared_ptr<HttpResponder> kept;
  const auto server =
      serve([&](HttpRequest, std::shared_ptr<HttpResponder> responder) { kept = responder; });
  HttpClientOptions options = options_for(*server);
  options.timeout = milliseconds(300);
  const auto answer = HttpClient(options).get("/");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kTimedOut);
}

TEST_P(HttpCalling, AStopDescriptorInterruptsASilentStream) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler());
  const int stop = eventfd(1, EFD_CLOEXEC);
  HttpClientOptions options = options_for(*server);
  options.stop_descriptor = stop;
  const auto answer = HttpClient(options).stream("/", [](std::string_view) { return true; });
  close(stop);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kConflict);
}

TEST_P(HttpCalling, FollowsARedirectToTheLeaderWithItsBody) {
  const auto leader = serve([](HttpRequest request, std::shared_ptr<HttpResponder> responder) {
    responder->reply({.body = request.path + request.body});
  });
  const auto follower = serve([&](HttpRequest request, std::shared_ptr<HttpResponder> responder) {
    responder->reply({.status = 307, .headers = {{"location", leader->url() + request.path}}});
  });
  const auto answer = client(*follower).post("/api", "{}");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->body, "/api{}");
}

TEST_P(HttpCalling, AnErrorBodyBecomesTheErrorThatTheServerHad) {
  const Error original{.code = ErrorCode::kNotFound, .message = "task \"a\": not known\n"};
  const auto server = serve([&](HttpRequest, std::shared_ptr<HttpResponder> responder) {
    responder->reply(http_error(original));
  });
  const auto answer = expect_success(client(*server).get("/"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error(), original);
}

TEST(HttpClient, AddressesAndTargetsThatCouldSmuggleAreRefused) {
  EXPECT_FALSE(HttpClient({.address = "127.0.0.1:1"}).get("/x HTTP/1.1\r\nEvil: 1").ok());
  EXPECT_FALSE(HttpClient({.address = "host"}).get("/").ok());
  EXPECT_FALSE(HttpClient({.address = "host:99999"}).get("/").ok());
}

TEST(HttpErrors, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(json_quoted("a\"b\\\n\x01\xff\xc3\xa9"),
            "\"a\\\"b\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\"");
}

INSTANTIATE_TEST_SUITE_P(Over, HttpStreaming, ::testing::Values(Wire::kPlain, Wire::kTls),
                         name_of_wire);
INSTANTIATE_TEST_SUITE_P(Over, HttpCalling, ::testing::Values(Wire::kPlain, Wire::kTls),
                         name_of_wire);

}  // namespace
}  // namespace fairlead
