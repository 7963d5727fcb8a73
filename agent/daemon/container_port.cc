#include "agent/daemon/container_port.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/container_spec.h"
#include "agent/daemon/volume_folders.h"
#include "isolators/apply/descriptor.h"
#include "runtime/adapters/log/log.h"

namespace fairlead {
namespace {

void log_failure(const char* event, const ContainerId& container, const Status& status) {
  if (status) return;
  log_line(LogLevel::kWarning, event,
           {{"container", container.text}, {"error", status.error().message}});
}

}  // namespace

ContainerPort::ContainerPort(Loop& loop, LauncherOptions options, Roots roots,
                             EventHandler on_event)
    : roots_(std::move(roots)), on_event_(std::move(on_event)) {
  LauncherEvents events{.on_started =
                            [this](const ContainerId& id, const ShimIdentity& shim, std::int32_t) {
                              on_event_(ContainerStarted{id, shim});
                            },
                        .on_exited = [this](const ContainerExit& exit) { on_exited(exit); }};
  launcher_ = std::make_unique<Launcher>(loop, std::move(options), std::move(events));
}

void ContainerPort::launch(const ContainerSpec& spec) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(spec.sandbox).parent_path(), error);
  Status launched = error ? Status(system_error("make sandbox", spec.sandbox, error.value()))
                          : make_volume_folders(roots_.volumes, spec.volumes);
  if (launched) launched = launcher_->launch(spec);
  if (launched) {
    live_.insert(spec.id);
  } else {
    on_event_(ContainerExited{{.id = spec.id,
                               .launch_error = launched.error().message,
                               .is_machine_full = launched.error().code == ErrorCode::kExhausted}});
  }
}

void ContainerPort::adopt(const AdoptContainer& order) {
  live_.insert(order.spec.id);
  Status adopted = launcher_->adopt(order.spec.id, order.spec.meta, order.shim);
  if (!adopted) {
    on_exited({.id = order.spec.id, .launch_error = adopted.error().message});
  } else if (live_.count(order.spec.id) > 0) {
    on_event_(ContainerStarted{order.spec.id, order.shim});
  }
}

void ContainerPort::on_exited(const ContainerExit& exit) {
  live_.erase(exit.id);
  on_event_(ContainerExited{exit});
}

void ContainerPort::terminate(const ContainerId& container) {
  log_failure("terminate", container, launcher_->terminate(container));
}

void ContainerPort::kill(const ContainerId& container) {
  log_failure("kill", container, launcher_->kill_now(container));
}

void ContainerPort::destroy_orphans(const DestroyOrphans& order) {
  for (const ContainerId& orphan : launcher_->destroy_orphans(order.known)) {
    log_line(LogLevel::kWarning, "orphan_destroyed", {{"container", orphan.text}});
  }
}

void ContainerPort::remove_sandbox(const std::string& path) {
  namespace fs = std::filesystem;
  fs::path inside = fs::path(path).lexically_relative(roots_.sandboxes);
  bool is_inside = !inside.empty() && *inside.begin() != ".." && inside != ".";
  std::error_code error;
  if (is_inside) {
    // remove_all follows no symbolic link.
    fs::remove_all(path, error);
    if (const auto container = container_of_sandbox(inside.string())) {
      fs::remove_all(fs::path(roots_.metas) / container->text, error);
    }
    // The folders of the task and the framework go with their last attempt.
    fs::remove(fs::path(path).parent_path(), error);
    fs::remove(fs::path(path).parent_path().parent_path(), error);
  } else {
    log_line(LogLevel::kError, "sandbox_refused", {{"path", path}});
  }
}

void ContainerPort::sample() {
  for (const ContainerId& container : live_) {
    Result<ResourceUsage> usage = launcher_->usage(container);
    if (usage) on_event_(ContainerSampled{container, *usage});
  }
}

void ContainerPort::kill_all() {
  for (const ContainerId& container : std::set<ContainerId>(live_)) kill(container);
}

}  // namespace fairlead
