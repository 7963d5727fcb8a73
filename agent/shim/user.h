// Users as /etc/passwd and /etc/group know them. Read directly: the shim is linked statically and
// may not load name service plug-ins; what only a directory service knows is given by number.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace fairlead::shim {

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  ///< all of them, `gid` included
};

/// `name` is a login name, "uid" or "uid:gid". kNotFound: no such user.
Result<User> find_user(std::string_view name);
/// The same over given file contents. Pure.
Result<User> find_user_in(std::string_view name, std::string_view passwd, std::string_view group);

}  // namespace fairlead::shim
