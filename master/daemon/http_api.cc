#include "master/daemon/http_api.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "master/daemon/json_forms.h"
#include "master/daemon/reservation_changes.h"
#include "master/daemon/role_changes.h"
#include "master/daemon/views.h"
#include "runtime/adapters/http/json_text.h"
#include "runtime/http_errors.h"

namespace fairlead {
namespace {

constexpr std::string_view kApi = "/api/v1/";
constexpr std::size_t kTasksPageMax = 10'000;

HttpReply ok(const nlohmann::json& body) {
  return {.body = json_forms::dump(body) + "\n"};
}

HttpReply not_found(const std::string& path) {
  return http_error({ErrorCode::kNotFound, "path " + path.substr(0, 200) +
                                               ": not served here; hint: see docs/http_api.md"});
}

std::string query_or(const HttpRequest& request, const std::string& name, std::string fallback) {
  auto found = request.query.find(name);
  return found == request.query.end() ? std::move(fallback) : found->second;
}

Result<std::size_t> query_number(const HttpRequest& request, const std::string& name,
                                 std::size_t fallback, std::size_t most) {
  std::string text = query_or(request, name, std::to_string(fallback));
  std::size_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most) {
    return invalid({.what = "query " + name,
                    .expected = "0.." + std::to_string(most),
                    .got = text.substr(0, 60)});
  }
  return number;
}

/// The words of a path below /api/v1/; none of another path.
std::vector<std::string> words_of(const std::string& path) {
  std::vector<std::string> words;
  if (!path.starts_with(kApi)) return words;
  std::size_t begin = kApi.size();
  while (begin <= path.size()) {
    std::size_t end = std::min(path.find('/', begin), path.size());
    words.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// Whole milliseconds of at most a year.
std::optional<Duration> ms_of(const nlohmann::json& value) {
  constexpr std::int64_t kMsMax = limits::kTaskDurationMax.ms();
  bool is_ms = value.is_number_integer() && value >= 0 && value <= kMsMax;
  return is_ms ? std::optional(milliseconds(value.get<std::int64_t>())) : std::nullopt;
}

/// An empty body is {}: killed at once, each task with its own grace.
Result<OperatorRequest> drain_request(const std::string& agent, const std::string& body) {
  nlohmann::json json = body.empty() ? nlohmann::json::object() : parse_json(body);
  DrainAgent drain{.agent = {agent}, .deadline = {}, .grace = {}, .mark_gone = false};
  bool is_readable = json.is_object();
  for (const auto& [key, value] : json.items()) {
    const std::optional<Duration> span = ms_of(value);
    if (key == "deadline_ms" && span) {
      drain.deadline = *span;
    } else if (key == "grace_ms" && span) {
      drain.grace = span;
    } else if (key == "mark_gone" && value.is_boolean()) {
      drain.mark_gone = value.get<bool>();
    } else {
      is_readable = false;
    }
  }
  if (is_readable) return OperatorRequest{drain};
  return invalid({.what = "body",
                  .expected = R"({"deadline_ms":600000,"grace_ms":30000,"mark_gone":false}, )"
                              "each optional, at most 365 days",
                  .got = body.substr(0, 100)});
}

bool read_agents(const nlohmann::json& list, std::vector<AgentId>& agents) {
  if (!list.is_array()) return false;
  for (const nlohmann::json& one : list) {
    if (!one.is_string()) return false;
    agents.push_back({one.get<std::string>()});
  }
  return true;
}

bool read_wall(const nlohmann::json& value, WallTime& at) {
  bool is_wall = value.is_number_integer() && value >= 0 && value <= limits::kWallMsMax;
  if (is_wall) at = {value.get<std::int64_t>()};
  return is_wall;
}

Result<OperatorRequest> window_request(const std::string& body) {
  nlohmann::json json = parse_json(body);
  ScheduleWindow window{.agents = {}, .start = {}, .duration = {}, .deadline = {}, .grace = {}};
  bool is_readable = json.is_object() && json.contains("agents") &&
                     json.contains("start_unix_ms") && json.contains("duration_ms");
  for (const auto& [key, value] : json.items()) {
    const std::optional<Duration> span = ms_of(value);
    if (key == "agents") {
      is_readable = is_readable && read_agents(value, window.agents);
    } else if (key == "start_unix_ms") {
      is_readable = is_readable && read_wall(value, window.start);
    } else if (key == "duration_ms" && span) {
      window.duration = *span;
    } else if (key == "deadline_ms" && span) {
      window.deadline = *span;
    } else if (key == "grace_ms" && span) {
      window.grace = span;
    } else {
      is_readable = false;
    }
  }
  if (is_readable) return OperatorRequest{std::move(window)};
  return invalid({.what = "body",
                  .expected = R"({"agents":["id"],"start_unix_ms":1700000000000,)"
                              R"("duration_ms":7200000,"deadline_ms":600000,"grace_ms":30000}, )"
                              "the last two optional, spans of at most 365 days",
                  .got = body.substr(0, 100)});
}

}  // namespace

void MasterHttpApi::serve(const HttpRequest& request, std::shared_ptr<HttpResponder> responder) {
  if (request.path == "/api/v1/events" && request.method == "GET") {
    world_.events.subscribe(query_or(request, "after", ""), *responder);
  } else if (request.method == "GET") {
    responder->reply(get(request));
  } else if (request.method == "POST") {
    ask(request, std::move(responder));
  } else {
    responder->reply(http_error({ErrorCode::kUnsupported, "method " + request.method}));
  }
}

HttpReply MasterHttpApi::get(const HttpRequest& request) const {
  const std::string& path = request.path;
  const MasterCore& core = world_.core;
  Instant now = world_.clock.now();
  if (path == "/livez") return {.body = "ok\n", .content_type = "text/plain"};
  if (path == "/readyz" || path == "/leader") return ready(request);
  if (path == "/metrics") return {.body = world_.metrics(), .content_type = "text/plain"};
  if (path == "/api/v1/cluster") return ok(views::cluster(core, now));
  if (path == "/api/v1/agents") return ok(views::agents(core));
  if (path == "/api/v1/roles") return ok(views::roles(core));
  if (path == "/api/v1/frameworks") return ok(views::frameworks(core));
  if (path == "/api/v1/offers") return ok(views::offers(core, now));
  if (path == "/api/v1/maintenance") return ok(views::maintenance(core));
  if (path == "/api/v1/quota") return ok(views::quotas(core));
  if (path == "/api/v1/audit") return ok(world_.audit.view());
  if (path == "/api/v1/tasks") {
    Result<std::size_t> limit = query_number(request, "limit", 1'000, kTasksPageMax);
    Result<std::size_t> after = query_number(request, "after", 0, limits::kTasksPerFrameworkMax);
    if (!limit) return http_error(limit.error());
    if (!after) return http_error(after.error());
    return ok(views::tasks(core, {.framework = query_or(request, "framework", ""),
                                  .agent = query_or(request, "agent", ""),
                                  .state = query_or(request, "state", ""),
                                  .limit = *limit,
                                  .after = *after}));
  }
  if (path == "/api/v1/explain") {
    Result<std::size_t> most = query_or(request, "agents", "") == "all"
                                   ? Result<std::size_t>(limits::kExplainListedMax)
                                   : query_number(request, "agents", 0, limits::kExplainListedMax);
    Result<std::size_t> after = query_number(request, "after", 0, limits::kAgentsMax);
    if (!most) return http_error(most.error());
    if (!after) return http_error(after.error());
    Result<nlohmann::json> why =
        views::explain(core, {query_or(request, "framework", "")}, {query_or(request, "role", "")},
                       query_or(request, "shape", ""),
                       {.now = now,
                        .offer_hold_max = {},
                        .agents_after = *after,
                        .agents_max = *most,
                        .with_changes = *after == 0});
    return why ? ok(*why) : http_error(why.error());
  }
  return not_found(path);
}

HttpReply MasterHttpApi::ready(const HttpRequest& request) const {
  bool leads = world_.core.state().leads;
  std::string body = leads ? "ok\n" : "not leading yet\n";
  if (request.query.count("verbose") > 0) {
    body = std::string(leads ? "[+]" : "[-]") + "leader epoch " +
           std::to_string(world_.core.state().epoch.number) + "\n" + body;
  }
  return {.status = leads ? 200 : 503, .body = body, .content_type = "text/plain"};
}

Result<OperatorCall> MasterHttpApi::operator_call(const HttpRequest& request) const {
  std::vector<std::string> words = words_of(request.path);
  if (words.size() >= 3 && words[0] == "roles" && words.back() == "weight") {
    // A role is a path itself: everything between the two words.
    std::string role = words[1];
    for (std::size_t i = 2; i + 1 < words.size(); ++i) role += "/" + words[i];
    return read_weight_change(role, request.body);
  }
  if (words.size() == 1 && words[0] == "quota") return read_quota_change(request.body);
  Result<OperatorRequest> other = operator_request(request);
  if (!other) return other.error();
  return OperatorCall{.request = std::move(*other)};
}

Result<OperatorRequest> MasterHttpApi::operator_request(const HttpRequest& request) const {
  Error unknown{ErrorCode::kNotFound, "POST " + request.path.substr(0, 200) + ": not served here"};
  std::vector<std::string> words = words_of(request.path);
  if (words.size() == 3 && words[0] == "agents") {
    if (words[2] == "deactivate") return OperatorRequest{DeactivateAgent{{words[1]}}};
    if (words[2] == "reactivate") return OperatorRequest{ReactivateAgent{{words[1]}}};
    if (words[2] == "drain") return drain_request(words[1], request.body);
    if (words[2] == "gone") return OperatorRequest{MarkAgentGone{{words[1]}}};
    if (auto conversion = read_conversion(words[2], words[1], request.body)) return *conversion;
  }
  if (words.size() == 1 && words[0] == "maintenance") return window_request(request.body);
  if (words.size() == 3 && words[0] == "maintenance" && words[2] == "cancel") {
    return OperatorRequest{CancelWindow{{words[1]}}};
  }
  if (words.size() == 3 && words[0] == "frameworks" && words[2] == "teardown") {
    return OperatorRequest{TeardownFramework{{words[1]}}};
  }
  if (words.size() == 4 && words[0] == "tasks" && words[3] == "kill") {
    return OperatorRequest{OperatorKill{{words[1]}, {words[2]}}};
  }
  return unknown;
}

void MasterHttpApi::ask(const HttpRequest& request, Responder responder) {
  Result<OperatorCall> call = operator_call(request);
  if (!call) return responder->reply(http_error(call.error()));
  if (call->dry_run) {
    Result<WhatIf> found = world_.core.dry_run(request.principal, call->request);
    return responder->reply(found ? ok(views::what_if(world_.core, *found))
                                  : http_error(found.error()));
  }
  if (waiting_.size() >= limits::kOperatorCallsMax) {
    return responder->reply(
        http_error({ErrorCode::kExhausted, "too many calls wait for the registry; try again"}));
  }
  RequestId id{next_request_++};
  waiting_.emplace(id, std::move(responder));
  world_.on_event(
      OperatorAsked{id, request.principal, std::move(call->request), world_.clock.wall()});
}

void MasterHttpApi::on_answer(const AnswerOperator& answer) {
  auto waiting = waiting_.find(answer.request);
  if (waiting == waiting_.end()) return;
  const nlohmann::json done =
      answer.made.empty() ? nlohmann::json::object() : nlohmann::json{{"id", answer.made}};
  waiting->second->reply(answer.outcome.ok() ? ok(done) : http_error(answer.outcome.error()));
  waiting_.erase(waiting);
}

}  // namespace fairlead
