// fairlead-sim replay openb: the experiment of simulator/openb on the files of the trace.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace fairlead {

class ReplayOpenb {
 public:
  /// Adds its subcommand to `parent`.
  CLI::App& declare(CLI::App& parent);
  /// After it was parsed. Returns the exit status; 64: a flag or file cannot be read, nothing ran.
  int run();

 private:
  std::string nodes_ = "simulator/traces/openb/nodes.csv";
  std::string pods_ = "simulator/traces/openb/pods_default.csv";
  std::string published_ = "simulator/traces/openb/published_default.csv";
  std::string policy_ = "fairlead";
  std::string seeds_ = "42..51";
  std::string typical_ = "trace";
  std::string format_ = "text";
  std::size_t jobs_ = 1;
};

}  // namespace fairlead
