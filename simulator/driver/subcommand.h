// A subcommand of fairlead-sim: its flags and what it does. One file each; main.cc and
// replay_command.cc hold the lists.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace fairlead {

inline constexpr int kExitUsage = 64;  // a flag or a file that cannot be read; nothing was run

class Subcommand {
 public:
  Subcommand() = default;
  virtual ~Subcommand() = default;
  Subcommand(const Subcommand&) = delete;
  Subcommand& operator=(const Subcommand&) = delete;

  /// Adds its subcommand to `parent`.
  virtual CLI::App& declare(CLI::App& parent) = 0;
  /// After its subcommand was parsed. Returns the exit status.
  virtual int run() = 0;
};

/// Several of them under one parent.
class SubcommandList {
 public:
  void add(CLI::App& parent, std::unique_ptr<Subcommand> command) {
    CLI::App& app = command->declare(parent);
    commands_.push_back({&app, std::move(command)});
  }
  /// Runs the one that was parsed. REQUIRES: its parent needs exactly one.
  int run();

 private:
  struct Entry {
    CLI::App* app;
    std::unique_ptr<Subcommand> command;
  };
  std::vector<Entry> commands_;
};

std::unique_ptr<Subcommand> chaos_command();
std::unique_ptr<Subcommand> run_command();
std::unique_ptr<Subcommand> replay_command();
std::unique_ptr<Subcommand> replay_log_command();
std::unique_ptr<Subcommand> script_command();

/// A line to stdout, at once.
void print(std::string_view text);
/// What is wrong, to stderr; returns kExitUsage.
int refuse(const Error& error);

}  // namespace fairlead
