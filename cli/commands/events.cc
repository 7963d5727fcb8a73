// fairlead events: what happens in the cluster, as the master tells it.
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/progress.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr Duration kQuiet = milliseconds(500);
constexpr Duration kHistoryMax = seconds(2);  // a busy cluster is never quiet

class Events : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "follow", .help = "until Ctrl-C", .short_name = 'f'}, &follow_);
    flags.add({.name = "after", .help = "go on behind this event", .value_name = "TOKEN"}, &after_);
    flags.add_example("fairlead events -f");
    flags.add_example("fairlead events -f -o json --after 1.250");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override;

 private:
  void print(std::string_view line, const CommonOptions& options, Terminal& terminal);

  Result<HttpAnswer> print_stream(JsonClient& master, const std::string& after,
                                  const CommonOptions& options, Terminal& terminal);

  bool follow_ = false;
  std::string after_;
};

void Events::print(std::string_view line, const CommonOptions& options, Terminal& terminal) {
  const json event = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object()) return;
  if (format_of(options) == OutputFormat::kJson) {
    terminal.out << line << std::endl;
  } else if (format_of(options) == OutputFormat::kYaml) {
    terminal.out << "---\n" << to_yaml(event) << std::flush;
  } else {
    terminal.out << text_of(event, "token") << "  " << text_of(event, "kind") << "  "
                 << text_of(event, "subject") << "  " << text_of(event, "text") << std::endl;
  }
}

Result<int> Events::run(const CommonOptions& options, Terminal& terminal) {
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  JsonClient master = follow_ ? cluster->master() : cluster->quiet_master(kQuiet);
  std::string after = after_;
  if (after.empty() && !follow_) {
    // The history from its start, as long as its start is still there.
    Result<json> summary = cluster->master().get("/api/v1/cluster");
    if (!summary) return summary.error();
    after = std::to_string(number_of(*summary, "epoch")) + ".0";
  }
  Result<HttpAnswer> ended = print_stream(master, after, options, terminal);
  if (!ended && after_.empty() && ended.error().code == ErrorCode::kConflict &&
      !terminal.interrupts.is_pending()) {
    ended = print_stream(master, "", options, terminal);
  }
  if (ended || terminal.interrupts.is_pending()) return kExitOk;
  // Silence is the end of what there is.
  if (!follow_ && ended.error().code == ErrorCode::kTimedOut) return kExitOk;
  return ended.error();
}

Result<HttpAnswer> Events::print_stream(JsonClient& master, const std::string& after,
                                        const CommonOptions& options, Terminal& terminal) {
  std::string target = "/api/v1/events";
  if (!after.empty()) target += "?after=" + url_encoded(after);
  const Instant until = follow_ ? Instant::never() : steady_now() + kHistoryMax;
  std::string partial;
  return master.stream(target, [&](std::string_view chunk) {
    partial += chunk;
    std::size_t from = 0;
    for (std::size_t end = 0; (end = partial.find('\n', from)) != std::string::npos;
         from = end + 1) {
      print(std::string_view(partial).substr(from, end - from), options, terminal);
    }
    partial.erase(0, from);
    return steady_now() < until;
  });
}

}  // namespace

void add_events_command(Commands& commands) {
  commands.add<Events>("events", "Prints events of the cluster");
}

}  // namespace fairlead::cli
