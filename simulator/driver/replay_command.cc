// fairlead-sim replay SOURCE: a trace of a real cluster through the real allocator. Each source is
// a command of its own in a file of its own; this is their list.
#include "simulator/driver/replay_sources.h"

namespace fairlead {
namespace {

class ReplayCommand final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override {
    CLI::App& app = *parent.add_subcommand("replay", "what would have happened? from a trace");
    app.require_subcommand(1);
    for (const ReplaySource source : kReplaySources) sources_.add(app, source());
    return app;
  }
  int run() override { return sources_.run(); }

 private:
  SubcommandList sources_;
};

}  // namespace

std::unique_ptr<Subcommand> replay_command() {
  return std::make_unique<ReplayCommand>();
}

}  // namespace fairlead
