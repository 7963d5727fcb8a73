// fairlead maintenance schedule | show | answers | cancel: agents that are to be empty for a time
// to come.
#include <string>
#include <vector>

#include "cli/agent_ref.h"
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/drain_flags.h"
#include "common/date_text.h"
#include "common/limits.h"
#include "common/parse_units.h"
#include "runtime/adapters/clock/system_clock.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/api/v1/maintenance";

/// `+2h` is from now on.
Result<WallTime> start_of(const std::string& text, WallTime now) {
  if (text.starts_with("+")) {
    const Result<Duration> wait = parse_duration(text.substr(1));
    if (wait && *wait <= limits::kTaskDurationMax) return WallTime{now.unix_ms + wait->ms()};
  } else if (const Result<WallTime> at = parse_date(text); at) {
    return *at;
  }
  return invalid({.what = "flag --start",
                  .expected = "a time with its zone, as 2026-11-25T03:47:13Z, or +DURATION from "
                              "now on, as +2h",
                  .got = text});
}

class Schedule : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add_repeated({.name = "agent",
                        .help = "hostnames or ids, separated by ','",
                        .value_name = "AGENT,…",
                        .is_required = true,
                        .delimiter = ','},
                       &agents_);
    flags.add({.name = "start",
               .help = "RFC 3339 with its zone, or +DURATION from now on",
               .value_name = "TIME",
               .is_required = true},
              &start_);
    flags.add({.name = "duration", .help = "until the agents are taken back", .is_required = true},
              &duration_, {milliseconds(1), limits::kTaskDurationMax});
    tasks_.declare(flags);
    flags.add_example(
        "fairlead maintenance schedule --agent node-7,node-8 --start +2h --duration 1h "
        "--deadline 10m");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    const Result<WallTime> start = start_of(start_, SystemClock().wall());
    if (!start) return start.error();
    json order = {{"start_unix_ms", start->unix_ms}, {"duration_ms", duration_.ms()}};
    if (Status written = tasks_.write(order); !written) return written.error();
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> agents = cluster->master().get("/api/v1/agents");
    if (!agents) return agents.error();
    order["agents"] = json::array();
    for (const std::string& name : agents_) {
      Result<std::string> id = agent_id_of(*agents, name);
      if (!id) return id.error();
      order["agents"].push_back(*id);
    }
    Result<json> done =
        cluster->master().post(kPath, order.dump(-1, ' ', false, json::error_handler_t::replace));
    if (!done) return done.error();
    terminal.out << "window " << text_of(*done, "id") << ": drained from " << format_date(*start)
                 << " to " << format_date({start->unix_ms + duration_.ms()}) << "\n";
    return kExitOk;
  }

 private:
  std::vector<std::string> agents_;
  std::string start_;
  Duration duration_ = seconds(3'600);
  DrainFlags tasks_;
};

/// Hostnames; the id of an agent that has left.
std::string agents_of(const json& window) {
  std::string names;
  for (const json& one : list_of(window, "agents")) {
    const std::string hostname = text_of(one, "hostname");
    names += (names.empty() ? "" : ",") + (hostname.empty() ? text_of(one, "id") : hostname);
  }
  return names;
}

class Show : public Command {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead maintenance show -o json"); }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> reply = cluster->master().get(kPath);
    if (!reply) return reply.error();
    Listing listing{.name = "windows",
                    .columns = {{.key = "id", .title = "WINDOW"},
                                {.key = "state", .title = "STATE"},
                                {.key = "start", .title = "START"},
                                {.key = "end", .title = "END"},
                                {.key = "deadline", .title = "DEADLINE"},
                                {.key = "grace", .title = "GRACE"},
                                {.key = "agents", .title = "AGENTS"},
                                {.key = "answers", .title = "ANSWERS"}},
                    .rows = {},
                    .empty_text = "no maintenance is scheduled"};
    for (const json& one : list_of(*reply, "windows")) listing.rows.push_back(row_of(one));
    print_listing(listing, options, terminal);
    return kExitOk;
  }

 private:
  static ListingRow row_of(const json& one) {
    const std::int64_t start_ms = number_of(one, "start_unix_ms");
    const bool has_grace = one.contains("grace_ms");
    return {.cells = {text_of(one, "id"), text_of(one, "state"), format_date({start_ms}),
                      format_date({start_ms + number_of(one, "duration_ms")}),
                      format_duration(milliseconds(number_of(one, "deadline_ms"))),
                      has_grace ? format_duration(milliseconds(number_of(one, "grace_ms"))) : "",
                      agents_of(one), answers_of(one)}};
  }

  /// What frameworks that hold something there say to leaving before: "2 accepted, 1 unanswered".
  static std::string answers_of(const json& one) {
    std::string text;
    for (const char* answer : {"accepted", "declined", "unanswered"}) {
      const std::int64_t count = number_of(one, answer);
      if (count == 0) continue;
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + answer;
    }
    return text;
  }
};

class Answers : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "window", .help = "only of this one", .is_positional = true}, &window_);
    flags.add_example("fairlead maintenance answers w-3-1");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> reply = cluster->master().get(kPath);
    if (!reply) return reply.error();
    Listing listing{.name = "answers",
                    .columns = {{.key = "window", .title = "WINDOW"},
                                {.key = "agent", .title = "AGENT"},
                                {.key = "framework", .title = "FRAMEWORK"},
                                {.key = "name", .title = "NAME"},
                                {.key = "answer", .title = "ANSWER"},
                                {.key = "tasks", .title = "TASKS"},
                                {.key = "reason", .title = "REASON"}},
                    .rows = {},
                    .empty_text = "no framework holds anything on an agent with maintenance"};
    for (const json& window : list_of(*reply, "windows")) {
      const std::string id = text_of(window, "id");
      if (!window_.empty() && window_ != id) continue;
      for (const json& one : list_of(window, "inverse_offers")) {
        listing.rows.push_back(row_of(id, one));
      }
    }
    print_listing(listing, options, terminal);
    return kExitOk;
  }

 private:
  static ListingRow row_of(const std::string& window, const json& one) {
    const std::string hostname = text_of(one, "hostname");
    return {.cells = {window, hostname.empty() ? text_of(one, "agent") : hostname,
                      text_of(one, "framework"), text_of(one, "name"), text_of(one, "answer"),
                      number_of(one, "tasks"), text_of(one, "reason")}};
  }

  std::string window_;
};

class Cancel : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "window",
               .help = "its id, as `show` tells it",
               .is_required = true,
               .is_positional = true},
              &window_);
    flags.add_example("fairlead maintenance cancel w-3-1");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> done =
        cluster->master().post(std::string(kPath) + "/" + url_encoded(window_) + "/cancel", "");
    if (!done) return done.error();
    terminal.out << "window " << window_ << " is cancelled\n";
    return kExitOk;
  }

 private:
  std::string window_;
};

}  // namespace

void add_maintenance_commands(Commands& commands) {
  commands.group("maintenance", "Agents that are to be empty for a time to come");
  commands.add<Schedule>("maintenance schedule", "Drains agents from a start to an end");
  commands.add<Show>("maintenance show", "Windows that are not over");
  commands.add<Answers>("maintenance answers", "What frameworks say to leaving before a window");
  commands.add<Cancel>("maintenance cancel", "Takes a window back, also one that has begun");
}

}  // namespace fairlead::cli
