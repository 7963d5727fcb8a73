// Background processes: started in sessions of their own, told apart from later ones with the same
// pid by their start time, ended politely and then not. Functions without state.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"

namespace fairlead::cli {

struct ProcessMark {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< clock ticks from boot to its start
};

struct SpawnRequest {
  std::vector<std::string> argv;  ///< argv[0] is the path of the program
  std::string log_path;           ///< stdout and stderr are appended to it
};

/// Starts it detached from this terminal. kNotFound when the program is missing.
Result<ProcessMark> spawn_background(const SpawnRequest& request);

/// True while exactly this process runs; a zombie does not run.
bool is_alive(const ProcessMark& mark);
/// Nothing happens when it is gone.
void send_signal(const ProcessMark& mark, int signal);
/// How a child of this process ended, once: "exit code 1", "signal 9".
std::optional<std::string> take_end(const ProcessMark& mark);

struct FoundProcess {
  ProcessMark mark;
  std::vector<std::string> argv;
};
/// Fairlead's own programs whose --state-dir lies in `folder`. Reads all of /proc.
std::vector<FoundProcess> find_by_state_dir(const std::string& folder);

/// The folder of the program that runs: its siblings are there.
Result<std::string> program_folder();

}  // namespace fairlead::cli
