#include "simulator/driver/subcommand.h"

#include <cstdio>

namespace fairlead {

int SubcommandList::run() {
  for (Entry& entry : commands_) {
    if (entry.app->parsed()) return entry.command->run();
  }
  return kExitUsage;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

int refuse(const Error& error) {
  std::fprintf(stderr, "fairlead-sim: %s\n", error.message.c_str());
  return kExitUsage;
}

}  // namespace fairlead
