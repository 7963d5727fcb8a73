// Znodes over ZooKeeper's multithreaded C client: one session with one list of servers. Its two
// threads only copy what arrived into an inbox; everything else happens on the loop's thread.
// Paths are below the address's chroot. Owned by whoever holds the session; ending it closes the
// session, so that its ephemeral nodes go at once. Loop's thread only.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/result.h"
#include "runtime/adapters/zookeeper/server_file.h"
#include "runtime/lifetime.h"
#include "runtime/loop.h"
#include "runtime/znodes.h"

namespace fairlead {

struct ZookeeperOptions {
  ZookeeperAddress address;
  std::string credentials;                 ///< digest "user:password"; "": reads public nodes only
  Duration session_timeout = seconds(10);  ///< asked for; the server has its own bounds
};

/// What it takes to take a session over. Its password is a secret.
struct ZookeeperSession {
  std::int64_t id = 0;
  std::array<char, 16> password{};
};

class ZookeeperClient final : public Znodes {
 public:
  /// Does not wait for a connection. kInvalid when no server's name can be resolved. `loop` must
  /// outlive the client. Follows the address's file, if it has one.
  static Result<std::unique_ptr<ZookeeperClient>> open(ZookeeperOptions options, Loop& loop);
  /// Closes the session; what waits for an answer gets none.
  ~ZookeeperClient() override;
  ZookeeperClient(const ZookeeperClient&) = delete;
  ZookeeperClient& operator=(const ZookeeperClient&) = delete;

  void read(std::string path, std::function<void(ZnodeRead)> on_read,
            std::function<void()> on_changed) override;
  void list(std::string path, std::function<void(ZnodeList)> on_list,
            std::function<void()> on_changed) override;
  void write(std::vector<ZnodeOp> ops, std::function<void(ZnodeWritten)> on_written) override;
  void sync(std::function<void(ZnodeStatus)> on_synced) override;
  void audit(std::string path, std::function<void(ZnodeAudit)> on_audited) override;

  ZnodePhase phase() const override { return phase_; }
  std::string ending() const override { return ending_; }
  void set_on_phase(std::function<void(ZnodePhase)> on_phase) override;
  std::int64_t session() const override;
  Duration session_timeout() const override;
  bool run_until(const std::function<bool()>& done, Duration span_max) override;

  /// REQUIRES: it was connected once.
  ZookeeperSession ticket() const;
  /// Other servers of the same ensemble from now on; the session goes on. kInvalid as `open`.
  Status set_servers(const std::string& servers);

  /// What the C library calls back with; an inner matter.
  class Wire;

 private:
  ZookeeperClient(ZookeeperOptions options, Loop& loop);

  /// Runs `send` now, or with the next connection.
  void when_connected(Work send, Work refuse);
  void on_session(int state);
  void enter(ZnodePhase phase);
  /// What the address's file names now. Without a connection the session ends here: its owner opens
  /// another one with the new servers.
  Status follow(const std::string& servers);
  void drain();
  std::uint64_t remember_watch(std::function<void()> on_changed);
  std::string full(const std::string& path) const;

  const ZookeeperOptions options_;
  bool authenticated_;  // the library knows the credentials, or there are none
  ZnodePhase phase_ = ZnodePhase::kConnecting;
  std::string ending_;
  std::function<void(ZnodePhase)> on_phase_;
  struct Waiting {
    Work send;
    Work refuse;
  };
  std::deque<Waiting> waiting_;  // asked for without a connection
  std::map<std::uint64_t, std::function<void()>> watches_;
  std::uint64_t watch_next_ = 1;
  std::unique_ptr<ServerFileWatch> servers_;
  const Lifetime lifetime_;
  const std::unique_ptr<Wire> wire_;  // last: its threads end before the rest goes
};

}  // namespace fairlead
