#include "agent/launcher/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "agent/shim/process_id.h"
#include "agent/shim/protocol.h"

namespace fairlead {
namespace {

constexpr int kAboveProtocol = 10;  // so that placing one descriptor never overwrites another

int open_process(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

Descriptor moved_up(Descriptor low) {
  return Descriptor(::fcntl(low.get(), F_DUPFD_CLOEXEC, kAboveProtocol));
}

std::string identity_path(const std::string& meta) {
  return meta + "/" + shim::kIdentityFile;
}

/// The file whose lock says that the shim lives; its existence says that it was ever started.
Result<Descriptor> make_lock(const std::string& meta) {
  const std::string path = identity_path(meta);
  Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!lock.is_open() && errno == EEXIST) {
    return Error{ErrorCode::kConflict,
                 "launch: " + path + " exists: this container was started before"};
  }
  if (!lock.is_open()) return system_error("create", path, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return system_error("lock", path, errno);
  return moved_up(std::move(lock));
}

Result<Descriptor> make_description(const shim::LaunchDescription& launch) {
  const Bytes document = encode(launch);
  // In memory: an environment may hold secrets, which have no business on the disk.
  Descriptor file(::memfd_create("fairlead-launch", MFD_CLOEXEC));
  if (!file.is_open()) return system_error("create", "launch description", errno);
  const std::string_view text(reinterpret_cast<const char*>(document.data()), document.size());
  if (Status ok = write_all(file.get(), text, "launch description"); !ok) return ok.error();
  return moved_up(std::move(file));
}

/// Owns the two structures that posix_spawn wants.
class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&actions);
    sigset_t all;
    ::sigfillset(&all);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    // A stop that arrives before the shim has set itself up waits instead of ending it.
    ::posix_spawnattr_setsigmask(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    for (int standard : {0, 1, 2}) {
      ::posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
    }
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  void pass(const Descriptor& descriptor, int as) {
    ::posix_spawn_file_actions_adddup2(&actions, descriptor.get(), as);
  }

  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t actions{};
};

Result<SpawnedShim> spawn_locked(const std::string& program, const shim::LaunchDescription& launch,
                                 const Descriptor& lock) {
  Result<Descriptor> description = make_description(launch);
  if (!description) return description.error();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make", "ready pipe", errno);
  SpawnedShim out{.process = {}, .ready = Descriptor(ends[0])};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const Descriptor ready = moved_up(Descriptor(ends[1]));
  SpawnSettings settings;
  settings.pass(*description, shim::kLaunchDescriptor);
  settings.pass(ready, shim::kReadyDescriptor);
  settings.pass(lock, shim::kLockDescriptor);
  std::string name = "fairlead-shim";
  std::string id = launch.spec.id.text;
  char* arguments[] = {name.data(), id.data(), nullptr};
  char* environment[] = {nullptr};
  pid_t pid = 0;
  const int why = ::posix_spawn(&pid, program.c_str(), &settings.actions, &settings.attributes,
                                arguments, environment);
  if (why != 0) return system_error("start", program, why);
  out.process.reset(open_process(pid));
  if (!out.process.is_open()) {
    const Error error = system_error("open process", program, errno);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return error;
  }
  return out;
}

}  // namespace

Result<SpawnedShim> spawn_shim(const std::string& program, const shim::LaunchDescription& launch) {
  const std::string& meta = launch.spec.meta;
  const bool made = ::mkdir(meta.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return system_error("make", meta, errno);
  Result<Descriptor> lock = make_lock(meta);
  Result<SpawnedShim> shim =
      lock ? spawn_locked(program, launch, *lock) : Result<SpawnedShim>(lock.error());
  if (shim) return shim;
  if (lock) ::unlink(identity_path(meta).c_str());
  if (made) ::rmdir(meta.c_str());
  return Error{shim.error().code, "container " + launch.spec.id.text + ": " + shim.error().message};
}

bool is_shim_alive(const std::string& meta) {
  const Descriptor lock(::open(identity_path(meta).c_str(), O_RDONLY | O_CLOEXEC));
  return lock.is_open() && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0;
}

Result<Descriptor> open_shim(const ShimIdentity& identity) {
  Descriptor process(open_process(identity.pid));
  const std::string name = "process " + std::to_string(identity.pid);
  if (!process.is_open()) return system_error("open", name, errno);
  // Read after the open: from here on the pid cannot be given to another process unnoticed.
  Result<std::uint64_t> ticks = shim::start_ticks(identity.pid);
  if (!ticks) return ticks.error();
  if (*ticks != identity.start_ticks) {
    return Error{ErrorCode::kNotFound, name + ": another one than the shim that had this number"};
  }
  return process;
}

}  // namespace fairlead
