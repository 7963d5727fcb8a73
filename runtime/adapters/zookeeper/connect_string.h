// `zk://host1:2181,host2,[::1]:2181/fairlead`: which servers and below which node. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace fairlead {

struct ZookeeperAddress {
  std::string servers;  ///< "host1:2181,host2:2181", as the C client takes it
  std::string chroot;   ///< "/fairlead"; never empty, never "/"
  std::string file;     ///< that names the servers and may name others later; "": they are fixed

  /// The connect string again, with every port.
  std::string text() const { return "zk://" + servers + chroot; }
};

/// kInvalid says which part is wrong: scheme, a server, more than limits::kZookeeperServersMax of
/// them, a path that is missing or not made of plain names, credentials inside the string.
Result<ZookeeperAddress> parse_zookeeper_address(std::string_view text);

/// The credentials from the first line of `contents`, `user:password`. `where` names the file in
/// the message; the message never repeats what the line says.
Result<std::string> parse_zookeeper_credentials(std::string_view contents,
                                                const std::string& where);

}  // namespace fairlead
