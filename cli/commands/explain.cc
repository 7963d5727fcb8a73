// fairlead explain: why a job, or one task of it, does not run yet.
#include <utility>

#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/job_watch.h"
#include "common/limits.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

class Explain : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "job-or-task",
               .help = "j3, batch/j3 or j3.main.0",
               .is_required = true,
               .is_positional = true},
              &subject_);
    flags.add({.name = "agents",
               .help = "lists the first so many agents with the rule that decides there"},
              &agents_, {.min = 0, .max = limits::kExplainListedMax, .unit = "agents"});
    flags.add_example("fairlead explain j3");
    flags.add_example("fairlead explain j3 --agents 20");
    flags.add_example("fairlead explain j3.main.7 -o json");
  }
  Result<int> run(const CommonOptions& options, Terminal& terminal) override;

 private:
  Status explain_group(ClusterClient& cluster, const JobRef& job, const json& whole,
                       const json& group);
  std::string instance_text(const json& whole) const;

  std::string subject_;
  std::int64_t agents_ = 0;
  std::string group_;  ///< of the task; empty: all groups
  ordered_json document_ = {{"groups", ordered_json::array()}};
  std::string text_;
};

std::int64_t waiting_in(const json& group) {
  return number_of(group, "blocked") + number_of(group, "ready") + number_of(group, "pausing");
}

/// A reason's code in words.
std::string words_of(const std::string& reason) {
  constexpr std::pair<const char*, const char*> kWords[] = {
      {"paused", "takes no tasks now"},
      {"fits", "has room; the offer is on its way"},
      {"constraint", "an attribute does not match the constraints"},
      {"never_fits", "too small even when empty"},
      {"reserved", "what is free is reserved for other roles"},
      {"not_enough", "not enough is free now"},
      {"accumulated", "kept free for a larger task"},
      {"filtered", "declined a moment ago"},
      {"backed_off", "resting after failed launches"},
      {"spread", "saved for spreading"},
      {"held", "what is free is held for a role below its guarantee"}};
  for (const auto& [code, words] : kWords) {
    if (reason == code) return reason + " (" + words + ")";
  }
  return reason;
}

/// "holds cpus:3", "is offered cpus:1 for 12 s", or both.
std::string text_of_holder(const json& holder) {
  const std::string held = amounts_of(holder, "held");
  const std::string offered = amounts_of(holder, "offered");
  std::string text = text_of(holder, "name");
  if (!held.empty()) text += " holds " + held;
  if (offered.empty()) return text;
  return text + (held.empty() ? "" : " and") + " is offered " + offered + " since " +
         std::to_string(number_of(holder, "offered_for_ms") / 1000) + " s";
}

/// Who has what is missing, agent by agent and role by role.
std::string text_of_holders(const json& why) {
  std::string text;
  for (const json& agent : list_of(why, "holders")) {
    text +=
        "  on " + text_of(agent, "agent") + ", which lacks " + text_of(agent, "missing") + ":\n";
    for (const json& holder : list_of(agent, "holders")) {
      text += "    " + text_of_holder(holder) + "\n";
    }
    const std::int64_t others = number_of(agent, "left_out");
    if (others > 0) text += "    " + std::to_string(others) + " more with less\n";
  }
  const json roles = list_of(why, "roles");
  if (!roles.empty()) text += "  who has most " + text_of(why, "scarcest") + ":\n";
  for (const json& role : roles) {
    text += "    role " + text_of(role, "role") + ": " + text_of(role, "amount") + ", " +
            std::to_string(number_of(role, "share_milli")) + "/1000 of the cluster, fair share " +
            std::to_string(number_of(role, "fair_milli")) + "/1000\n";
  }
  return text;
}

/// A heading and its lines; nothing without lines.
std::string section(const std::string& heading, const json& entries) {
  std::string text;
  for (const json& one : entries) text += "    " + text_of(one, "text") + "\n";
  return text.empty() ? text : "  " + heading + ":\n" + text;
}

/// The agents that --agents asked for.
std::string text_of_listed(const json& why) {
  std::string text;
  for (const json& agent : list_of(why, "listed")) {
    const std::string missing = text_of(agent, "missing");
    text += "    " + text_of(agent, "hostname") + ": " + words_of(text_of(agent, "reason")) +
            (missing.empty() ? "" : ", " + missing) + "\n";
  }
  return text.empty() ? text : "  agent by agent:\n" + text;
}

