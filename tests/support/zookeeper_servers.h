// Real ZooKeeper servers for a test in C++: runs tests/support/zookeeper_servers.py and talks to it
// over pipes. The servers end with this object, and also when the test is killed. One thread.
#pragma once

#include <cstdio>
#include <string>

namespace fairlead::test {

class ZookeeperServers {
 public:
  /// Ready when it returns; ends the process with the helper's reason when they cannot start.
  explicit ZookeeperServers(int count, int tick_ms = 200);
  ~ZookeeperServers();
  ZookeeperServers(const ZookeeperServers&) = delete;
  ZookeeperServers& operator=(const ZookeeperServers&) = delete;

  /// "127.0.0.1:P1,127.0.0.1:P2": all of them, or number `n` from 1.
  const std::string& servers() const { return servers_; }
  std::string server(int n) const;

  void kill(int n) { order("kill " + std::to_string(n)); }
  void stop(int n) { order("stop " + std::to_string(n)); }  ///< SIGSTOP
  void resume(int n) { order("continue " + std::to_string(n)); }
  void start(int n) {
    order("start " + std::to_string(n));
  }  ///< after `kill`; ready when it returns
  int leader();

 private:
  std::string order(const std::string& line);

  int pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  std::string servers_;
};

}  // namespace fairlead::test
