#include "cli/dev_zookeeper.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace fairlead::cli {
namespace {

constexpr const char* kJava = "/usr/bin/java";
constexpr const char* kJars[] = {"/usr/share/java/zookeeper.jar",
                                 "/usr/share/java/slf4j-log4j12.jar",
                                 "/usr/share/java/log4j-1.2.jar"};
constexpr const char* kLogSettings =
    "log4j.rootLogger=WARN, console\n"
    "log4j.appender.console=org.apache.log4j.ConsoleAppender\n"
    "log4j.appender.console.layout=org.apache.log4j.PatternLayout\n"
    "log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{1} %m%n\n";

/// A port of loopback that nobody listens on while it lives.
class FreePort {
 public:
  FreePort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, plain, size) == 0 && ::getsockname(socket_, plain, &size) == 0) {
      port_ = ntohs(address.sin_port);
    }
  }
  ~FreePort() { ::close(socket_); }
  FreePort(const FreePort&) = delete;
  FreePort& operator=(const FreePort&) = delete;

  std::string text() const { return std::to_string(port_); }

 private:
  const int socket_;
  int port_ = 0;
};

Status write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (file) return {};
  return Error{ErrorCode::kExhausted, path + ": not written"};
}

std::vector<std::string> command_of(const std::string& folder) {
  std::string classes = folder;
  for (const char* jar : kJars) classes += std::string(":") + jar;
  return {kJava,
          // By this a server is found again when its record was never written.
          "-Dfairlead.dir=" + folder, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
          "-Dzookeeper.jmx.log4j.disable=true", "-cp", classes,
          "org.apache.zookeeper.server.quorum.QuorumPeerMain", folder + "/zoo.cfg"};
}

}  // namespace

Result<DevZookeeper> prepare_dev_zookeeper(const std::string& folder) {
  for (const char* needed : {kJava, kJars[0], kJars[1], kJars[2]}) {
    if (::access(needed, R_OK) == 0) continue;
    return Error{ErrorCode::kNotFound, std::string("dev up --zookeeper: ") + needed +
                                           " is missing; hint: apt-get install zookeeper"};
  }
  const std::array<FreePort, 3 * kDevZookeeperServers> ports;
  std::string members;
  for (int i = 0; i < kDevZookeeperServers; ++i) {
    const auto at = static_cast<std::size_t>(3 * i);
    members += "server." + std::to_string(i + 1) + "=127.0.0.1:" + ports[at + 1].text() + ":" +
               ports[at + 2].text() + "\n";
  }
  DevZookeeper zookeeper{.address = "zk://", .argv = {}};
  for (int i = 0; i < kDevZookeeperServers; ++i) {
    const std::string number = std::to_string(i + 1);
    const std::string own = folder + "/" + number;
    const std::string port = ports[static_cast<std::size_t>(3 * i)].text();
    std::error_code failed;
    std::filesystem::create_directories(own + "/data", failed);
    if (failed) return Error{ErrorCode::kDenied, own + ": " + failed.message()};
    const std::string settings = "tickTime=500\ninitLimit=50\nsyncLimit=10\ndataDir=" + own +
                                 "/data\nclientPort=" + port +
                                 "\nclientPortAddress=127.0.0.1\nmaxClientCnxns=0\n"
                                 "maxSessionTimeout=60000\nadmin.enableServer=false\n" +
                                 members;
    if (Status done = write(own + "/zoo.cfg", settings); !done) return done.error();
    if (Status done = write(own + "/log4j.properties", kLogSettings); !done) return done.error();
    if (Status done = write(own + "/data/myid", number + "\n"); !done) return done.error();
    zookeeper.address += (i == 0 ? "127.0.0.1:" : ",127.0.0.1:") + port;
    zookeeper.argv.push_back(command_of(own));
  }
  zookeeper.address += "/fairlead";
  return zookeeper;
}

}  // namespace fairlead::cli
