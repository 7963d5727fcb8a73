// fairlead-sim replay swim: Facebook's jobs of 2009 as SWIM published them.
#include "simulator/driver/replay_sources.h"
#include "simulator/driver/report_output.h"
#include "simulator/files/csv_file.h"
#include "simulator/files/swim.h"

namespace fairlead {
namespace {

class ReplaySwim final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override {
    CLI::App& app = *parent.add_subcommand("swim", "MapReduce jobs as SWIM published them");
    app.add_option("FILE", path_, "the trace")->capture_default_str();
    app.add_option("--agents", options_.agents, "how many")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--resources", resources_, "of each agent")->capture_default_str();
    app.add_option("--policy", policy_, "demand or whole-agent")
        ->check(CLI::IsMember({"demand", "whole-agent"}))
        ->capture_default_str();
    app.add_option("--seed", options_.seed, "orders equal agents")->capture_default_str();
    output_.declare(app);
    return app;
  }

  int run() override {
    Result<Resources> total = parse_resources(resources_);
    if (!total) return refuse({total.error().code, "flag --resources: " + total.error().message});
    options_.agent_total = std::move(*total);
    options_.policy =
        policy_ == "demand" ? scenario::OfferPolicy::kDemand : scenario::OfferPolicy::kWholeAgent;
    const Result<Csv> csv = scenario::read_csv_file(path_);
    if (!csv) return refuse(csv.error());
    Result<scenario::Replay> replay = scenario::read_swim(*csv, options_);
    if (!replay) return refuse(replay.error());
    return output_.run(replay->scenario, replay->jobs);
  }

 private:
  std::string path_ = "simulator/traces/swim_fb2009_0.csv";
  std::string resources_ = "cpus:8;mem:32GiB";
  std::string policy_ = "demand";
  scenario::SwimOptions options_;
  ReportOutput output_;
};

}  // namespace

std::unique_ptr<Subcommand> replay_swim() {
  return std::make_unique<ReplaySwim>();
}

}  // namespace fairlead
