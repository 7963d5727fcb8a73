// fairlead events: what happens in the cluster, as the master tells it.
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "common/date_text.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr Duration kQuiet = milliseconds(500);
constexpr Duration kHistoryMax = seconds(2);  // a busy cluster is never quiet
constexpr Duration kAgainPause = seconds(1);

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
  Result<int> print_history(ClusterClient& cluster, const CommonOptions& options,
                            Terminal& terminal);
  Result<int> follow(ClusterClient& cluster, const CommonOptions& options, Terminal& terminal);
  /// Prints what comes behind `after_` and moves it along.
  Result<HttpAnswer> print_stream(JsonClient& master, const CommonOptions& options,
                                  Terminal& terminal);
  void print(std::string_view line, const CommonOptions& options, Terminal& terminal);

  bool follow_ = false;
  std::string after_;
  std::uint64_t printed_ = 0;
};

/// The token in front of everything that this master's life has told.
Result<std::string> first_token(ClusterClient& cluster) {
  Result<json> summary = cluster.master().get("/api/v1/cluster");
  if (!summary) return summary.error();
  return std::to_string(number_of(*summary, "epoch")) + ".0";
}

void Events::print(std::string_view line, const CommonOptions& options, Terminal& terminal) {
  const json event = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object()) return;
  after_ = text_of(event, "token");
  ++printed_;
  if (format_of(options) == OutputFormat::kJson) {
    terminal.out << line << std::endl;
  } else if (format_of(options) == OutputFormat::kYaml) {
    terminal.out << "---\n" << to_yaml(event) << std::flush;
  } else {
    terminal.out << format_date({number_of(event, "at_unix_ms")}) << "  " << after_ << "  "
                 << text_of(event, "text") << std::endl;
  }
}

Result<int> Events::run(const CommonOptions& options, Terminal& terminal) {
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  return follow_ ? follow(*cluster, options, terminal) : print_history(*cluster, options, terminal);
}

Result<int> Events::print_history(ClusterClient& cluster, const CommonOptions& options,
                                  Terminal& terminal) {
  JsonClient master = cluster.quiet_master(kQuiet);
  const bool from_start = after_.empty();
  if (from_start) {
    Result<std::string> first = first_token(cluster);
    if (!first) return first.error();
    after_ = *first;
  }
  Result<HttpAnswer> ended = print_stream(master, options, terminal);
  if (!ended && from_start && ended.error().code == ErrorCode::kConflict &&
      !terminal.interrupts.is_pending()) {
    // The start of the history is forgotten already.
    after_.clear();
    ended = print_stream(master, options, terminal);
  }
  // Silence is the end of what there is.
  if (ended || terminal.interrupts.is_pending() || ended.error().code == ErrorCode::kTimedOut) {
    return kExitOk;
  }
  return ended.error();
}

Result<int> Events::follow(ClusterClient& cluster, const CommonOptions& options,
                           Terminal& terminal) {
  bool was_there = false;
  bool is_told = false;
  for (;;) {
    const std::uint64_t printed_before = printed_;
    const Result<HttpAnswer> ended = print_stream(cluster.master(), options, terminal);
    if (terminal.interrupts.is_pending()) break;
    was_there = was_there || ended.ok() || printed_ > 0;
    if (!was_there) return ended.error();
    if (printed_ > printed_before) is_told = false;
    if (!ended && ended.error().code == ErrorCode::kConflict) {
      terminal.err << "the master forgot event " << after_ << " (it was restarted, or the history "
                   << "is full): going on with the oldest that it has\n";
      Result<std::string> first = first_token(cluster);
      // Also the start may be forgotten: then what comes from now on.
      after_ = first && *first != after_ ? *first : std::string();
    } else if (!is_told) {
      terminal.err << "the master is gone; waiting for it to come back\n";
      is_told = true;
    }
    if (terminal.interrupts.wait(kAgainPause)) break;
  }
  if (!after_.empty()) {
    terminal.err << "stopped; to go on: fairlead events -f --after " << after_ << "\n";
  }
  return kExitOk;
}

Result<HttpAnswer> Events::print_stream(JsonClient& master, const CommonOptions& options,
                                        Terminal& terminal) {
  std::string target = "/api/v1/events";
  if (!after_.empty()) target += "?after=" + url_encoded(after_);
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
