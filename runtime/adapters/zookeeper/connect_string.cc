#include "runtime/adapters/zookeeper/connect_string.h"

#include <algorithm>
#include <charconv>

#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::string_view kScheme = "zk://";
constexpr std::string_view kDefaultPort = "2181";
constexpr const char* kHint = "zk://host1:2181,host2:2181,host3:2181/fairlead";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

Error wrong(std::string_view text, std::string expected, std::string_view got) {
  return invalid({.what = "ZooKeeper address \"" + std::string(text.substr(0, 200)) + "\"",
                  .expected = std::move(expected),
                  .got = std::string(got),
                  .hint = kHint});
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  return code == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    std::string_view inside = host.substr(1, host.size() - 2);
    return inside.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), is_plain);
}

/// `server` with its port, or nothing when it is no server.
std::string with_port(std::string_view server) {
  std::size_t colon = server.rfind(':');
  bool has_port = colon != std::string_view::npos && server.back() != ']';
  std::string_view host = server.substr(0, has_port ? colon : server.size());
  std::string_view port = has_port ? server.substr(colon + 1) : kDefaultPort;
  if (!is_host(host) || !is_port(port)) return {};
  return std::string(host) + ":" + std::string(port);
}

bool is_chroot(std::string_view path) {
  if (path.size() < 2 || path.size() > limits::kZnodePathCharsMax / 2) return false;
  while (!path.empty()) {
    std::size_t end = std::min(path.find('/', 1), path.size());
    std::string_view name = path.substr(1, end - 1);
    if (name.empty() || name == "." || name == ".." || name == "zookeeper") return false;
    if (!std::all_of(name.begin(), name.end(), is_plain)) return false;
    path.remove_prefix(end);
  }
  return true;
}

}  // namespace

Result<ZookeeperAddress> parse_zookeeper_address(std::string_view text) {
  if (text.substr(0, kScheme.size()) != kScheme) {
    return wrong(text, "zk:// in front", text.substr(0, 16));
  }
  std::string_view rest = text.substr(kScheme.size());
  if (rest.find('@') != std::string_view::npos) {
    // Not the text: it holds a password, and messages end up in logs.
    return invalid({.what = "ZooKeeper address",
                    .expected = "no credentials inside it",
                    .hint = "put `user:password` into a file of mode 0600 and name that file"});
  }
  std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view servers = rest.substr(0, slash);
  ZookeeperAddress address{.servers = {}, .chroot = std::string(rest.substr(slash)), .file = {}};
  std::size_t count = 0;
  for (bool more = true; more;) {
    std::size_t comma = servers.find(',');
    more = comma != std::string_view::npos;
    std::string_view server = servers.substr(0, comma);
    std::string full = with_port(server);
    if (full.empty()) return wrong(text, "HOST or HOST:PORT", server);
    if (++count > limits::kZookeeperServersMax) {
      return wrong(text, "at most " + std::to_string(limits::kZookeeperServersMax) + " servers",
                   "more");
    }
    address.servers += (address.servers.empty() ? "" : ",") + full;
    if (more) servers.remove_prefix(comma + 1);
  }
  if (!is_chroot(address.chroot)) {
    return wrong(text, "a path of plain names below the servers, such as /fairlead",
                 address.chroot);
  }
  return address;
}

Result<std::string> parse_zookeeper_credentials(std::string_view contents,
                                                const std::string& where) {
  std::string_view line = contents.substr(0, contents.find('\n'));
  std::size_t colon = line.find(':');
  bool printable =
      std::all_of(line.begin(), line.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == line.size() || !printable) {
    return invalid({.what = "ZooKeeper credentials",
                    .where = where,
                    .expected = "one line `user:password` of printable characters without spaces",
                    .hint = "the line is not repeated here"});
  }
  return std::string(line);
}

}  // namespace fairlead
