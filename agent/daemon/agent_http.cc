#include "agent/daemon/agent_http.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "agent/container_spec.h"
#include "agent/daemon/files_api.h"
#include "agent/garbage.h"
#include "common/limits.h"
#include "runtime/http_errors.h"

namespace fairlead {
namespace {

using nlohmann::json;

constexpr std::int64_t kFileLimitDefault = 256 << 10;

HttpReply ok(const json& body) {
  return {.body = body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

std::string query_or(const HttpRequest& request, const std::string& name, std::string fallback) {
  auto found = request.query.find(name);
  return found == request.query.end() ? std::move(fallback) : found->second;
}

Result<std::int64_t> query_number(const HttpRequest& request, const std::string& name,
                                  std::int64_t fallback) {
  std::string text = query_or(request, name, std::to_string(fallback));
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    return invalid({.what = "query " + name, .expected = "0..2^63", .got = text.substr(0, 60)});
  }
  return number;
}

Quantities used_by_tasks(const AgentState& state) {
  Quantities used;
  for (const auto& [serial, task] : state.tasks) {
    if (task.stage != ContainerStage::kEnded) {
      add(used, scalars(divisible_part(task.record.launch.spec.resources)));
    }
  }
  return used;
}

/// Whether the task whose sandbox holds `path` has ended; then its files are complete.
bool is_complete(const AgentState& state, const std::string& path) {
  for (const auto& [token, serial] : state.by_token) {
    if (!path.starts_with(sandbox_path(token) + "/")) continue;
    return state.tasks.at(serial).stage == ContainerStage::kEnded;
  }
  return true;
}

/// "" when it is ready.
std::string why_not_ready(const AgentState& state) {
  if (state.has_ended) return "the agent is ending";
  if (!state.link.is_registered) return "not registered with the master";
  return "";
}

}  // namespace

HttpReply AgentHttpApi::serve(const HttpRequest& request) const {
  if (request.method != "GET") {
    return http_error({ErrorCode::kUnsupported, "method " + request.method.substr(0, 20)});
  }
  const std::string& path = request.path;
  if (path == "/livez") return {.body = "ok\n", .content_type = "text/plain"};
  if (path == "/readyz") return ready(request);
  if (path == "/metrics") return {.body = metrics(), .content_type = "text/plain"};
  if (path == "/api/v1/agent") return {.body = info()};
  if (path == "/api/v1/tasks") return {.body = tasks()};
  if (path == "/api/v1/files" || path == "/api/v1/browse") {
    Status allowed = may_operate(world_.acl, request.principal, Verb::kReadLogs);
    if (!allowed) return http_error(allowed.error());
    return path == "/api/v1/files" ? file(request) : browse(request);
  }
  return http_error({ErrorCode::kNotFound, "path " + path.substr(0, 200) +
                                               ": not served here; hint: see docs/http_api.md"});
}

HttpReply AgentHttpApi::ready(const HttpRequest& request) const {
  const AgentState& state = world_.core.state();
  std::string why = why_not_ready(state);
  std::string body = why.empty() ? "ok\n" : why + "\n";
  if (request.query.count("verbose") > 0) {
    body = std::string(world_.is_link_up() ? "[+]" : "[-]") + "link " + world_.master + "\n" +
           (state.link.is_registered ? "[+]" : "[-]") + "registered\n" +
           (state.link.is_started ? "[+]" : "[-]") + "recovered\n" + body;
  }
  return {.status = why.empty() ? 200 : 503, .body = body, .content_type = "text/plain"};
}

std::string AgentHttpApi::info() const {
  const AgentState& state = world_.core.state();
  std::string why_not = why_no_launches(state, world_.core.config());
  return ok({{"id", state.info.id.text},
             {"hostname", state.info.hostname},
             {"version", state.info.version},
             {"master", world_.master},
             {"epoch", state.link.epoch_durable.number},
             {"registered", state.link.is_registered},
             {"total", to_string(state.info.total)},
             {"used", to_string(used_by_tasks(state))},
             {"attributes", to_string(state.info.attributes)},
             {"tasks", state.tasks.size()},
             {"cgroup_parent", world_.cgroup_parent},
             {"disk", {{"total_kib", state.disk.total_kib}, {"free_kib", state.disk.free_kib}}},
             {"checkpoint_rows_damaged",
              {{"rows", world_.set_aside.rows}, {"keys", world_.set_aside.keys}}},
             {"accepts_launches", why_not.empty()},
             {"why_not", why_not}})
      .body;
}

std::string AgentHttpApi::tasks() const {
  json list = json::array();
  for (const auto& [serial, task] : world_.core.state().tasks) {
    const TaskStatus& latest = task.record.latest;
    ResourceUsage usage = latest.usage ? *latest.usage : task.usage.value_or(ResourceUsage{});
    list.push_back({{"framework", latest.framework.text},
                    {"task", latest.task.text},
                    {"attempt", latest.attempt},
                    {"state", to_string(latest.state)},
                    {"container", task.record.container},
                    {"sandbox", latest.container_path},
                    {"unacknowledged", task.record.unacknowledged.size()},
                    {"usage",
                     {{"cpu_ns", usage.cpu_ns},
                      {"memory_bytes", usage.memory_bytes},
                      {"memory_peak_bytes", usage.memory_peak_bytes},
                      {"pids", usage.pids},
                      {"throttled_ns", usage.throttled_ns}}}});
  }
  return ok({{"tasks", std::move(list)}}).body;
}

std::string AgentHttpApi::metrics() const {
  const AgentState& state = world_.core.state();
  std::string out;
  auto gauge = [&](const std::string& name, const std::string& help, std::uint64_t value) {
    out += "# HELP fairlead_agent_" + name + " " + help + "\n# TYPE fairlead_agent_" + name +
           " gauge\nfairlead_agent_" + name + " " + std::to_string(value) + "\n";
  };
  std::uint64_t running = 0;
  std::uint64_t unacknowledged = 0;
  for (const auto& [serial, task] : state.tasks) {
    running += task.stage == ContainerStage::kRunning ? 1 : 0;
    unacknowledged += task.record.unacknowledged.size();
  }
  gauge("tasks", "Launch tokens that the agent answers for.", state.tasks.size());
  gauge("tasks_running", "Tasks whose process runs.", running);
  gauge("updates_unacknowledged", "Status updates without an acknowledgement.", unacknowledged);
  gauge("registered", "1 while the master knows this agent.", state.link.is_registered ? 1 : 0);
  gauge("epoch", "Highest durable leader epoch.", state.link.epoch_durable.number);
  gauge("writes_open", "Checkpoint writes that wait for the disk.", state.writes.size());
  gauge("checkpoint_rows_damaged", "Rows of the checkpoint that were ever set aside.",
        static_cast<std::uint64_t>(world_.set_aside.rows));
  gauge("disk_free_bytes", "Free space below the state directory.",
        static_cast<std::uint64_t>(state.disk.free_kib) * 1024);
  return out;
}

HttpReply AgentHttpApi::file(const HttpRequest& request) const {
  Result<std::int64_t> offset = query_number(request, "offset", 0);
  if (!offset) return http_error(offset.error());
  Result<std::int64_t> limit = query_number(request, "limit", kFileLimitDefault);
  if (!limit) return http_error(limit.error());
  std::string path = query_or(request, "path", "");
  // Asked before the read: what is complete now stays complete, what is not may grow after it.
  bool complete = is_complete(world_.core.state(), path);
  Result<FilePart> part = read_part({.root = world_.core.config().sandbox_root,
                                     .path = path,
                                     .offset = *offset,
                                     .limit = *limit});
  if (!part) return http_error(part.error());
  return {.body = std::move(part->bytes),
          .content_type = "application/octet-stream",
          .headers = {{"x-fairlead-offset", std::to_string(part->offset)},
                      {"x-fairlead-size", std::to_string(part->size)},
                      {"x-fairlead-complete", complete ? "1" : "0"}}};
}

HttpReply AgentHttpApi::browse(const HttpRequest& request) const {
  Result<std::vector<DirectoryEntry>> entries =
      list_directory(world_.core.config().sandbox_root, query_or(request, "path", "."));
  if (!entries) return http_error(entries.error());
  json list = json::array();
  for (const DirectoryEntry& entry : *entries) {
    list.push_back({{"name", entry.name}, {"size", entry.size}, {"directory", entry.is_directory}});
  }
  return ok({{"entries", std::move(list)}});
}

}  // namespace fairlead
