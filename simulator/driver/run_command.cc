// fairlead-sim run: a scenario file through the real allocator (docs/simulator.md).
#include "common/parse_units.h"
#include "simulator/driver/report_output.h"
#include "simulator/driver/subcommand.h"
#include "simulator/files/scenario_yaml.h"

namespace fairlead {
namespace {

constexpr std::int64_t kScaleMax = 1'000'000'000;

class RunCommand final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override {
    CLI::App& app =
        *parent.add_subcommand("run", "what would this cluster do? from a scenario file");
    app.add_option("SCENARIO", path_, "YAML file")->required();
    app.add_option("--seed", seed_, "another seed than the file's")->check(CLI::NonNegativeNumber);
    app.add_option("--scale", scale_, "A/B: agents and tasks times A/B, at least 1 of each");
    app.add_option("--without", without_, "frameworks to leave out, by name")->delimiter(',');
    output_.declare(app);
    return app;
  }

  int run() override {
    Result<scenario::Scenario> read = scenario::read_scenario(path_);
    if (!read) return refuse(read.error());
    const Result<scenario::Scale> scale = scale_of();
    if (!scale) return refuse(scale.error());
    scenario::Scenario scenario = scenario::scaled(std::move(*read), *scale);
    if (seed_ >= 0) scenario.seed = static_cast<std::uint64_t>(seed_);
    if (Status left_out = leave_out(scenario); !left_out) return refuse(left_out.error());
    const Result<std::vector<scenario::Job>> jobs = scenario::draw_jobs(scenario);
    if (!jobs) return refuse(jobs.error());
    return output_.run(scenario, *jobs);
  }

 private:
  Result<scenario::Scale> scale_of() const {
    const std::size_t slash = scale_.find('/');
    const auto part = parse_integer(scale_.substr(0, slash));
    const auto whole = slash == std::string::npos ? Result<std::int64_t>(1)
                                                  : parse_integer(scale_.substr(slash + 1));
    if (part && whole && *part >= 1 && *whole >= *part && *whole <= kScaleMax) {
      return scenario::Scale{static_cast<std::uint32_t>(*part), static_cast<std::uint32_t>(*whole)};
    }
    return invalid({.what = "flag",
                    .where = "--scale",
                    .expected = "A/B from 1/1000000000 to 1/1",
                    .got = scale_,
                    .hint = {}});
  }

  Status leave_out(scenario::Scenario& scenario) const {
    for (const std::string& name : without_) {
      const std::size_t left = std::erase_if(
          scenario.frameworks, [&](const scenario::Framework& one) { return one.name == name; });
      if (left > 0) continue;
      return invalid({.what = "flag",
                      .where = "--without",
                      .expected = "frameworks of the scenario",
                      .got = name,
                      .hint = {}});
    }
    return {};
  }

  std::string path_;
  std::int64_t seed_ = -1;  // the file's
  std::string scale_ = "1/1";
  std::vector<std::string> without_;
  ReportOutput output_;
};

}  // namespace

std::unique_ptr<Subcommand> run_command() {
  return std::make_unique<RunCommand>();
}

}  // namespace fairlead
