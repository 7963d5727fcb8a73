// The flags of every Fairlead program: one table of names, types, bounds and help, from which the
// command line, FAIRLEAD_* variables, the --config file, the help text and the shell completion
// all follow. Flag > environment > file > default. Built and used by main() before any thread.
// CLI11 reads the words (in one .cc); what they mean is decided here. Targets must outlive parse().
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/time.h"

namespace fairlead {

inline constexpr int kExitUsage = 64;  // sysexits: the command line is wrong

struct FlagSpec {
  std::string name;             ///< kebab-case, "state-dir"; --state_dir is read as the same
  std::string help;             ///< one line
  std::string value_name = {};  ///< "DIR"; shown in help
  char short_name = 0;          ///< 'o' for -o; 0: none
  bool is_required = false;     ///< must come from the line, the environment or the file
  bool is_positional = false;   ///< a word without dashes, in the order of adding
  char delimiter = 0;           ///< of a repeated one: between several values in a word; 0: none
};

/// Inclusive bounds and the unit that messages name.
struct IntegerBounds {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::string unit = {};
};
struct DurationBounds {
  Duration min = {0};
  Duration max = {std::numeric_limits<std::int64_t>::max()};
};
struct ByteBounds {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// What main() does next: run, or print `text` and exit.
struct FlagOutcome {
  bool run = false;
  int exit_code = 0;
  std::string text;
  std::string command;  ///< the words of the chosen command: "task kill"; empty at the root
};

/// Prints an outcome that does not run: help to stdout, errors to stderr. Returns the exit code.
int print(const FlagOutcome& outcome);

/// The value of an environment variable, nullptr when it is not set.
using EnvironmentLookup = std::function<const char*(const char* name)>;

class FlagSet {
 public:
  /// `program` is the word that starts it ("fairlead-master"); `help` says what it does.
  FlagSet(std::string program, std::string help);
  FlagSet(const FlagSet&) = delete;
  FlagSet& operator=(const FlagSet&) = delete;
  ~FlagSet();

  // Each target holds its default when it is added. REQUIRES: names are unique in the program.
  void add(FlagSpec spec, std::string* target);
  void add(FlagSpec spec, bool* target);  ///< a switch: --name or --name=false
  void add(FlagSpec spec, std::int64_t* target, IntegerBounds bounds);
  void add(FlagSpec spec, std::uint16_t* target);  ///< a port, 0..65535
  void add(FlagSpec spec, Duration* target, DurationBounds bounds);
  void add_bytes(FlagSpec spec, std::int64_t* target, ByteBounds bounds);
  void add_choice(FlagSpec spec, std::string* target, std::vector<std::string> choices);
  /// May be given several times; a variable separates by ',', a file writes a list. What is given
  /// replaces the default. As a positional it takes all words that are left.
  void add_repeated(FlagSpec spec, std::vector<std::string>* target);

  /// A subcommand with flags of its own; it sees the flags of its parents as well.
  FlagSet& add_command(std::string name, std::string help);
  /// A line for the end of the help text.
  void add_example(std::string line);
  /// Adds --config FILE (YAML, keys are flag names). Root only.
  void allow_config_file();

  /// Reads argv[1..]. Sets targets; on an error some may be set. Never throws, never exits.
  FlagOutcome parse(int argc, const char* const* argv);
  FlagOutcome parse(const std::vector<std::string>& words, const EnvironmentLookup& environment);

  /// The text of --help.
  std::string help() const;
  /// A bash script that completes commands, flags and choices.
  std::string bash_completion() const;

 private:
  struct Flag;
  struct Reader;
  /// Tells a bad value apart: `expected E, got "G"`, without the flag's name.
  using Assign = std::function<Status(const std::vector<std::string>& values)>;

  Flag& add_flag(FlagSpec spec, Assign assign);
  const FlagSet& root() const;
  std::string path() const;
  void append_completion(std::string& moves, std::string& words) const;

  std::string name_;
  std::string help_;
  FlagSet* parent_ = nullptr;
  std::vector<std::unique_ptr<Flag>> flags_;
  std::vector<std::unique_ptr<FlagSet>> commands_;
  std::vector<std::string> examples_;
  std::string config_path_;
  std::string completion_shell_;
  bool wants_help_ = false;
  bool wants_version_ = false;
};

}  // namespace fairlead
