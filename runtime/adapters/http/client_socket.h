// A non-blocking TCP connection with deadlines, for the HTTP client. Owns its descriptor.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace fairlead {

struct HostPort {
  std::string host;
  std::string port;
};

/// Reads "host:port", "[v6]:port", "http://host:port", with an optional "/" at the end.
Result<HostPort> parse_host_port(std::string_view address);

class ClientSocket {
 public:
  /// `stop_descriptor` interrupts every wait with kConflict when it becomes readable; -1: none.
  explicit ClientSocket(int stop_descriptor) : stop_descriptor_(stop_descriptor) {}
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;
  ~ClientSocket();

  /// Tries every address of the name. kUnavailable when none accepts, kTimedOut.
  Status connect(const HostPort& peer, Instant deadline);
  Status send_all(std::string_view bytes, Instant deadline);
  /// At least one byte; an empty text is the end. Instant::never() waits for ever.
  Result<std::string_view> receive(Instant deadline);

  /// CLOCK_BOOTTIME.
  static Instant now();

 private:
  Status wait(short events, Instant deadline);

  int stop_descriptor_;
  int descriptor_ = -1;
  char block_[16 << 10];
};

}  // namespace fairlead
