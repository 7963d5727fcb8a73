#include "agent/shim/task.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "isolators/apply/descriptor.h"

namespace fairlead::shim {
namespace {

constexpr std::size_t kFailureBytesMax = 1'000;
constexpr const char* kPathDefault = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

[[noreturn]] void fail(const TaskStart& start, const char* action, const std::string& object,
                       const char* hint = "") {
  write_failure(start.failure, action, object.c_str(), errno, hint);
  ::_exit(127);
}

/// The launcher set all handlers back to their defaults when it spawned the shim, and the shim has
/// none of its own; only its mask must go.
void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int resource_of(std::string_view name) {
  constexpr std::pair<std::string_view, int> kResources[] = {
      {"as", RLIMIT_AS},           {"core", RLIMIT_CORE},         {"cpu", RLIMIT_CPU},
      {"data", RLIMIT_DATA},       {"fsize", RLIMIT_FSIZE},       {"locks", RLIMIT_LOCKS},
      {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
      {"nofile", RLIMIT_NOFILE},   {"nproc", RLIMIT_NPROC},       {"rss", RLIMIT_RSS},
      {"rtprio", RLIMIT_RTPRIO},   {"rttime", RLIMIT_RTTIME},     {"sigpending", RLIMIT_SIGPENDING},
      {"stack", RLIMIT_STACK}};
  for (const auto& [known, resource] : kResources) {
    if (known == name) return resource;
  }
  return -1;
}

void set_rlimits(const TaskStart& start) {
  for (const isolators::Step& step : start.plan->steps) {
    const auto* set = std::get_if<isolators::SetRlimit>(&step);
    if (set == nullptr) continue;
    const rlimit value{set->limit.soft, set->limit.hard};
    const int resource = resource_of(set->limit.name);
    errno = EINVAL;
    if (resource < 0 || ::setrlimit(static_cast<__rlimit_resource>(resource), &value) != 0) {
      fail(start, "set rlimit", set->limit.name,
           "; hint: ask for no more than the agent's own hard limit");
    }
  }
}

void become_user(const TaskStart& start) {
  if (start.user == nullptr) return;
  const User& user = *start.user;
  if (::setgroups(user.groups.size(), user.groups.data()) != 0 ||
      ::setresgid(user.gid, user.gid, user.gid) != 0 ||
      ::setresuid(user.uid, user.uid, user.uid) != 0) {
    fail(start, "become user", start.launch->spec.command.user,
         "; hint: does the agent run as root?");
  }
}

/// A relative directory must lie in the sandbox, whatever symbolic links say; an absolute one is
/// entered with the task's own rights.
void enter_directory(const TaskStart& start) {
  const std::string& directory = start.launch->spec.command.working_directory;
  if (!directory.empty() && directory.front() == '/') {
    if (::chdir(directory.c_str()) == 0) return;
    fail(start, "enter working directory", directory,
         "; hint: it must exist on the agent's host and be readable");
  }
  if (::fchdir(start.sandbox) != 0) fail(start, "enter sandbox", start.launch->spec.sandbox);
  if (directory.empty()) return;
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long opened = ::syscall(SYS_openat2, start.sandbox, directory.c_str(), &how, sizeof how);
  if (opened < 0 || ::fchdir(static_cast<int>(opened)) != 0) {
    fail(start, "enter working directory", directory,
         "; hint: a relative one must exist in the sandbox");
  }
}

std::string path_of(const Command& command) {
  for (const EnvironmentVariable& variable : command.environment) {
    if (variable.name == "PATH") return variable.value;
  }
  return kPathDefault;
}

/// execvpe with the task's PATH. Returns only on failure, with errno set.
void exec_in_path(const Command& command, char* const* argv, char* const* environment) {
  const std::string& name = command.argv.front();
  if (name.find('/') != std::string::npos) {
    ::execve(name.c_str(), argv, environment);
    return;
  }
  const std::string path = path_of(command);
  int why = ENOENT;
  std::size_t begin = 0;
  while (begin <= path.size() && !name.empty()) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const std::string directory = end == begin ? "." : path.substr(begin, end - begin);
    ::execve((directory + "/" + name).c_str(), argv, environment);
    if (errno == EACCES) why = EACCES;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) return;
    begin = end + 1;
  }
  errno = why;
}

[[noreturn]] void exec(const TaskStart& start) {
  const Command& command = start.launch->spec.command;
  std::vector<std::string> texts = command.argv;
  for (const EnvironmentVariable& variable : command.environment) {
    texts.push_back(variable.name + "=" + variable.value);
  }
  std::vector<char*> pointers;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i == command.argv.size()) pointers.push_back(nullptr);
    pointers.push_back(texts[i].data());
  }
  if (command.environment.empty()) pointers.push_back(nullptr);
  pointers.push_back(nullptr);
  exec_in_path(command, pointers.data(), pointers.data() + command.argv.size() + 1);
  const int why = errno;
  const char* hint = "";
  if (why == ENOENT)
    hint = "; hint: no such program in the task's PATH on this host, or its interpreter is missing";
  if (why == EACCES) hint = "; hint: it must be executable for the task's user";
  if (why == ENOEXEC) hint = "; hint: a script needs a first line like #!/bin/sh";
  if (why == E2BIG) hint = "; hint: arguments and environment are too long";
  errno = why;
  fail(start, "exec", command.argv.front(), hint);
}

}  // namespace

void write_failure(int descriptor, const char* action, const char* object, int error_number,
                   const char* hint) {
  std::string text = std::string(action) + " " +
                     std::string(object).substr(0, kFailureBytesMax / 2) + ": " +
                     std::strerror(error_number) + hint;
  text.resize(std::min(text.size(), kFailureBytesMax));
  if (::write(descriptor, text.data(), text.size()) < 0)
    return;  // the shim is gone: nobody to tell
}

void run_task(const TaskStart& start) {
  ::setsid();
  // The shim and init are protected from the kernel's choice of a victim; the task is not.
  (void)write_existing("/proc/self/oom_score_adj", "0").ok();
  ::umask(022);
  set_rlimits(start);
  become_user(start);
  enter_directory(start);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  unblock_signals();
  exec(start);
}

}  // namespace fairlead::shim
