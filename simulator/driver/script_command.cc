// fairlead-sim script: runs a script of the allocator, the master or an agent and prints it with
// its whole trace (simulator/script/README.md).
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "simulator/driver/subcommand.h"
#include "simulator/script/agent_script.h"
#include "simulator/script/allocator_script.h"
#include "simulator/script/master_script.h"

namespace fairlead {
namespace {

struct Core {
  const char* name;
  Result<std::string> (*run)(std::string_view script);
};
constexpr Core kCores[] = {{"allocator", run_allocator_script},
                           {"master", run_master_script},
                           {"agent", run_agent_script}};

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file && !file.bad()) return text;
  return Error{ErrorCode::kNotFound, path + ": cannot be read"};
}

class ScriptCommand final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override {
    CLI::App& app = *parent.add_subcommand("script", "run a script and print its whole trace");
    app.add_option("FILE", path_, "commands, one a line; what is indented is replaced")->required();
    app.add_option("--core", core_,
                   "allocator, master or agent; without it the name of the file's folder")
        ->check(CLI::IsMember({"allocator", "master", "agent"}));
    return app;
  }

  int run() override {
    const Result<std::string> script = read_text(path_);
    if (!script) return refuse(script.error());
    const std::string wanted =
        core_.empty() ? std::filesystem::absolute(path_).parent_path().filename().string() : core_;
    for (const Core& core : kCores) {
      if (core.name != wanted) continue;
      const Result<std::string> trace = core.run(*script);
      if (!trace) return refuse({trace.error().code, path_ + ": " + trace.error().message});
      std::fwrite(trace->data(), 1, trace->size(), stdout);
      return 0;
    }
    return refuse(invalid({.what = path_,
                           .where = {},
                           .expected = "a file in a folder allocator, master or agent",
                           .got = wanted,
                           .hint = "say --core allocator, --core master or --core agent"}));
  }

 private:
  std::string path_;
  std::string core_;
};

}  // namespace

std::unique_ptr<Subcommand> script_command() {
  return std::make_unique<ScriptCommand>();
}

}  // namespace fairlead
