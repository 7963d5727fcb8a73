#include "agent/shim/container.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "agent/shim/volumes.h"

namespace fairlead::shim {
namespace {

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make", "pipe", errno);
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return pipe;
}

Result<Descriptor> open_sandbox(const std::string& path, const std::optional<User>& user) {
  const bool made = ::mkdir(path.c_str(), 0755) == 0;
  if (!made && errno != EEXIST) return system_error("make sandbox", path, errno);
  Descriptor sandbox(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!sandbox.is_open()) return system_error("open sandbox", path, errno);
  if (user && ::fchown(sandbox.get(), user->uid, user->gid) != 0) {
    return system_error("hand over sandbox", path, errno);
  }
  return sandbox;
}

isolators::Namespaces namespaces_of(const isolators::ContainerPlan& plan) {
  for (const isolators::Step& step : plan.steps) {
    if (const auto* namespaces = std::get_if<isolators::Namespaces>(&step)) return *namespaces;
  }
  return {};
}

std::uint64_t clone_flags(const isolators::Namespaces& namespaces) {
  std::uint64_t flags = CLONE_PIDFD;
  if (namespaces.pid) flags |= CLONE_NEWPID;
  if (namespaces.mount) flags |= CLONE_NEWNS;
  if (namespaces.ipc) flags |= CLONE_NEWIPC;
  if (namespaces.uts) flags |= CLONE_NEWUTS;
  return flags;
}

}  // namespace

Result<Inside> prepare(const LaunchDescription& launch) {
  Inside inside;
  const std::string& name = launch.spec.command.user;
  if (!name.empty()) {
    Result<User> user = find_user(name);
    if (!user) return user.error();
    inside.user = *user;
  }
  Result<Descriptor> sandbox = open_sandbox(launch.spec.sandbox, inside.user);
  if (!sandbox) return sandbox.error();
  inside.sandbox = std::move(sandbox).value();
  if (Status given = hand_over_volumes(launch.spec, inside.user); !given) return given.error();
  Result<isolators::ContainerPlan> plan =
      isolators::plan(launch.spec, launch.host, launch.cgroup_parent);
  if (!plan) return plan.error();
  inside.plan = std::move(plan).value();
  if (!launch.spec.volumes.empty() && !namespaces_of(inside.plan).mount) {
    // A link in the sandbox instead could be changed by the task, and shows what is not its user's.
    return Error{ErrorCode::kUnsupported,
                 "volumes: expected a container with a mount namespace of its own"};
  }
  Result<isolators::Prepared> prepared = isolators::apply(inside.plan);
  if (!prepared) return prepared.error();
  inside.prepared = std::move(prepared).value();
  return inside;
}

Result<Running> start(const LaunchDescription& launch, const Inside& inside) {
  Pipe pipes[4];
  for (Pipe& pipe : pipes) {
    Result<Pipe> made = make_pipe();
    if (!made) return made.error();
    pipe = std::move(made).value();
  }
  auto& [output, errors, failure, status] = pipes;
  if (inside.user) {
    // So that the task may open /dev/stdout again.
    (void)!::fchown(output.write.get(), inside.user->uid, inside.user->gid);
    (void)!::fchown(errors.write.get(), inside.user->uid, inside.user->gid);
  }
  int handle = -1;
  clone_args arguments{};
  arguments.flags = clone_flags(namespaces_of(inside.plan));
  arguments.pidfd = reinterpret_cast<std::uintptr_t>(&handle);
  arguments.exit_signal = SIGCHLD;
  if (inside.prepared.born.is_open()) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<__u64>(inside.prepared.born.get());
  }
  const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  if (pid < 0) return system_error("clone", "container init", errno);
  if (pid == 0) {
    run_init({.launch = &launch,
              .plan = &inside.plan,
              .prepared = &inside.prepared,
              .user = inside.user ? &*inside.user : nullptr,
              .sandbox = inside.sandbox.get(),
              .output = output.write.get(),
              .errors = errors.write.get(),
              .failure = failure.write.get(),
              .status = status.write.get()});
  }
  return Running{.init = static_cast<pid_t>(pid),
                 .init_handle = Descriptor(handle),
                 .output = std::move(output.read),
                 .errors = std::move(errors.read),
                 .failure = std::move(failure.read),
                 .status = std::move(status.read)};
}

}  // namespace fairlead::shim
