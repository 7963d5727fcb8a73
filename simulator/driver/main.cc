// fairlead-sim: the cores under virtual time. Each subcommand has a file of its own.
#include "simulator/driver/subcommand.h"

int main(int argc, char** argv) {
  CLI::App app{"Fairlead's cores under virtual time"};
  app.require_subcommand(1);
  fairlead::SubcommandList commands;
  commands.add(app, fairlead::run_command());
  commands.add(app, fairlead::replay_command());
  commands.add(app, fairlead::replay_log_command());
  commands.add(app, fairlead::script_command());
  commands.add(app, fairlead::chaos_command());
  CLI11_PARSE(app, argc, argv);
  return commands.run();
}
