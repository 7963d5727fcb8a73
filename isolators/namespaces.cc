#include "isolators/namespaces.h"

#include <algorithm>

namespace fairlead::isolators {
namespace {

constexpr std::size_t kHostnameCharsMax = 63;  // the kernel takes 64, one label of DNS 63

bool is_hostname_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-';
}

}  // namespace

Status plan_namespaces(const ContainerSpec& spec, const Place&, ContainerPlan& plan) {
  const std::string& name = spec.hostname;
  if (name.size() > kHostnameCharsMax ||
      !std::all_of(name.begin(), name.end(), is_hostname_character)) {
    return invalid({.what = "container host name",
                    .expected = "at most 63 characters of [A-Za-z0-9.-]",
                    .got = name.substr(0, kHostnameCharsMax)});
  }
  plan.steps.push_back(
      Namespaces{.pid = true, .mount = true, .ipc = true, .uts = true, .hostname = name});
  return {};
}

}  // namespace fairlead::isolators
