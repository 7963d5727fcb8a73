// fairlead: the command line of the cluster.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/cli.h"
#include "cli/output/listing.h"

int main(int argc, char** argv) {
  fairlead::cli::Interrupts interrupts;
  if (fairlead::Status watched = interrupts.watch(); !watched) {
    std::cerr << "fairlead: " << watched.error().message << "\n";
    return fairlead::cli::kExitFailed;
  }
  fairlead::cli::Terminal terminal = {
      .out = std::cout,
      .err = std::cerr,
      .interrupts = interrupts,
      .environment = [](const char* name) -> const char* { return std::getenv(name); },
      .out_has_color = fairlead::color_wanted(STDOUT_FILENO),
      .err_is_live = fairlead::color_wanted(STDERR_FILENO),
      .out_width = fairlead::terminal_width(STDOUT_FILENO),
      .err_width = fairlead::terminal_width(STDERR_FILENO)};
  return fairlead::cli::run_cli({argv + 1, argv + argc}, terminal);
}
