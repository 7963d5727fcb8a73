// Answers libzmq's question who may connect (ZAP, RFC 27): only CURVE keys of the allow-list, in
// our domain. Has its own thread and its own sockets on the shared context. Without a running
// handler CURVE would accept any key, so a Router with keys demands one.
// Owned by a main: made before the Router, destroyed after it. Counters are thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/result.h"
#include "runtime/adapters/zmq/allow_list.h"
#include "runtime/adapters/zmq/zmq_socket.h"

namespace fairlead {

inline constexpr const char* kZapDomain = "fairlead";
inline constexpr const char* kZapKeyProperty = "X-Key";  ///< connection property: the client's key

struct ZapCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> denied{0};
  std::atomic<std::uint64_t> malformed{0};  ///< not a question that libzmq would ask
};

class ZapHandler {
 public:
  /// kConflict when the context has a handler already. `allow_list` must outlive it and is
  /// refreshed before each answer.
  static Result<std::unique_ptr<ZapHandler>> start(ZmqContext& context, AllowList& allow_list);
  ~ZapHandler();
  ZapHandler(const ZapHandler&) = delete;
  ZapHandler& operator=(const ZapHandler&) = delete;

  AllowList& allow_list() const { return allow_list_; }
  const ZapCounters& counters() const { return counters_; }

 private:
  using Frames = std::vector<std::string>;

  ZapHandler(std::unique_ptr<ZmqSocket> socket, AllowList& allow_list, int stop_signal);

  void serve();
  bool answer_one();
  Frames decide(const Frames& question);
  void report_denial(const std::string& address, const std::string& key, const char* why);

  AllowList& allow_list_;
  const std::unique_ptr<ZmqSocket> socket_;  // the thread's, once it runs
  const int stop_signal_;                    // eventfd
  ZapCounters counters_;
  std::int64_t next_report_ns_ = 0;  // thread's only
  std::thread thread_;
};

}  // namespace fairlead
