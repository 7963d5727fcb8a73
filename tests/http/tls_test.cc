// TLS: who believes whom, certificates that change, and peers that do not speak it.
#include <mutex>

#include "runtime/adapters/http/tls_identity.h"
#include "runtime/adapters/http/tls_session.h"
#include "tests/http/wire_test.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A server with TLS, and what it warned of.
struct TlsServer {
  ServerFiles files;
  std::mutex mutex;
  std::vector<std::string> warnings;  // guarded by mutex
  std::unique_ptr<HttpServer> server;

  explicit TlsServer(const CertificateWish& wish = {}, HttpServerOptions options = {}) {
    files.renew(wish);
    options.certificate_file = files.certificate;
    options.key_file = files.key;
    options.on_warning = [this](const std::string& text) {
      const std::lock_guard lock(mutex);
      warnings.push_back(text);
    };
    server = start_server(echo, std::move(options));
  }
  Result<HttpAnswer> get(const std::string& ca_file) const {
    return HttpClient({.address = server->address(), .ca_file = ca_file}).get("/x");
  }
  std::size_t warning_count() {
    const std::lock_guard lock(mutex);
    return warnings.size();
  }
};

TEST(Tls, TheAddressSaysHttpsAndTheAuthorityMakesItBelieved) {
  const TlsServer tls;
  EXPECT_THAT(tls.server->address(), StartsWith("https://127.0.0.1:"));
  EXPECT_EQ(tls.server->url(), tls.server->address());
  const auto answer = tls.get(tls.files.ca);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_THAT(answer->body, HasSubstr("GET /x"));
}

TEST(Tls, AnotherAuthorityAndTheSystemsStoreAreRefused) {
  const TlsServer tls;
  const TestAuthority other("Test Authority");
  const TestFolder folder;
  for (const std::string& ca : {folder.write("other.pem", other.certificate()), std::string()}) {
    const auto answer = tls.get(ca);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
    EXPECT_THAT(answer.error().message, StartsWith(tls.server->address() + ": "));
    EXPECT_THAT(answer.error().message, HasSubstr("is not trusted"));
    EXPECT_THAT(answer.error().message, HasSubstr("; hint: "));
  }
}

TEST(Tls, ACertificateOfAnotherHostIsRefusedAndItsNamesAreSaid) {
  const TlsServer tls({.names = "DNS:doc7.example,IP:10.1.2.3"});
  const auto answer = tls.get(tls.files.ca);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  EXPECT_THAT(answer.error().message, HasSubstr("its certificate is for doc7.example"));
}

TEST(Tls, NamesAreCheckedAsNames) {
  const TlsServer tls({.names = "DNS:localhost"});
  const std::string port = std::to_string(tls.server->port());
  const auto by_name =
      HttpClient({.address = "https://localhost:" + port, .ca_file = tls.files.ca}).get("/x");
  EXPECT_TRUE(by_name.ok()) << by_name.error().message;
  EXPECT_FALSE(tls.get(tls.files.ca).ok()) << "127.0.0.1 is not in it";
}

TEST(Tls, AnExpiredCertificateIsRefused) {
  const TlsServer tls({.is_expired = true});
  const auto answer = tls.get(tls.files.ca);
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(answer.error().message, HasSubstr("expired"));
}

TEST(Tls, WhoMixesUpHttpAndHttpsIsTold) {
  const TlsServer tls;
  const std::string port = std::to_string(tls.server->port());
  const auto plain = HttpClient({.address = "http://127.0.0.1:" + port}).get("/x");
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  EXPECT_EQ(plain->status, 400);
  EXPECT_THAT(plain->body, HasSubstr("https://"));
  const auto server = start_server(echo, {});
  const auto encrypted =
      HttpClient({.address = "https://" + server->address(), .ca_file = tls.files.ca}).get("/x");
  ASSERT_FALSE(encrypted.ok());
  EXPECT_THAT(encrypted.error().message, HasSubstr("hint: write http://"));
}

TEST(Tls, ARedirectOutOfTlsIsNotFollowed) {
  const auto plain = start_server(echo, {});
  const ServerFiles files;
  const auto server = start_server(
      [&](HttpRequest, std::shared_ptr<HttpResponder> responder) {
        responder->reply({.status = 307, .headers = {{"location", plain->url() + "/x"}}});
      },
      {.certificate_file = files.certificate, .key_file = files.key});
  const auto answer = HttpClient({.address = server->address(), .ca_file = files.ca}).get("/x");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
}

