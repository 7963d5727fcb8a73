#include "agent/shim/user.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "isolators/apply/descriptor.h"

namespace fairlead::shim {
namespace {

constexpr std::size_t kUserFileBytesMax = 16 << 20;
constexpr std::size_t kGroupsMax = 1'024;

/// Cuts the part before `separator` off the front of `rest`.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  // The largest number means "no change" to the kernel.
  if (error != std::errc() || end != text.data() + text.size() || out == UINT32_MAX) return {};
  return out;
}

/// "uid" or "uid:gid".
std::optional<User> numeric(std::string_view name) {
  std::string_view rest = name;
  const std::optional<std::uint32_t> uid = number(cut(rest, ':'));
  if (!uid) return {};
  const std::optional<std::uint32_t> gid = rest.empty() ? uid : number(rest);
  if (!gid) return {};
  return User{*uid, *gid, {*gid}};
}

}  // namespace

Result<User> find_user_in(std::string_view name, std::string_view passwd, std::string_view group) {
  if (std::optional<User> user = numeric(name)) return *user;
  std::optional<User> found;
  while (!passwd.empty() && !found) {
    std::string_view line = cut(passwd, '\n');
    if (cut(line, ':') != name) continue;
    cut(line, ':');
    const std::optional<std::uint32_t> uid = number(cut(line, ':'));
    const std::optional<std::uint32_t> gid = number(cut(line, ':'));
    if (uid && gid) found = User{*uid, *gid, {*gid}};
  }
  if (!found || name.empty()) {
    return Error{ErrorCode::kNotFound,
                 "user '" + std::string(name.substr(0, 60)) +
                     "': not in /etc/passwd; hint: name a user of this host, or give uid:gid"};
  }
  while (!group.empty() && found->groups.size() < kGroupsMax) {
    std::string_view line = cut(group, '\n');
    cut(line, ':');
    cut(line, ':');
    const std::optional<std::uint32_t> gid = number(cut(line, ':'));
    while (gid && !line.empty()) {
      if (cut(line, ',') == name && *gid != found->gid) found->groups.push_back(*gid);
    }
  }
  return *found;
}

Result<User> find_user(std::string_view name) {
  if (std::optional<User> user = numeric(name)) return *user;
  Result<std::string> passwd = read_file("/etc/passwd", kUserFileBytesMax);
  if (!passwd) return passwd.error();
  Result<std::string> group = read_file("/etc/group", kUserFileBytesMax);
  return find_user_in(name, *passwd, group ? std::string_view(*group) : std::string_view());
}

}  // namespace fairlead::shim
