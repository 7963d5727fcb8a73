// What holds over plain HTTP must hold over TLS: a fixture whose tests run once for each, and a
// server and clients for them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "runtime/adapters/http/http_client.h"
#include "runtime/adapters/http/http_server.h"
#include "tests/http/raw_socket.h"
#include "tests/http/test_certificates.h"

namespace fairlead {

inline constexpr const char* kToken = "0123456789abcdef-token";

/// Says back what it was asked.
inline void echo(HttpRequest request, std::shared_ptr<HttpResponder> responder) {
  HttpReply reply;
  reply.content_type = "text/plain";
  reply.body =
      request.method + " " + request.path + " [" + request.body + "] by " + request.principal.text;
  responder->reply(std::move(reply));
}

/// An authority, and the files of a server that it signed.
struct ServerFiles {
  TestAuthority authority{"Test Authority"};
  TestFolder folder;
  std::string ca = folder.write("ca.pem", authority.certificate());
  std::string certificate;
  std::string key;

  ServerFiles() { renew({}); }
  void renew(const CertificateWish& wish) {
    const PemPair pair = authority.issue(wish);
    certificate = folder.write("server.pem", pair.certificate);
    key = folder.write("server.key", pair.key);
  }
  std::shared_ptr<const TlsContext> trust() const {
    return TlsContext::for_client(authority.certificate()).value();
  }
};

inline std::unique_ptr<HttpServer> start_server(HttpHandler handler, HttpServerOptions options) {
  auto server = HttpServer::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message);
  return server.ok() ? std::move(*server) : nullptr;
}

enum class Wire { kPlain, kTls };

class WireTest : public ::testing::TestWithParam<Wire> {
 protected:
  bool is_tls() const { return GetParam() == Wire::kTls; }

  std::unique_ptr<HttpServer> serve(HttpHandler handler, HttpServerOptions options = {}) const {
    if (is_tls()) {
      options.certificate_file = files_.certificate;
      options.key_file = files_.key;
    }
    return start_server(std::move(handler), std::move(options));
  }
  RawSocket raw(const HttpServer& server) const {
    return is_tls() ? RawSocket(server.port(), *files_.trust()) : RawSocket(server.port());
  }
  HttpClientOptions options_for(const HttpServer& server) const {
    return {.address = server.address(), .ca_file = files_.ca};
  }
  HttpClient client(const HttpServer& server) const { return HttpClient(options_for(server)); }

 private:
  ServerFiles files_;
};

inline std::string name_of_wire(const ::testing::TestParamInfo<Wire>& info) {
  return info.param == Wire::kTls ? "Tls" : "Plain";
}

}  // namespace fairlead
