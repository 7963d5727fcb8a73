// fairlead-sim replay csv: any trace, by a mapping of its columns.
#include "simulator/driver/replay_sources.h"
#include "simulator/driver/report_output.h"
#include "simulator/files/csv_file.h"
#include "simulator/files/trace_mapping.h"

namespace fairlead {
namespace {

class ReplayCsv final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override {
    CLI::App& app = *parent.add_subcommand("csv", "any trace with a line a job");
    app.add_option("FILE", path_, "comma-separated values with a line of names")->required();
    app.add_option("--mapping", mapping_, "YAML file: which column is what, and the cluster")
        ->required();
    output_.declare(app);
    return app;
  }

  int run() override {
    const Result<YamlNode> mapping = YamlNode::read_file(mapping_);
    if (!mapping) return refuse(mapping.error());
    const Result<Csv> csv = scenario::read_csv_file(path_);
    if (!csv) return refuse(csv.error());
    Result<scenario::Replay> replay = scenario::read_mapped_trace(*csv, *mapping);
    if (!replay) return refuse(replay.error());
    if (replay->scenario.name.empty()) replay->scenario.name = path_;
    return output_.run(replay->scenario, replay->jobs);
  }

 private:
  std::string path_;
  std::string mapping_;
  ReportOutput output_;
};

}  // namespace

std::unique_ptr<Subcommand> replay_csv() {
  return std::make_unique<ReplayCsv>();
}

}  // namespace fairlead
