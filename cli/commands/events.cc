// fairlead events: what happens in the cluster, as the master tells it.
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr Duration kQuiet = milliseconds(500);

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
  // Without a token the master tells only what is new; the history is asked for by its start.
  std::string target = "/api/v1/events";
  if (!after_.empty()) target += "?after=" + url_encoded(after_);
  std::string partial;
  Result<HttpAnswer> ended = master.stream(target, [&](std::string_view chunk) {
    partial += chunk;
    std::size_t from = 0;
    for (std::size_t end = 0; (end = partial.find('\n', from)) != std::string::npos;
         from = end + 1) {
      print(std::string_view(partial).substr(from, end - from), options, terminal);
    }
    partial.erase(0, from);
    return true;
  });
  if (ended || terminal.interrupts.is_pending()) return kExitOk;
  // Silence is the end of what there is.
  if (!follow_ && ended.error().code == ErrorCode::kTimedOut) return kExitOk;
  return ended.error();
}

}  // namespace

void add_events_command(Commands& commands) {
  commands.add<Events>("events", "Prints events of the cluster");
}

}  // namespace fairlead::cli
