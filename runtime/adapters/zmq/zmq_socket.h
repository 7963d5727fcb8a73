// ZeroMQ's context and sockets as owned resources with our errors, and the pump that feeds a socket
// from a Loop. The only place, with its neighbours in this folder, that calls libzmq.
// A context is thread-safe; a socket and its pump belong to one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/bytes.h"
#include "common/result.h"
#include "runtime/loop.h"

namespace fairlead {

/// One per process. Must outlive every socket on it.
class ZmqContext {
 public:
  explicit ZmqContext(int io_threads = 1);
  ~ZmqContext();
  ZmqContext(const ZmqContext&) = delete;
  ZmqContext& operator=(const ZmqContext&) = delete;

  void* handle() const { return handle_; }

 private:
  void* const handle_;
};

class ZmqSocket {
 public:
  /// `type` as ZMQ_ROUTER. Lingers 0 ms: what is not sent at the end is lost. kExhausted without
  /// descriptors.
  static Result<std::unique_ptr<ZmqSocket>> open(ZmqContext& context, int type);
  ~ZmqSocket();
  ZmqSocket(const ZmqSocket&) = delete;
  ZmqSocket& operator=(const ZmqSocket&) = delete;

  void* handle() const { return handle_; }
  /// REQUIRES: libzmq knows the option and takes the value: ours are constants or checked before.
  void set(int option, int value);
  void set(int option, std::int64_t value);
  void set(int option, const std::string& value);
  /// Descriptor that becomes readable when something may have changed (edge-triggered: ZMQ_FD).
  int descriptor() const;
  /// Takes in what the I/O thread reported; then: is a message waiting?
  bool has_input();
  std::string last_endpoint() const;

 private:
  explicit ZmqSocket(void* handle) : handle_(handle) {}
  void* const handle_;
};

/// One received frame; its memory belongs to libzmq.
class ZmqFrame {
 public:
  ZmqFrame();
  ~ZmqFrame();
  ZmqFrame(const ZmqFrame&) = delete;
  ZmqFrame& operator=(const ZmqFrame&) = delete;

  /// False when nothing waits. Replaces what was held.
  bool receive(ZmqSocket& socket);
  /// More frames of the same message follow.
  bool has_more() const;
  BytesView bytes() const;
  /// Property of the connection, as "User-Id"; "" when it has none. Valid as long as the frame.
  std::string_view property(const char* name) const;
  /// The connection's descriptor, as it was when the frame arrived; -1 when libzmq does not tell.
  int source_descriptor() const;

 private:
  alignas(8) mutable unsigned char storage_[64];
};

/// Calls `receive_one` (false: nothing waited) whenever the socket has input, at most `burst_max`
/// times per round so that a loop stays fair. ZMQ_FD reports changes only, and any call on the
/// socket may swallow a report: whoever sends calls `look_again` afterwards.
class SocketPump {
 public:
  static Result<std::unique_ptr<SocketPump>> create(Loop& loop, ZmqSocket& socket,
                                                    std::function<bool()> receive_one,
                                                    int burst_max);
  ~SocketPump();
  SocketPump(const SocketPump&) = delete;
  SocketPump& operator=(const SocketPump&) = delete;

  /// The next round looks at the socket, whatever ZMQ_FD says. One system call per round at most.
  void look_again();

 private:
  SocketPump(Loop& loop, ZmqSocket& socket, std::function<bool()> receive_one, int burst_max,
             int reminder);
  void drain();

  Loop& loop_;
  ZmqSocket& socket_;
  const std::function<bool()> receive_one_;
  const int burst_max_;
  const int reminder_;  // eventfd; unlike a post it cannot be refused
  bool is_reminded_ = false;
};

/// Text of libzmq's last error in this thread.
std::string zmq_error_text();

}  // namespace fairlead
