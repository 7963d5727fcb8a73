// ZooKeeper's servers from a file that operators change while processes run: the ensemble grows or
// moves, and nobody is restarted.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/adapters/files/safe_file.h"
#include "runtime/adapters/loop/loop_timer.h"
#include "runtime/adapters/zookeeper/connect_string.h"

namespace fairlead {

/// "zk://…" or "zk-file:PATH".
bool is_zookeeper_address(std::string_view text);

/// `zk://…` as it is; for `zk-file:PATH` what the first line of the file says now. Errors as
/// parse_zookeeper_address and read_file_safely; others than its owner may not write the file.
Result<ZookeeperAddress> read_zookeeper_address(std::string_view text);

/// Looks at an address's file every second and hands on what changed. Owned by who holds the
/// session; loop's thread only.
class ServerFileWatch {
 public:
  using Apply = std::function<Status(const std::string& servers)>;

  /// nullptr for an address without a file. `apply` gets servers that differ from the last ones; an
  /// error, and a file that cannot be used, is logged once a change and leaves everything as it is.
  static Result<std::unique_ptr<ServerFileWatch>> start(Loop& loop, const ZookeeperAddress& address,
                                                        Apply apply);
  ServerFileWatch(const ServerFileWatch&) = delete;
  ServerFileWatch& operator=(const ServerFileWatch&) = delete;

 private:
  ServerFileWatch(ZookeeperAddress address, Apply apply);

  void look();
  Status follow();

  ZookeeperAddress address_;
  const Apply apply_;
  std::optional<FileMark> seen_;
  std::unique_ptr<LoopTimer> timer_;
};

}  // namespace fairlead
