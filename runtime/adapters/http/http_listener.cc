#include "runtime/adapters/http/http_listener.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <thread>
#include <utility>

#include "common/limits.h"
#include "runtime/adapters/http/tcp_wire.h"

namespace fairlead {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when descriptors ran out

}  // namespace

struct HttpListener::Impl {
  void accept() {
    acceptor.async_accept([this](error_code failure, tcp::socket socket) {
      if (failure == asio::error::operation_aborted) return;
      if (failure) return pause_accepting();
      // A client that left at once has no address any more.
      const tcp::endpoint peer = socket.remote_endpoint(failure);
      if (!failure) {
        on_client(std::make_unique<TcpWire>(std::move(socket)), peer.address().to_string());
      }
      accept();
    });
  }

  /// Out of descriptors, most likely: those who are connected go on.
  void pause_accepting() {
    pause.expires_after(kAcceptPause);
    pause.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  }

  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  asio::steady_timer pause{context};
  OnClient on_client;
  std::uint16_t port = 0;
  std::thread thread;
};

Result<std::unique_ptr<HttpListener>> HttpListener::bind(const std::string& host,
                                                         std::uint16_t port) {
  const std::string what = "http address " + host_and_port(host, port) + ": ";
  error_code failure;
  const tcp::endpoint endpoint(asio::ip::make_address(host, failure), port);
  if (failure) return Error{.code = ErrorCode::kInvalid, .message = what + failure.message()};
  auto impl = std::make_unique<Impl>();
  impl->acceptor.open(endpoint.protocol(), failure);
  if (!failure) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) impl->acceptor.bind(endpoint, failure);
  if (!failure) impl->acceptor.listen(limits::kListenBacklog, failure);
  if (failure) {
    const bool used = failure == asio::error::address_in_use;
    return Error{
        .code = used ? ErrorCode::kConflict : ErrorCode::kUnavailable,
        .message = what + failure.message() +
                   (used ? "; hint: another process serves it; choose another --http-port" : "")};
  }
  impl->port = impl->acceptor.local_endpoint(failure).port();
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(impl)));
}

HttpListener::HttpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpListener::~HttpListener() {
  stop();
}

void HttpListener::run(OnClient on_client) {
  impl_->on_client = std::move(on_client);
  impl_->accept();
  Impl* running = impl_.get();
  impl_->thread = std::thread([running] { running->context.run(); });
}

void HttpListener::stop() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

void HttpListener::post(std::function<void()> work) {
  asio::post(impl_->context, std::move(work));
}

std::uint16_t HttpListener::port() const {
  return impl_->port;
}

std::string host_and_port(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace fairlead
