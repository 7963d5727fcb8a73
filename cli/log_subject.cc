#include "cli/log_subject.h"

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/job_watch.h"
#include "cli/service_ref.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;
using Addresses = std::map<std::string, std::string>;

/// Where the agents answer now: one that restarted has another port than its tasks' statuses say.
Addresses agent_addresses(ClusterClient& cluster) {
  Addresses addresses;
  Result<json> agents = cluster.master().get("/api/v1/agents");
  if (!agents) return addresses;
  for (const json& agent : list_of(*agents, "agents")) {
    addresses[text_of(agent, "id")] = text_of(agent, "http_address");
  }
  return addresses;
}

void add(const json& task, const Addresses& addresses, LogPlaces& into) {
  LogPlace place = {.task = text_of(task, "task"),
                    .agent_http = text_of(task, "agent_http"),
                    .container_path = text_of(task, "container_path")};
  if (place.container_path.empty()) return;
  if (const auto now = addresses.find(text_of(task, "agent")); now != addresses.end()) {
    place.agent_http = now->second;
  }
  into.places.push_back(std::move(place));
}

bool has_ended(const std::string& state) {
  return state == "TASK_FINISHED" || state == "TASK_FAILED" || state == "TASK_KILLED" ||
         state == "TASK_ERROR" || state == "TASK_DROPPED" || state == "TASK_GONE" ||
         state == "TASK_GONE_BY_OPERATOR";
}

/// The task as the master knows it.
Result<json> find_task(ClusterClient& cluster, const std::string& id) {
  std::int64_t after = 0;
  do {
    Result<json> page =
        cluster.master().get("/api/v1/tasks?limit=1000&after=" + std::to_string(after));
    if (!page) return page.error();
    for (json& task : list_of(*page, "tasks")) {
      if (text_of(task, "task") == id) return std::move(task);
    }
    after = number_of(*page, "next");
  } while (after > 0);
  // The master's history is bounded; the framework may know more.
  return Error{ErrorCode::kNotFound, "task " + id + ": not known; hint: fairlead tasks"};
}

}  // namespace

const char* LogSubject::word_of(Kind kind) {
  switch (kind) {
    case Kind::kJob:
      return "job";
    case Kind::kService:
      return "service";
    case Kind::kTask:
      return "task";
  }
  return "";
}

Status LogSubject::exists(ClusterClient& cluster, Kind kind, const std::string& name) {
  switch (kind) {
    case Kind::kJob: {
      // Only what looks like a job's id can be one.
      if (!looks_like_job(name)) return Error{ErrorCode::kNotFound, "job " + name + ": not known"};
      Result<JobRef> job = cluster.find_job(name);
      return job ? Status() : Status(job.error());
    }
    case Kind::kService: {
      if (name.find('/') != std::string::npos) {
        return Error{ErrorCode::kNotFound, "service " + name + ": not known"};
      }
      Result<ServiceRef> service = find_service(cluster, name);
      return service ? Status() : Status(service.error());
    }
    case Kind::kTask: {
      Result<json> task = find_task(cluster, name);
      return task ? Status() : Status(task.error());
    }
  }
  return {};
}

Result<LogSubject> LogSubject::find(ClusterClient& cluster, const std::string& text) {
  constexpr std::array kKinds = {Kind::kJob, Kind::kService, Kind::kTask};
  for (const Kind kind : kKinds) {
    const std::string prefix = std::string(word_of(kind)) + "/";
    if (!text.starts_with(prefix)) continue;
    const std::string name = text.substr(prefix.size());
    if (Status there = exists(cluster, kind, name); !there) return there.error();
    return LogSubject(kind, name);
  }
  std::vector<Kind> found;
  std::optional<Error> trouble;  // not "there is none", but "it cannot be asked"
  Error last = {ErrorCode::kNotFound, {}};
  for (const Kind kind : kKinds) {
    // A task is looked for last and alone: it costs a walk over all of them.
    if (kind == Kind::kTask && !found.empty()) break;
    Status there = exists(cluster, kind, text);
    if (there) {
      found.push_back(kind);
    } else if (there.error().code != ErrorCode::kNotFound) {
      trouble = trouble ? trouble : there.error();
    } else if (kind == Kind::kService) {
      last = there.error();
    }
  }
  if (found.size() == 1) return LogSubject(found[0], text);
  if (trouble && found.empty()) return *trouble;
  if (found.empty()) {
    // A service's name is what people mistype; the ids of jobs and tasks are copied.
    const bool is_near = last.message.find("did you mean") != std::string::npos;
    return Error{ErrorCode::kNotFound,
                 is_near ? last.message
                         : text +
                               ": not known as a job, service or task; hint: fairlead job list, "
                               "fairlead service list, fairlead tasks"};
  }
  const std::string first = word_of(found[0]);
  const std::string second = word_of(found[1]);
  return invalid({.what = "logs " + text,
                  .where = {},
                  .expected = "a name that only one job, service or task has",
                  .got = "a " + first + " and a " + second,
                  .hint = "write " + first + "/" + text + " or " + second + "/" + text});
}

Result<LogPlaces> LogSubject::places(ClusterClient& cluster) const {
  switch (kind_) {
    case Kind::kJob:
      return places_of_job(cluster);
    case Kind::kService:
      return places_of_service(cluster);
    case Kind::kTask:
      return places_of_task(cluster);
  }
  return LogPlaces{};
}

Result<LogPlaces> LogSubject::places_of_job(ClusterClient& cluster) const {
  Result<JobRef> job = cluster.find_job(name_);
  if (!job) return job.error();
  Result<json> whole =
      cluster.client_of(job->framework).get("/api/v1/jobs/" + url_encoded(job->id));
  if (!whole) return whole.error();
  LogPlaces found = {.places = {}, .is_over = is_over(*whole)};
  const Addresses addresses = agent_addresses(cluster);
  for (const json& instance : list_of(*whole, "instances")) add(instance, addresses, found);
  return found;
}

Result<LogPlaces> LogSubject::places_of_service(ClusterClient& cluster) const {
  Result<ServiceRef> service = find_service(cluster, name_);
  if (!service && service.error().code == ErrorCode::kNotFound) {
    return LogPlaces{.places = {}, .is_over = true};
  }
  if (!service) return service.error();
  LogPlaces found;
  const Addresses addresses = agent_addresses(cluster);
  for (const json& replica : list_of(service->view, "instances")) add(replica, addresses, found);
  return found;
}

Result<LogPlaces> LogSubject::places_of_task(ClusterClient& cluster) const {
  Result<json> task = find_task(cluster, name_);
  if (!task) return task.error();
  LogPlaces found = {.places = {}, .is_over = has_ended(text_of(*task, "state"))};
  add(*task, agent_addresses(cluster), found);
  return found;
}

}  // namespace fairlead::cli
