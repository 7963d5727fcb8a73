// The wire of one client as its connection sees it: bytes in, bytes out, one deadline. Plain TCP
// and TLS look alike from here. Owned by the connection; HTTP thread only. Callbacks come later,
// never from within the call; after close() they may come with kFailed or not at all.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace fairlead {

enum class WireState {
  kGood,
  kEnded,  ///< read only: the peer said that nothing more will come
  kFailed  ///< cut, reset, or not what the wire speaks
};

class HttpWire {
 public:
  using OnDone = std::function<void(WireState)>;
  using OnRead = std::function<void(WireState, std::string_view bytes)>;  ///< bytes: for the call

  virtual ~HttpWire() = default;

  /// Once, first: gets ready to carry bytes (the TLS handshake; nothing for plain TCP).
  virtual void open(OnDone done) = 0;
  /// The next bytes, at least one when kGood. One at a time.
  virtual void read(OnRead done) = 0;
  /// All of `bytes`, which stay alive until `done`. One at a time.
  virtual void write(std::string_view bytes, OnDone done) = 0;
  /// Nothing more will be written; reading goes on. REQUIRES: no write runs.
  virtual void end_sending(OnDone done) = 0;
  /// From now on reads give what the peer sent as it came: only to be counted and dropped.
  virtual void read_raw_from_now_on() = 0;
  virtual void close() = 0;

  /// Calls `passed` once when `wait` has passed; replaces the deadline before.
  virtual void set_deadline(std::chrono::nanoseconds wait, std::function<void()> passed) = 0;
  virtual void clear_deadline() = 0;
  /// Calls `work` soon, after those whose turn it is.
  virtual void later(std::function<void()> work) = 0;
};

}  // namespace fairlead
