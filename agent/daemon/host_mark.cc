#include "agent/daemon/host_mark.h"

#include <fstream>

#include "agent/daemon/host_facts.h"
#include "runtime/adapters/files/replace_file.h"

namespace fairlead {
namespace {

std::string path_in(const std::string& state_dir) {
  return state_dir + "/host";
}

/// Of an image before its first boot it says "uninitialized".
std::string machine_id() {
  constexpr std::size_t kDigits = 32;
  std::ifstream file("/etc/machine-id");
  std::string text;
  file >> text;
  bool is_id =
      text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_id ? text : std::string();
}

}  // namespace

Result<HostMark> host_now() {
  Result<std::string> boot = boot_id();
  if (!boot) return boot.error();
  return HostMark{.machine = machine_id(), .boot = *boot};
}

std::optional<HostMark> read_host_mark(const std::string& state_dir) {
  std::ifstream file(path_in(state_dir));
  std::string machine_word;
  std::string boot_word;
  HostMark mark;
  bool is_whole = file >> machine_word >> mark.machine >> boot_word >> mark.boot &&
                  machine_word == "machine" && boot_word == "boot";
  if (!is_whole) return std::nullopt;
  if (mark.machine == "-") mark.machine.clear();
  return mark;
}

Status write_host_mark(const std::string& state_dir, const HostMark& mark) {
  const std::string machine = mark.machine.empty() ? "-" : mark.machine;
  return replace_file(path_in(state_dir), "machine " + machine + "\nboot " + mark.boot + "\n");
}

Status check_host(const std::string& state_dir, const HostMark& mark, const HostMark& now) {
  bool is_known = !mark.machine.empty() && !now.machine.empty();
  if (!is_known || mark.machine == now.machine || mark.boot == now.boot) return {};
  return Error{
      ErrorCode::kConflict,
      to_string(Complaint{
          .what = "state directory " + state_dir,
          .where = "host",
          .expected = "machine id " + now.machine + ", which is this machine's",
          .got = mark.machine,
          .hint = "it was copied from another machine, where its agent may still run: give this "
                  "one an empty --state-dir; if this machine takes that one's place for good, "
                  "start it once with --accept-host-change"})};
}

}  // namespace fairlead
