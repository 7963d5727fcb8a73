#include "simulator/chaos/container_host.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "agent/container_spec.h"

namespace fairlead::chaos {
namespace {

constexpr std::int32_t kSigkill = 9;
constexpr std::int32_t kSigterm = 15;
constexpr std::int64_t kNsPerTick = 10'000'000;

std::int64_t argument(const ContainerSpec& spec, std::size_t index) {
  std::int64_t value = 0;
  if (index < spec.command.argv.size()) {
    const std::string& text = spec.command.argv[index];
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  return value;
}

std::string below_root(const std::string& path) {
  constexpr std::string_view kRoot = "/sandboxes/";
  check(path.starts_with(kRoot), "sandboxes lie below the root");
  return path.substr(kRoot.size());
}

}  // namespace

ContainerHost::ContainerHost(Stage& stage, Process& agent, Ledger& ledger, EventHandler on_event)
    : stage_(stage), agent_(agent), ledger_(ledger), on_event_(std::move(on_event)) {}

void ContainerHost::tell(AgentEvent event) {
  if (!agent_.is_alive()) return;
  agent_.after(microseconds(100), [this, event = std::move(event)] { on_event_(event); });
}

void ContainerHost::launch(const ContainerSpec& spec) {
  auto known = containers_.find(spec.id);
  if (known != containers_.end() && known->second.is_alive()) {
    return tell(ContainerExited{{.id = spec.id, .launch_error = "already launched"}});
  }
  Container& container = containers_[spec.id];
  container = {.spec = spec,
               .shim = {++pids_, static_cast<std::uint64_t>(agent_.now().ns / kNsPerTick + 1)}};
  sandboxes_.insert(below_root(spec.sandbox));
  held_[spec.id] = {spec.cpu_milli, spec.memory_limit_kib};
  // The shim is spawned; the container comes up whatever becomes of the agent meanwhile.
  stage_.queue.after(stage_.random.between(milliseconds(2), milliseconds(60)),
                     [this, id = spec.id, pid = container.shim.pid] {
                       start(id, static_cast<std::uint64_t>(pid));
                     });
}

void ContainerHost::start(const ContainerId& id, std::uint64_t serial) {
  auto found = containers_.find(id);
  if (found == containers_.end() || !found->second.is_alive()) return;
  if (static_cast<std::uint64_t>(found->second.shim.pid) != serial) return;
  run(found->second);
  tell(ContainerStarted{id, found->second.shim});
}

void ContainerHost::run(Container& container) {
  container.has_started = true;
  ledger_.on_container_started(container.spec.id, agent_.name());
  ExitStatus exit;
  exit.code = static_cast<std::int32_t>(argument(container.spec, 2));
  stage_.queue.after(
      milliseconds(argument(container.spec, 1)),
      [this, id = container.spec.id, exit,
       serial = static_cast<std::uint64_t>(container.shim.pid)] { end(id, serial, exit); });
}

void ContainerHost::end(const ContainerId& id, std::uint64_t serial, ExitStatus exit) {
  auto found = containers_.find(id);
  if (found == containers_.end() || !found->second.is_alive()) return;
  if (static_cast<std::uint64_t>(found->second.shim.pid) != serial) return;
  put_end(found->second, exit);
  if (stage_.plant == Plant::kLostExit) return;
  tell(ContainerExited{report(found->second)});
}

void ContainerHost::put_end(Container& container, ExitStatus exit) {
  container.exit = exit;
  held_.erase(container.spec.id);
  if (container.has_started) ledger_.on_container_ended(container.spec.id, exit);
}

ContainerExit ContainerHost::report(const Container& container) {
  ContainerExit exit{.id = container.spec.id, .exit = container.exit};
  exit.usage.memory_peak_bytes = 1 << 20;
  if (!container.has_started) exit.launch_error = "killed before it was built";
  return exit;
}

void ContainerHost::adopt(const AdoptContainer& order) {
  auto found = containers_.find(order.spec.id);
  bool is_overlooked = stage_.plant == Plant::kBlindAdoption;
  if (found == containers_.end() || is_overlooked) {
    ContainerExit exit{.id = order.spec.id};
    // A shim says who it is before it does anything: without that word nothing ever ran.
    if (order.shim.pid == 0) exit.launch_error = "its shim had not begun";
    return tell(ContainerExited{exit});
  }
  Container& container = found->second;
  if (stage_.plant == Plant::kSecondContainer && !container.is_alive()) {
    container.exit.reset();
    container.shim.pid = ++pids_;
    run(container);
  }
  if (!container.is_alive()) return tell(ContainerExited{report(container)});
  // One that is still being built reports by itself.
  if (container.has_started) tell(ContainerStarted{order.spec.id, container.shim});
}

void ContainerHost::terminate(const ContainerId& container) {
  auto found = containers_.find(container);
  if (found == containers_.end() || argument(found->second.spec, 3) != 0) return;
  ExitStatus exit;
  exit.signal = kSigterm;
  stage_.queue.after(
      stage_.random.between(milliseconds(1), milliseconds(500)),
      [this, container, exit, serial = static_cast<std::uint64_t>(found->second.shim.pid)] {
        end(container, serial, exit);
      });
}

void ContainerHost::kill(const ContainerId& container) {
  auto found = containers_.find(container);
  if (found == containers_.end()) return;
  ExitStatus exit;
  exit.signal = kSigkill;
  stage_.queue.after(
      stage_.random.between(microseconds(100), milliseconds(20)),
      [this, container, exit, serial = static_cast<std::uint64_t>(found->second.shim.pid)] {
        end(container, serial, exit);
      });
}

void ContainerHost::destroy_orphans(const DestroyOrphans& order) {
  ExitStatus exit;
  exit.signal = kSigkill;
  for (auto& [id, container] : containers_) {
    bool is_known = std::find(order.known.begin(), order.known.end(), id) != order.known.end();
    if (is_known || !container.is_alive()) continue;
    put_end(container, exit);
  }
}

void ContainerHost::forget_sandbox(const std::string& path) {
  std::string inside = below_root(path);
  sandboxes_.erase(inside);
  std::optional<ContainerId> container = container_of_sandbox(inside);
  if (container) containers_.erase(*container);
}

std::vector<LeftoverSandbox> ContainerHost::sandboxes() const {
  std::vector<LeftoverSandbox> found;
  for (const std::string& path : sandboxes_) found.push_back({.path = path});
  return found;
}

void ContainerHost::on_reboot() {
  ExitStatus exit;
  exit.signal = kSigkill;
  for (auto& [id, container] : containers_) {
    if (container.is_alive()) put_end(container, exit);
  }
  containers_.clear();
}

}  // namespace fairlead::chaos
