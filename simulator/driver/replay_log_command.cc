// fairlead-sim replay-log: what a master's allocator decided, decided once more
// (docs/simulator.md).
#include <cstdio>
#include <fstream>

#include "runtime/adapters/patterns/re2_patterns.h"
#include "simulator/driver/subcommand.h"
#include "simulator/files/policy_yaml.h"
#include "simulator/replay_log/replay.h"

namespace fairlead {
namespace {

constexpr int kExitDiffers = 1;

class ReplayLogCommand final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override {
    CLI::App& app = *parent.add_subcommand(
        "replay-log", "does the allocator decide the same? from a log of fairlead-master");
    app.add_option("FILE", path_, "what --allocator-log made")->required();
    app.add_option("--with", policy_, "YAML: what would another policy have decided?");
    app.add_flag("--damaged", options_.damaged, "replay what is whole of a damaged file");
    return app;
  }

  int run() override {
    std::ifstream file(path_, std::ios::binary);
    if (!file) return refuse({ErrorCode::kNotFound, path_ + ": cannot be opened"});
    if (!policy_.empty()) {
      Result<replay_log::Policy> policy = replay_log::read_policy(policy_);
      if (!policy) return refuse(policy.error());
      options_.policy = std::move(*policy);
    }
    const Re2Patterns patterns;
    const auto read = [&file](std::span<std::uint8_t> out) {
      file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
      return static_cast<std::size_t>(file.gcount());
    };
    const Result<replay_log::Report> report = replay_log::replay(read, patterns, options_);
    if (!report) return refuse({report.error().code, path_ + ": " + report.error().message});
    const std::string text = text_of(*report);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return report->is_same() ? 0 : kExitDiffers;
  }

 private:
  std::string path_;
  std::string policy_;
  replay_log::ReplayOptions options_;
};

}  // namespace

std::unique_ptr<Subcommand> replay_log_command() {
  return std::make_unique<ReplayLogCommand>();
}

}  // namespace fairlead
