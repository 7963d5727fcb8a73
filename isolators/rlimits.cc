#include "isolators/rlimits.h"

#include <algorithm>
#include <array>

namespace fairlead::isolators {
namespace {

constexpr std::array<std::string_view, 16> kNames = {
    "as",   "core",   "cpu",   "data", "fsize",  "locks",  "memlock",    "msgqueue",
    "nice", "nofile", "nproc", "rss",  "rtprio", "rttime", "sigpending", "stack"};

}  // namespace

Status plan_rlimits(const ContainerSpec& spec, const Place&, ContainerPlan& plan) {
  std::vector<std::string> seen;
  for (const ResourceLimit& limit : spec.rlimits) {
    const std::string what = "rlimit '" + limit.name.substr(0, 20) + "'";
    if (std::find(kNames.begin(), kNames.end(), limit.name) == kNames.end()) {
      return invalid({.what = what,
                      .expected = "a name of setrlimit in lower case",
                      .got = limit.name.substr(0, 20),
                      .hint = "for example nofile, core, fsize, nproc, stack"});
    }
    if (std::find(seen.begin(), seen.end(), limit.name) != seen.end()) {
      return invalid({.what = what, .expected = "each name once", .got = limit.name});
    }
    if (limit.soft > limit.hard) {
      return invalid(
          {.what = what,
           .expected = "a soft limit not above the hard limit " + std::to_string(limit.hard),
           .got = std::to_string(limit.soft)});
    }
    seen.push_back(limit.name);
    plan.steps.push_back(SetRlimit{limit});
  }
  return {};
}

}  // namespace fairlead::isolators