/// What the master says about one shape, for people.
std::string text_of_shape(const json& why) {
  std::string text = "  " + std::to_string(number_of(why, "wanted")) + " wanted, " +
                     std::to_string(number_of(why, "offered")) + " offered\n";
  const std::string gate = text_of(why, "gate");
  if (!gate.empty()) text += "  " + gate + "\n";
  const std::string agents = std::to_string(number_of(why, "agents"));
  for (const json& reason : list_of(why, "reasons")) {
    text += "  " + std::to_string(number_of(reason, "agents")) + " of " + agents +
            " agents: " + words_of(text_of(reason, "reason")) + "\n";
  }
  const std::string gang = text_of(why, "gang");
  if (!gang.empty()) text += "  " + gang + "\n";
  const json nearest = list_of(why, "nearest");
  if (!nearest.empty()) {
    const std::string missing = text_of(nearest[0], "missing");
    text += "  nearest miss: " + text_of(nearest[0], "hostname") +
            (missing.empty() ? "" : ", lacks " + missing) + "\n";
  }
  const std::string scarcest = text_of(why, "scarcest");
  if (!scarcest.empty()) text += "  scarcest: " + scarcest + "\n";
  const std::string kept = text_of(why, "accumulating_on");
  if (!kept.empty()) text += "  agent " + kept + " is being kept free for it\n";
  std::string ahead;
  for (const json& one : list_of(why, "before")) {
    ahead += (ahead.empty() ? "" : ", ") + one.get<std::string>();
  }
  if (!ahead.empty()) text += "  comes first: " + ahead + "\n";
  const std::string debt = amounts_of(why, "lease_debt");
  if (!debt.empty()) {
    text += "  counts beside its share, for offers that it held for long: " + debt + "\n";
  }
  text += text_of_listed(why) + text_of_holders(why);
  text += section(
      gang.empty() ? "each of these would admit one task" : "each of these would admit a gang",
      list_of(why, "changes"));
  const std::string none = text_of(why, "no_change");
  if (!none.empty())
    text +=
        (gang.empty() ? "  what would admit one: " : "  what would admit a gang: ") + none + "\n";
  return text + section("when", list_of(why, "outlook"));
}

Status Explain::explain_group(ClusterClient& cluster, const JobRef& job, const json& whole,
                              const json& group) {
  const std::string name = text_of(group, "name");
  text_ += "\n" + job.id + "." + name + ": " + std::to_string(waiting_in(group)) + " waiting of " +
           std::to_string(number_of(group, "instances")) + ", each " +
           amounts_of(group, "resources") + "\n";
  ordered_json entry = {{"group", name},
                        {"blocked", number_of(group, "blocked")},
                        {"ready", number_of(group, "ready")},
                        {"pausing", number_of(group, "pausing")}};
  if (number_of(group, "blocked") > 0) {
    text_ += "  " + std::to_string(number_of(group, "blocked")) + " wait for";
    for (const json& other : list_of(group, "depends_on")) text_ += " " + other.get<std::string>();
    text_ += " to finish\n";
  }
  if (number_of(group, "pausing") > 0) {
    text_ += "  " + std::to_string(number_of(group, "pausing")) + " pause after a failure\n";
  }
  if (number_of(group, "ready") > 0) {
    Result<json> why = cluster.master().get(
        "/api/v1/explain?framework=" + url_encoded(job.framework.id) +
        "&role=" + url_encoded(text_of(whole, "role")) +
        "&shape=" + url_encoded(text_of(group, "shape")) + "&agents=" + std::to_string(agents_));
    if (why) {
      entry["why"] = *why;
      text_ += text_of_shape(*why);
    } else if (why.error().code == ErrorCode::kNotFound) {
      text_ += "  the master has no demand of this shape: it is being placed right now\n";
    } else {
      return why.error();
    }
  }
  document_["groups"].push_back(std::move(entry));
  return {};
}

/// The one task that was asked for.
std::string Explain::instance_text(const json& whole) const {
  for (const json& instance : list_of(whole, "instances")) {
    if (text_of(instance, "task") != subject_) continue;
    std::string text = "task " + subject_ + ": " + text_of(instance, "state") + ", attempt " +
                       std::to_string(number_of(instance, "attempt"));
    if (!text_of(instance, "hostname").empty()) text += " on " + text_of(instance, "hostname");
    if (!text_of(instance, "message").empty()) text += ": " + text_of(instance, "message");
    return text + "\n";
  }
  return {};
}

Result<int> Explain::run(const CommonOptions& options, Terminal& terminal) {
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  std::string job_text = subject_;
  if (const std::size_t dot = subject_.find('.'); dot != std::string::npos) {
    job_text = subject_.substr(0, dot);
    group_ = subject_.substr(dot + 1, subject_.rfind('.') - dot - 1);
    // "batch/j3.main.0" names the task j3.main.0.
    subject_ = subject_.substr(subject_.find('/') + 1);
  }
  Result<JobRef> job = cluster->find_job(job_text);
  if (!job) return job.error();
  Result<json> whole =
      cluster->client_of(job->framework).get("/api/v1/jobs/" + url_encoded(job->id));
  if (!whole) return whole.error();
  document_["job"] = job->id;
  document_["state"] = text_of(*whole, "state");
  text_ = progress_text(*whole) + "\n";
  if (!group_.empty()) {
    const std::string text = instance_text(*whole);
    if (text.empty()) {
      return Error{ErrorCode::kNotFound,
                   "task " + subject_ + ": not known; hint: fairlead job show " + job->id};
    }
    text_ = text;
  }
  bool any_waits = false;
  for (const json& group : list_of(*whole, "tasks")) {
    if (waiting_in(group) == 0 || (!group_.empty() && text_of(group, "name") != group_)) continue;
    any_waits = true;
    if (Status done = explain_group(*cluster, *job, *whole, group); !done) return done.error();
  }
  if (is_over(*whole)) {
    text_ += outcome_of(*whole).text + "\n";
  } else if (!any_waits) {
    text_ += "nothing waits\n";
  }
  print_document(document_, text_, options, terminal);
  return kExitOk;
}

}  // namespace

void add_explain_command(Commands& commands) {
  commands.add<Explain>("explain", "Says why a job or task waits");
}

}  // namespace fairlead::cli
