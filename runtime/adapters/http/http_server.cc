#include "runtime/adapters/http/http_server.h"

#include <unistd.h>

#include <array>
#include <set>
#include <utility>

#include "runtime/adapters/http/connection_counts.h"
#include "runtime/adapters/http/http_connection.h"
#include "runtime/adapters/http/http_exposure.h"
#include "runtime/adapters/http/http_listener.h"
#include "runtime/adapters/http/server_address.h"
#include "runtime/adapters/http/tls_identity.h"
#include "runtime/adapters/http/tls_wire.h"

namespace fairlead {
namespace {

Result<std::optional<TlsIdentity>> open_identity(const HttpServerOptions& options) {
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return invalid({.what = "http certificate",
                    .expected = "--http-cert and --http-key together",
                    .got = options.key_file.empty() ? "--http-cert" : "--http-key"});
  }
  if (options.certificate_file.empty()) return std::optional<TlsIdentity>();
  Result<TlsIdentity> identity =
      TlsIdentity::open({.certificate = options.certificate_file, .key = options.key_file});
  if (!identity) return identity.error();
  return std::optional<TlsIdentity>(std::move(*identity));
}

Result<HttpGate> open_gate(const HttpServerOptions& options) {
  HttpGate::Options gate{
      .tokens = std::nullopt,
      .require_local_host = is_loopback_address(options.host) && !options.insecure,
      .public_paths = options.public_paths,
      .on_warning = options.on_warning};
  if (!options.token_file.empty()) {
    Result<BearerTokens> tokens = BearerTokens::open(options.token_file);
    if (!tokens) return tokens.error();
    gate.tokens.emplace(std::move(*tokens));
  }
  return HttpGate(std::move(gate));
}

/// How others reach it: a wildcard is no address to connect to.
std::string reachable_host(const HttpServerOptions& options) {
  if (!options.name.empty()) return options.name;
  if (!is_wildcard_address(options.host)) return options.host;
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : options.host;
}

}  // namespace

struct HttpServer::Impl {
  Impl(HttpServerOptions options, HttpHandler handler, HttpGate gate,
       std::optional<TlsIdentity> tls_identity, std::unique_ptr<HttpListener> opened)
      : identity(std::move(tls_identity)),
        listener(std::move(opened)),
        world{.options = std::move(options),
              .handler = std::move(handler),
              .gate = std::move(gate),
              .mailbox = std::make_shared<HttpMailbox>(
                  [this](HttpMailbox::Work work) { listener->post(std::move(work)); })},
        counts({.all_max = world.options.connections_max,
                .per_address_max = world.options.connections_per_address_max}) {}

  ~Impl() {
    world.mailbox->close();
    listener->stop();
    while (!connections.empty()) {
      // close() takes it out of the set.
      const std::shared_ptr<HttpConnection> connection = *connections.begin();
      connection->close();
    }
  }

  void welcome(std::unique_ptr<HttpWire> wire, const std::string& address) {
    const Welcome welcome = counts.enter(address);
    if (welcome == Welcome::kDrop) return;
    // A handshake costs more than a refusal is worth: over TLS the connection just ends.
    if (welcome == Welcome::kRefuse && identity) return counts.leave(address);
    if (identity) {
      TlsSession session = TlsSession::server(identity->current(world.options.on_warning));
      wire = std::make_unique<TlsWire>(std::move(wire), std::move(session));
    }
    const auto connection = std::make_shared<HttpConnection>(
        std::move(wire), world, [this, address](const std::shared_ptr<HttpConnection>& closed) {
          connections.erase(closed);
          counts.leave(address);
        });
    connections.insert(connection);
    if (welcome == Welcome::kServe) {
      connection->start();
    } else {
      connection->refuse();
    }
  }

  std::optional<TlsIdentity> identity;
  std::unique_ptr<HttpListener> listener;
  ConnectionWorld world;
  ConnectionCounts counts;
  std::set<std::shared_ptr<HttpConnection>> connections;
};

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options,
                                                      HttpHandler handler) {
  if (options.host == "localhost") options.host = "127.0.0.1";
  const Result<std::string> warning = check_serving({.host = options.host,
                                                     .has_tokens = !options.token_file.empty(),
                                                     .has_tls = !options.certificate_file.empty(),
                                                     .insecure = options.insecure});
  if (!warning) return warning.error();
  if (!options.name.empty() && !parse_server_address(host_and_port(options.name, 1))) {
    return invalid({.what = "http name", .expected = "a host name", .got = options.name});
  }
  Result<HttpGate> gate = open_gate(options);
  if (!gate) return gate.error();
  Result<std::optional<TlsIdentity>> identity = open_identity(options);
  if (!identity) return identity.error();
  Result<std::unique_ptr<HttpListener>> listener = HttpListener::bind(options.host, options.port);
  if (!listener) return listener.error();
  if (!warning->empty() && options.on_warning) options.on_warning(*warning);
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler), std::move(*gate),
                                     std::move(*identity), std::move(*listener));
  Impl* running = impl.get();
  impl->listener->run([running](std::unique_ptr<HttpWire> wire, const std::string& address) {
    running->welcome(std::move(wire), address);
  });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return impl_->listener->port();
}

std::string HttpServer::address() const {
  const std::string text = host_and_port(reachable_host(impl_->world.options), port());
  return impl_->identity ? "https://" + text : text;
}

std::string HttpServer::url() const {
  return impl_->identity ? address() : "http://" + address();
}

}  // namespace fairlead
