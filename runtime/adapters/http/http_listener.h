// Listens on one address and owns the HTTP thread: accepts clients and hands each over as a wire.
// It knows no HTTP and no bounds; those belong to the server above it. Clients and posted work are
// handled on the thread, from run() on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/result.h"
#include "runtime/adapters/http/http_wire.h"

namespace fairlead {

class HttpListener {
 public:
  /// `address`: who it is, without the port.
  using OnClient = std::function<void(std::unique_ptr<HttpWire> wire, const std::string& address)>;

  /// Binds and listens. `host` is a numeric address. kConflict: in use; kUnavailable: the system
  /// says no.
  static Result<std::unique_ptr<HttpListener>> bind(const std::string& host, std::uint16_t port);
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;
  /// Ends the thread. Wires must not be used afterwards.
  ~HttpListener();

  void run(OnClient on_client);
  /// Ends the thread; nothing is accepted or carried out any more. Idempotent.
  void stop();
  /// From any thread while this lives: runs `work` on the HTTP thread, soon.
  void post(std::function<void()> work);

  std::uint16_t port() const;  ///< the real one, never 0

 private:
  struct Impl;  // keeps Boost out of every other file
  explicit HttpListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// "127.0.0.1:80", "[::1]:80".
std::string host_and_port(const std::string& host, std::uint16_t port);

}  // namespace fairlead
