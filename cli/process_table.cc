#include "cli/process_table.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "common/parse_units.h"

namespace fairlead::cli {
namespace {

struct ProcessStat {
  char state = 0;
  std::uint64_t start_ticks = 0;
};

std::optional<ProcessStat> stat_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  // The name is in parentheses and may hold anything.
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(end + 1));
  ProcessStat stat;
  fields >> stat.state;  // field 3
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> stat.start_ticks;
  if (!fields) return std::nullopt;
  return stat;
}

/// Frees what posix_spawn needs, on every way out.
struct SpawnSetup {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
};

void fill(SpawnSetup& setup, const std::string& log_path) {
  posix_spawn_file_actions_addopen(&setup.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&setup.actions, 1, log_path.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&setup.actions, 1, 2);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&setup.attributes, &none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&setup.attributes, &defaults);
  posix_spawnattr_setflags(&setup.attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

Result<ProcessMark> spawn_background(const SpawnRequest& request) {
  std::vector<char*> argv;
  std::vector<std::string> words = request.argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  SpawnSetup setup;
  fill(setup, request.log_path);
  ProcessMark mark;
  const int failed =
      posix_spawn(&mark.pid, argv[0], &setup.actions, &setup.attributes, argv.data(), environ);
  if (failed != 0) {
    return Error{failed == ENOENT ? ErrorCode::kNotFound : ErrorCode::kExhausted,
                 request.argv[0] + ": cannot be started: " + std::strerror(failed) +
                     "; hint: build it with scripts/build"};
  }
  // It is our child: even when it has ended already, it keeps its entry until we ask.
  if (const auto stat = stat_of(mark.pid)) mark.start_ticks = stat->start_ticks;
  return mark;
}

bool is_alive(const ProcessMark& mark) {
  const auto stat = stat_of(mark.pid);
  return stat && stat->start_ticks == mark.start_ticks && stat->state != 'Z' && stat->state != 'X';
}

void send_signal(const ProcessMark& mark, int signal) {
  if (is_alive(mark)) kill(mark.pid, signal);
}

std::optional<std::string> take_end(const ProcessMark& mark) {
  int status = 0;
  if (waitpid(mark.pid, &status, WNOHANG) != mark.pid) return std::nullopt;
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

/// One of our programs, or a server of ZooKeeper that a dev cluster started.
static bool works_below(const std::string& folder, const std::vector<std::string>& argv) {
  if (argv.empty()) return false;
  if (argv.size() > 1 && argv[1].starts_with("-Dfairlead.dir=" + folder + "/")) return true;
  if (argv[0].find("/fairlead-") == std::string::npos) return false;
  const auto flag = std::find(argv.begin(), argv.end(), "--state-dir");
  return argv.end() - flag >= 2 && (flag + 1)->starts_with(folder + "/");
}

std::vector<FoundProcess> find_by_state_dir(const std::string& folder) {
  std::vector<FoundProcess> found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    const Result<std::int64_t> pid = parse_integer(entry.path().filename().string());
    if (!pid) continue;
    std::ifstream file(entry.path() / "cmdline");
    std::vector<std::string> argv;
    for (std::string word; std::getline(file, word, '\0');) argv.push_back(word);
    if (!works_below(folder, argv)) continue;
    const auto process = static_cast<pid_t>(*pid);
    if (const auto stat = stat_of(process)) {
      found.push_back({{.pid = process, .start_ticks = stat->start_ticks}, std::move(argv)});
    }
  }
  return found;
}

Result<std::string> program_folder() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return Error{ErrorCode::kUnavailable, "/proc/self/exe: " + failed.message()};
  return self.parent_path().string();
}

}  // namespace fairlead::cli
