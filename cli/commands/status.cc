// fairlead status: the whole cluster on one screen.
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/job_watch.h"
#include "cli/progress.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::int64_t kShareWhole = 1'000;

class StatusCommand : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add_example("fairlead status");
    flags.add_example("fairlead status -o json");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    ordered_json document;
    Result<json> summary = cluster->master().get("/api/v1/cluster");
    if (!summary) return summary.error();
    document["cluster"] = *summary;
    Result<json> roles = cluster->master().get("/api/v1/roles");
    if (!roles) return roles.error();
    document["roles"] = list_of(*roles, "roles");
    if (Status added = add_work(*cluster, document); !added) return added.error();
    print_document(document, table_of(document), options, terminal);
    return kExitOk;
  }

 private:
  static Status add_work(ClusterClient& cluster, ordered_json& document);
  static std::string table_of(const ordered_json& document);
};

/// Jobs and services; a framework that does not answer is named instead.
Status StatusCommand::add_work(ClusterClient& cluster, ordered_json& document) {
  document["jobs"] = ordered_json::array();
  document["services"] = ordered_json::array();
  document["silent_frameworks"] = ordered_json::array();
  for (const std::string kind : {"batch", "pods"}) {
    const std::string list = kind == "batch" ? "jobs" : "services";
    Result<std::vector<FrameworkRef>> frameworks = cluster.frameworks(kind);
    if (!frameworks) return frameworks.error();
    for (const FrameworkRef& framework : *frameworks) {
      Result<json> reply = cluster.client_of(framework).get("/api/v1/" + list);
      if (!reply) {
        document["silent_frameworks"].push_back(ordered_json(framework.name));
        continue;
      }
      for (json one : list_of(*reply, list.c_str())) {
        one["framework"] = framework.name;
        document[list].push_back(ordered_json(one));
      }
    }
  }
  return {};
}

std::string counts_of(const json& object) {
  std::string text;
  for (const auto& [name, count] : object.items()) {
    if (count.is_number_integer() && count.get<std::int64_t>() > 0) {
      text += (text.empty() ? "" : ", ") + std::to_string(count.get<std::int64_t>()) + " " +
              short_state(name);
    }
  }
  return text.empty() ? "none" : text;
}

json object_of(const json& object, const char* key) {
  return object.value(key, json::object());
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string role_line(const json& role) {
  const std::int64_t share = number_of(role, "share_milli");
  const std::string percent = std::to_string(share / 10) + "." + std::to_string(share % 10) + "%";
  return "  " + padded(text_of(role, "role"), 16) + " " +
         bar({.part = share, .whole = kShareWhole}) + " " + padded(percent, 6) + " of " +
         padded(text_of(role, "dominant").empty() ? "-" : text_of(role, "dominant"), 5) +
         " weight " + padded(text_of(role, "weight"), 4) + " " +
         std::to_string(number_of(role, "tasks")) + " tasks\n";
}

std::string service_line(const json& service) {
  return "  " + padded(text_of(service, "name"), 16) + " " +
         std::to_string(number_of(service, "ready")) + " of " +
         std::to_string(number_of(service, "replicas")) + " replicas ready\n";
}

std::string used_or_none(const json& resources) {
  const std::string used = amounts_of(resources, "used");
  return used.empty() ? "nothing" : used;
}

std::string StatusCommand::table_of(const ordered_json& ordered) {
  const json document = json::parse(ordered.dump(-1, ' ', false, json::error_handler_t::replace));
  const json& cluster = document["cluster"];
  const json resources = object_of(cluster, "resources");
  std::string text = "agents      " + counts_of(object_of(cluster, "agents")) + "\n" +
                     "frameworks  " + counts_of(object_of(cluster, "frameworks")) + "\n" +
                     "tasks       " + counts_of(object_of(cluster, "tasks")) + "\n" +
                     "used        " + used_or_none(resources) + "\n" + "total       " +
                     amounts_of(resources, "total") + "\n";
  text += "\nshares by role\n";
  for (const json& role : document["roles"]) text += role_line(role);
  std::string jobs;
  std::size_t ended = 0;
  for (const json& job : document["jobs"]) {
    const std::string state = text_of(job, "state");
    if (state != "pending" && state != "running") {
      ++ended;
      continue;
    }
    jobs += "  " + padded(text_of(job, "name"), 16) + " " + text_of(job, "framework") + "/" +
            progress_text(job) + "\n";
  }
  text +=
      "\njobs (" + std::to_string(ended) + " ended)\n" + (jobs.empty() ? "  none active\n" : jobs);
  if (!document["services"].empty()) text += "\nservices\n";
  for (const json& service : document["services"]) text += service_line(service);
  for (const json& name : document["silent_frameworks"]) {
    text += "\nframework " + name.get<std::string>() + " does not answer\n";
  }
  return text;
}

}  // namespace

void add_status_command(Commands& commands) {
  commands.add<StatusCommand>("status", "Shows agents, shares, jobs and services");
}

}  // namespace fairlead::cli
