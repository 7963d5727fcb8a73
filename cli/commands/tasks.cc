// fairlead tasks: what the master knows about tasks, active ones first.
#include <algorithm>

#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kPage = 1'000;

class Tasks : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add(
        {.name = "framework", .help = "only of this one, by name or id", .value_name = "NAME"},
        &framework_);
    flags.add(
        {.name = "agent", .help = "only on this one, by hostname or id", .value_name = "NAME"},
        &agent_);
    flags.add_choice({.name = "state", .help = "only in this state"}, &state_,
                     {"staging", "starting", "running", "killing", "finished", "failed", "killed",
                      "error", "dropped", "unreachable", "gone", "gone_by_operator"});
    flags.add({.name = "limit", .help = "at most so many", .value_name = "N"}, &limit_,
              {.min = 1, .max = 100'000, .unit = "tasks"});
    flags.add_example("fairlead tasks --state running");
    flags.add_example("fairlead tasks --agent agent-1 --wide");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override;

 private:
  static Result<std::string> id_of(ClusterClient& cluster, const std::string& list,
                                   const char* name_key, const std::string& wanted);

  std::string framework_;
  std::string agent_;
  std::string state_;
  std::int64_t limit_ = kPage;
};

/// The id of the item that `wanted` names or is.
Result<std::string> Tasks::id_of(ClusterClient& cluster, const std::string& list,
                                 const char* name_key, const std::string& wanted) {
  if (wanted.empty()) return std::string();
  Result<json> reply = cluster.master().get("/api/v1/" + list);
  if (!reply) return reply.error();
  for (const json& one : list_of(*reply, list.c_str())) {
    if (text_of(one, "id") == wanted || text_of(one, name_key) == wanted) return text_of(one, "id");
  }
  return Error{ErrorCode::kNotFound, list + ": no \"" + wanted + "\"; hint: fairlead " + list};
}

ListingRow row_of(const json& task) {
  const std::string state = short_state(text_of(task, "state"));
  Cell exit = Nothing{};
  if (task.contains("exit_code")) exit = number_of(task, "exit_code");
  const std::string reason = text_of(task, "reason");
  return {.cells = {text_of(task, "task"), state, text_of(task, "hostname"), text_of(task, "role"),
                    number_of(task, "attempt"), exit, amounts_of(task, "resources"),
                    reason == "NONE" ? "" : reason, text_of(task, "message"),
                    text_of(task, "container_path"), text_of(task, "framework")},
          .tone = tone_of(state)};
}

Result<int> Tasks::run(const CommonOptions& options, Terminal& terminal) {
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  Result<std::string> framework = id_of(*cluster, "frameworks", "name", framework_);
  if (!framework) return framework.error();
  Result<std::string> agent = id_of(*cluster, "agents", "hostname", agent_);
  if (!agent) return agent.error();
  Listing listing = {.name = "tasks",
                     .columns = {{.key = "task", .title = "TASK"},
                                 {.key = "state", .title = "STATE"},
                                 {.key = "hostname", .title = "AGENT"},
                                 {.key = "role", .title = "ROLE"},
                                 {.key = "attempt", .title = "ATTEMPT"},
                                 {.key = "exit_code", .title = "EXIT"},
                                 {.key = "resources", .title = "RESOURCES"},
                                 {.key = "reason", .title = "REASON"},
                                 {.key = "message", .title = "MESSAGE", .is_wide = true},
                                 {.key = "container_path", .title = "SANDBOX", .is_wide = true},
                                 {.key = "framework", .title = "FRAMEWORK", .is_wide = true}},
                     .rows = {},
                     .tone_column = 1,
                     .empty_text = "no tasks"};
  std::string state = state_.empty() ? "" : "TASK_" + state_;
  for (char& c : state) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::int64_t after = 0;
  do {
    Result<json> page = cluster->master().get(
        "/api/v1/tasks?limit=" + std::to_string(std::min(kPage, limit_)) +
        "&after=" + std::to_string(after) + "&framework=" + url_encoded(*framework) +
        "&agent=" + url_encoded(*agent) + "&state=" + state);
    if (!page) return page.error();
    for (const json& task : list_of(*page, "tasks")) {
      if (static_cast<std::int64_t>(listing.rows.size()) < limit_)
        listing.rows.push_back(row_of(task));
    }
    after = number_of(*page, "next");
  } while (after > 0 && static_cast<std::int64_t>(listing.rows.size()) < limit_);
  print_listing(listing, options, terminal);
  return kExitOk;
}

}  // namespace

void add_task_commands(Commands& commands) {
  commands.add<Tasks>("tasks", "Lists tasks, active ones first");
}

}  // namespace fairlead::cli
