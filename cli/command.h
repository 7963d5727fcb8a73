// What a command of `fairlead` is, and what it gets to see: the terminal, the flags that every
// command has, and the way out. Each command is one class in cli/commands/. Main thread only.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "cli/exit_codes.h"
#include "cli/interrupts.h"
#include "runtime/adapters/flags/flags.h"

namespace fairlead::cli {

/// Data goes to `out`, everything said to a person while it works goes to `err`.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  const Interrupts& interrupts;
  EnvironmentLookup environment;
  bool out_has_color = false;
  bool err_is_live = false;   ///< a terminal whose last line may be written again
  std::size_t out_width = 0;  ///< columns of the terminal; 0: it is none, nothing is cut
  std::size_t err_width = 0;
};

/// Flags of the root: every command has them.
struct CommonOptions {
  std::string master_http;
  std::string dev_dir;
  std::string output = "table";
  std::string token;
  std::string token_file;
  std::string http_ca;
  bool insecure = false;
  bool wide = false;
};

class Command {
 public:
  virtual ~Command() = default;
  /// Adds its flags; they are members of the command.
  virtual void declare(FlagSet& flags) = 0;
  /// The exit code. An error says that nothing more useful was printed yet.
  virtual Result<int> run(const CommonOptions& options, Terminal& terminal) = 0;
};

/// The commands by their words: "job list".
class Commands {
 public:
  explicit Commands(FlagSet& root) : root_(root) {}

  FlagSet& group(const std::string& name, const std::string& help) {
    FlagSet& flags = root_.add_command(name, help);
    groups_[name] = &flags;
    return flags;
  }
  /// `words`: one word, or a group's name, a space and a word.
  template <class T>
  void add(const std::string& words, const std::string& help) {
    const std::size_t space = words.find(' ');
    FlagSet& parent = space == std::string::npos ? root_ : *groups_.at(words.substr(0, space));
    auto command = std::make_unique<T>();
    command->declare(
        parent.add_command(space == std::string::npos ? words : words.substr(space + 1), help));
    commands_[words] = std::move(command);
  }
  Command& find(const std::string& words) const { return *commands_.at(words); }

 private:
  FlagSet& root_;
  std::map<std::string, FlagSet*> groups_;
  std::map<std::string, std::unique_ptr<Command>> commands_;
};

// One per file of cli/commands/.
void add_dev_commands(Commands& commands);
void add_run_command(Commands& commands);
void add_cluster_commands(Commands& commands);
void add_status_command(Commands& commands);
void add_task_commands(Commands& commands);
void add_job_commands(Commands& commands);
void add_logs_command(Commands& commands);
void add_explain_command(Commands& commands);
void add_operator_commands(Commands& commands);
void add_quota_commands(Commands& commands);
void add_reservation_commands(Commands& commands);
void add_maintenance_commands(Commands& commands);
void add_service_commands(Commands& commands);
void add_events_command(Commands& commands);
void add_keys_commands(Commands& commands);

}  // namespace fairlead::cli
