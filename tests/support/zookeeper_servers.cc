#include "tests/support/zookeeper_servers.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "common/check.h"

namespace fairlead::test {
namespace {

std::string read_line(std::FILE* from) {
  std::string line;
  for (int c = std::fgetc(from); c != EOF && c != '\n'; c = std::fgetc(from)) {
    line += static_cast<char>(c);
  }
  return line;
}

}  // namespace

ZookeeperServers::ZookeeperServers(int count, int tick_ms) {
  std::array<int, 2> in{}, out{};
  check(::pipe2(in.data(), O_CLOEXEC) == 0 && ::pipe2(out.data(), O_CLOEXEC) == 0, "pipes");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  std::string python = "python3";
  std::string script = FAIRLEAD_SOURCE_DIR "/tests/support/zookeeper_servers.py";
  std::string servers = std::to_string(count);
  std::string tick = std::to_string(tick_ms);
  std::array<char*, 5> arguments = {python.data(), script.data(), servers.data(), tick.data(),
                                    nullptr};
  check(::posix_spawnp(&pid_, "python3", &actions, nullptr, arguments.data(), environ) == 0,
        "python3 starts");
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  to_ = ::fdopen(in[1], "w");
  from_ = ::fdopen(out[0], "r");
  std::string line = read_line(from_);
  check(line.substr(0, 6) == "ready ", "the ZooKeeper servers start; their helper says why above");
  servers_ = line.substr(6);
}

ZookeeperServers::~ZookeeperServers() {
  std::fclose(to_);  // the helper ends with its input
  std::fclose(from_);
  ::waitpid(pid_, nullptr, 0);
}

std::string ZookeeperServers::server(int n) const {
  std::size_t begin = 0;
  for (int i = 1; i < n; ++i) begin = servers_.find(',', begin) + 1;
  return servers_.substr(begin, servers_.find(',', begin) - begin);
}

int ZookeeperServers::leader() {
  return std::stoi(order("leader").substr(5));
}

std::string ZookeeperServers::order(const std::string& line) {
  std::fprintf(to_, "%s\n", line.c_str());
  std::fflush(to_);
  std::string answer = read_line(from_);
  check(answer.substr(0, 4) == "done", "the helper did what it was told");
  return answer;
}

}  // namespace fairlead::test