TEST(TlsRotation, NewFilesAreTakenOverAndOldConnectionsGoOn) {
  TlsServer tls;
  RawSocket old(tls.server->port(), *tls.files.trust());
  ASSERT_TRUE(old.is_open());
  const TestAuthority next("Next Authority");
  const PemPair pair = next.issue();
  tls.files.folder.write("server.pem", pair.certificate);
  tls.files.folder.write("server.key", pair.key);
  EXPECT_FALSE(tls.get(tls.files.ca).ok());
  const auto answer = tls.get(tls.files.folder.write("next.pem", next.certificate()));
  EXPECT_TRUE(answer.ok()) << answer.error().message;
  old.send("GET /old HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(old.read_until("by anonymous"), HasSubstr("GET /old"));
  EXPECT_EQ(tls.warning_count(), 0U);
}

TEST(TlsRotation, BadFilesChangeNothingAndAreSaidOnce) {
  TlsServer tls;
  const PemPair next = tls.files.authority.issue();
  struct Case {
    const char* name;
    std::string text;
    unsigned mode;
  };
  const Case cases[] = {
      {"server.pem", "not a certificate", 0644},
      {"server.pem", next.certificate, 0644},  // of another key
      {"server.pem", next.certificate.substr(0, next.certificate.size() / 2), 0644},
      {"server.key", next.key, 0640},
      {"server.key", "", 0600},
  };
  std::size_t said = 0;
  for (const Case& c : cases) {
    tls.files.folder.write(c.name, c.text, c.mode);
    for (int i = 0; i < 3; ++i) {
      const auto answer = tls.get(tls.files.ca);
      EXPECT_TRUE(answer.ok()) << c.name << ": " << answer.error().message;
    }
    EXPECT_EQ(tls.warning_count(), ++said) << c.name;
    const std::lock_guard lock(tls.mutex);
    EXPECT_THAT(tls.warnings.back(), HasSubstr("stays in force"));
    EXPECT_THAT(tls.warnings.back(), HasSubstr(c.name));
  }
  tls.files.folder.write("server.pem", next.certificate);
  tls.files.folder.write("server.key", next.key);
  EXPECT_TRUE(tls.get(tls.files.ca).ok());
}

TEST(TlsFiles, WhatCannotBeServedIsRefusedAtTheStart) {
  const ServerFiles files;
  const PemPair other = files.authority.issue();
  const auto start = [](const std::string& certificate, const std::string& key) {
    const auto server = HttpServer::start({.certificate_file = certificate, .key_file = key}, echo);
    EXPECT_FALSE(server.ok());
    return server.ok() ? std::string() : server.error().message;
  };
  const std::string open = files.folder.write("open.key", other.key, 0644);
  EXPECT_THAT(start(files.certificate, open), HasSubstr("hint: chmod 0600"));
  const std::string foreign = files.folder.write("foreign.key", other.key);
  EXPECT_THAT(start(files.certificate, foreign), HasSubstr("the key of the certificate"));
  EXPECT_THAT(start(files.certificate, ""), HasSubstr("--http-cert and --http-key together"));
  EXPECT_THAT(start(files.folder.path("missing"), files.key), HasSubstr("missing"));
  const std::string locked = files.folder.write(
      "locked.key",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
  const std::string message = start(files.certificate, locked);
  EXPECT_THAT(message, HasSubstr("without a passphrase"));
  EXPECT_THAT(message, Not(HasSubstr("MIIB")));
}

TEST(TlsPeers, ASlowHandshakeIsCutAtItsDeadline) {
  const TlsServer tls({}, {.head_wait_max = milliseconds(50)});
  RawSocket silent(tls.server->port());
  EXPECT_EQ(silent.read_to_end(), "");
  RawSocket half(tls.server->port());
  half.send_plain(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
  EXPECT_EQ(half.read_to_end(), "");
}

TEST(TlsPeers, ThoseWhoShakeHandsForEverCountAsConnections) {
  const TlsServer tls({}, {.connections_max = 1});
  const RawSocket shaking(tls.server->port());
  RawSocket second(tls.server->port(), *tls.files.trust());
  EXPECT_FALSE(second.is_open());
}

TEST(TlsPeers, GarbageHarmsNobody) {
  const TlsServer tls;
  std::uint32_t state = 20260101;
  for (std::size_t round = 0; round < 200; ++round) {
    std::string bytes(1 + round * 7, '\0');
    for (char& c : bytes) {
      state = state * 1664525U + 1013904223U;
      c = static_cast<char>(state >> 24);
    }
    // Half of them look like a record of a handshake at first.
    if (round % 2 == 0) bytes.replace(0, 3, "\x16\x03\x01", 3);
    const RawSocket socket(tls.server->port());
    socket.send_plain(bytes);
  }
  RawSocket cut(tls.server->port(), *tls.files.trust());
  cut.send("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(cut.read_until("by anonymous"), HasSubstr("GET /1"));
  cut.send_plain("garbage in the middle of a session");
  EXPECT_EQ(cut.read_to_end(), "CUT");
  EXPECT_TRUE(tls.get(tls.files.ca).ok());
}

TEST(TlsSession, TheEndIsSaidNotGuessed) {
  const ServerFiles files;
  const PemPair pair = files.authority.issue();
  const auto context = TlsContext::for_server(pair.certificate, pair.key).value();
  TlsSession server = TlsSession::server(*context);
  TlsSession client = TlsSession::client(*files.trust(), "localhost");
  while (!server.is_open() || !client.is_open()) {
    ASSERT_TRUE(server.receive(client.take_wire()).ok());
    ASSERT_TRUE(client.receive(server.take_wire()).ok());
  }
  server.send("half");
  ASSERT_TRUE(client.receive(server.take_wire()).ok());
  EXPECT_EQ(client.take_plain(), "half");
  EXPECT_FALSE(client.has_ended());
  server.end_sending();
  ASSERT_TRUE(client.receive(server.take_wire()).ok());
  EXPECT_TRUE(client.has_ended());
}

TEST(TlsSession, EveryTruncatedOrFlippedHandshakeIsRefusedNotCrashed) {
  const ServerFiles files;
  const PemPair pair = files.authority.issue();
  const auto context = TlsContext::for_server(pair.certificate, pair.key).value();
  const auto trust = files.trust();
  const std::string hello = TlsSession::client(*trust, "localhost").take_wire();
  for (std::size_t at = 0; at < hello.size(); ++at) {
    std::string bytes = hello;
    bytes[at] = static_cast<char>(~bytes[at]);
    TlsSession flipped = TlsSession::server(*context);
    static_cast<void>(flipped.receive(bytes));
    EXPECT_FALSE(flipped.is_open());
    TlsSession cut = TlsSession::server(*context);
    EXPECT_TRUE(cut.receive(hello.substr(0, at)).ok()) << "it waits for the rest";
    EXPECT_FALSE(cut.is_open());
  }
}

}  // namespace
}  // namespace fairlead
