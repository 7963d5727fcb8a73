// A non-blocking connection with deadlines, plain or TLS, for the HTTP client. Owns its descriptor.
// One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"
#include "runtime/adapters/http/server_address.h"
#include "runtime/adapters/http/tls_session.h"

namespace fairlead {

class ClientSocket {
 public:
  /// `stop_descriptor` interrupts every wait with kConflict when it becomes readable; -1: none.
  explicit ClientSocket(int stop_descriptor) : stop_descriptor_(stop_descriptor) {}
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;
  ~ClientSocket();

  /// Tries every address of the name. kUnavailable when none accepts, kTimedOut.
  Status connect(const ServerAddress& server, Instant deadline);
  /// From now on everything is encrypted. kDenied: the certificate is not believed.
  /// REQUIRES: connected, nothing sent or received.
  Status start_tls(const TlsContext& context, const ServerAddress& server, Instant deadline);
  /// Of the other side, numeric; empty when not connected.
  std::string peer_address() const;
  Status send_all(std::string_view bytes, Instant deadline);
  /// At least one byte; an empty text is the end. Instant::never() waits for ever. kUnavailable:
  /// cut, for TLS also by an end that the server did not announce.
  Result<std::string_view> receive(Instant deadline);

  /// CLOCK_BOOTTIME.
  static Instant now();

 private:
  Status wait(short events, Instant deadline);
  Status shake_hands(Instant deadline);
  Status send_plain(std::string_view bytes, Instant deadline);
  Result<std::string_view> receive_plain(Instant deadline);

  int stop_descriptor_;
  int descriptor_ = -1;
  std::optional<TlsSession> tls_;
  std::string decrypted_;
  char block_[16 << 10];
};

}  // namespace fairlead
