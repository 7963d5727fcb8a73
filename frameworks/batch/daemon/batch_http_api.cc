#include "frameworks/batch/daemon/batch_http_api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "common/parse_units.h"
#include "frameworks/batch/daemon/job_json.h"
#include "frameworks/batch/daemon/job_yaml.h"
#include "frameworks/sdk/driver/http_forms.h"
#include "runtime/http_errors.h"

namespace fairlead::batch {
namespace {

using sdk::append_metric;
using sdk::json_reply;
using sdk::text_reply;

constexpr std::string_view kJobs = "/api/v1/jobs";
constexpr Duration kTick = milliseconds(50);  // changes are told at most so often
constexpr Duration kWaitMax = seconds(60);
constexpr std::size_t kWaitersMax = 1'000;  // polls, and streams, and calls that wait for the disk

std::string query(const HttpRequest& request, const std::string& name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

std::optional<std::uint64_t> number(const std::string& text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) {
    return std::nullopt;
  }
  return value;
}

Error no_such_job(JobId id) {
  return {ErrorCode::kNotFound, "job " + to_string(id) + " is not known here"};
}

Error busy() {
  return {ErrorCode::kExhausted, "too many calls wait already; hint: try again later"};
}

}  // namespace

void BatchHttpApi::serve(const HttpRequest& request, std::shared_ptr<HttpResponder> responder) {
  if (request.method == "GET") {
    get(request, std::move(responder));
  } else if (request.method == "POST") {
    post(request, std::move(responder));
  } else {
    responder->reply(http_error(405, "unsupported", "method " + request.method));
  }
}

void BatchHttpApi::get(const HttpRequest& request, Responder responder) {
  const std::string& path = request.path;
  if (path == "/livez") {
    responder->reply(text_reply("ok\n"));
  } else if (path == "/readyz") {
    responder->reply(ready());
  } else if (path == "/metrics") {
    responder->reply(metrics());
  } else if (path == kJobs) {
    responder->reply(list(request));
  } else if (path.starts_with(kJobs) && path.size() > kJobs.size() + 1) {
    std::string rest = path.substr(kJobs.size() + 1);
    const bool events = rest.ends_with("/events");
    rest = events ? rest.substr(0, rest.size() - std::string_view("/events").size()) : rest;
    const auto id = parse_job_id(rest);
    if (!id.ok()) {
      responder->reply(http_error({ErrorCode::kNotFound, id.error().message}));
    } else if (events) {
      stream(id.value(), responder);
    } else {
      get_job(request, id.value(), std::move(responder));
    }
  } else {
    responder->reply(http_error({ErrorCode::kNotFound, "path " + path.substr(0, 200) +
                                                           ": not served here; hint: see "
                                                           "docs/http_api_batch.md"}));
  }
}

void BatchHttpApi::get_job(const HttpRequest& request, JobId id, Responder responder) {
  const Job* job = world_.scheduler.find(id);
  if (job == nullptr) {
    return responder->reply(http_error(no_such_job(id)));
  }
  const bool with_instances = query(request, "instances") != "no";
  const std::string wait_text = query(request, "wait");
  const auto since = number(query(request, "since").empty() ? "0" : query(request, "since"));
  const auto wait = wait_text.empty() ? Result<Duration>(Duration{}) : parse_duration(wait_text);
  if (!since || !wait.ok()) {
    return responder->reply(http_error(wait.ok() ? invalid({.what = "query since",
                                                            .where = {},
                                                            .expected = "a version number",
                                                            .got = query(request, "since"),
                                                            .hint = {}})
                                                 : wait.error()));
  }
  if (job->version > *since || wait.value() <= Duration{} || job->is_over()) {
    return responder->reply(job_reply(*job, with_instances));
  }
  if (polls_.size() >= kWaitersMax) {
    return responder->reply(http_error(busy()));
  }
  polls_.push_back({.job = id,
                    .since = *since,
                    .until = world_.clock.now() + std::min(wait.value(), kWaitMax),
                    .with_instances = with_instances,
                    .responder = std::move(responder)});
}

HttpReply BatchHttpApi::job_reply(const Job& job, bool with_instances) const {
  return json_reply(job_json(job, world_.scheduler.wall(world_.clock.now()), with_instances));
}

HttpReply BatchHttpApi::list(const HttpRequest& request) const {
  const std::string state = query(request, "state");
  nlohmann::json jobs = nlohmann::json::array();
  const WallTime now = world_.scheduler.wall(world_.clock.now());
  for (const auto& [id, job] : world_.scheduler.jobs()) {
    if (state.empty() || state == to_string(job.state)) {
      jobs.push_back(summary_json(job, now));
    }
  }
  return json_reply({{"version", world_.scheduler.version()}, {"jobs", std::move(jobs)}});
}

HttpReply BatchHttpApi::ready() const {
  const sdk::SdkCore* core = world_.core();
  const bool is_ready = core != nullptr && core->is_subscribed();
  return text_reply(is_ready ? "ok\n" : "not subscribed to a master\n", is_ready ? 200 : 503);
}

HttpReply BatchHttpApi::metrics() const {
  std::string text;
  std::uint64_t active = 0;
  for (const auto& [id, job] : world_.scheduler.jobs()) {
    active += job.is_over() ? 0U : 1U;
  }
  append_metric(text, {"fairlead_batch_jobs_active", "gauge", "Jobs that are not over.", active});
  append_metric(text, {"fairlead_batch_jobs_known", "gauge", "Jobs in memory.",
                       world_.scheduler.jobs().size()});
  if (const sdk::SdkCore* core = world_.core()) {
    append_sdk_metrics(text, *core);
  }
  return text_reply(std::move(text));
}

void BatchHttpApi::post(const HttpRequest& request, Responder responder) {
  constexpr std::string_view kCancel = "/cancel";
  if (durable_.size() >= kWaitersMax) {
    return responder->reply(http_error(busy()));
  }
  if (request.path == kJobs) {
    return submit(request, responder);
  }
  if (request.path.starts_with(kJobs) && request.path.ends_with(kCancel) &&
      request.path.size() > kJobs.size() + 1 + kCancel.size()) {
    const auto id = parse_job_id(request.path.substr(
        kJobs.size() + 1, request.path.size() - kJobs.size() - 1 - kCancel.size()));
    if (id.ok()) {
      return cancel(request, id.value(), responder);
    }
  }
  responder->reply(http_error(
      {ErrorCode::kNotFound, "POST " + request.path.substr(0, 200) + ": not served here"}));
}

void BatchHttpApi::submit(const HttpRequest& request, const Responder& responder) {
  auto spec = parse_job(request.body, "job");
  if (!spec.ok()) {
    return responder->reply(http_error(spec.error()));
  }
  if (Status admitted = admit(request.principal, spec.value()); !admitted.ok()) {
    return responder->reply(http_error(admitted.error()));
  }
  const Ticket ticket{++ticket_};
  world_.act([&](Instant now, sdk::SchedulerActions& actions) {
    auto id = world_.scheduler.submit(now, std::move(spec).value(), ticket, actions);
    if (!id.ok()) {
      return responder->reply(http_error(id.error()));
    }
    durable_.emplace(ticket,
                     std::pair(responder, json_reply({{"id", to_string(id.value())}}, 201)));
  });
}

Status BatchHttpApi::admit(const Principal& who, JobSpec& spec) const {
  spec.owner = who;
  if (spec.role.empty()) {
    spec.role = world_.scheduler.default_role();
  }
  if (Status allowed = may_use_role(world_.acl, who, spec.role); !allowed.ok()) {
    return allowed;
  }
  for (TaskGroup& group : spec.tasks) {
    auto user = user_of_launch(world_.acl, who, group.command.user);
    if (!user.ok()) {
      return user.error();
    }
    group.command.user = std::move(user).value();
  }
  return {};
}

void BatchHttpApi::cancel(const HttpRequest& request, JobId id, const Responder& responder) {
  if (const Job* job = world_.scheduler.find(id)) {
    const Status allowed = may_manage_work(world_.acl, request.principal, job->spec.owner);
    if (!allowed.ok()) {
      return responder->reply(http_error(allowed.error()));
    }
  }
  const Ticket ticket{++ticket_};
  world_.act([&](Instant now, sdk::SchedulerActions& actions) {
    const Status done = world_.scheduler.cancel(now, id, ticket, actions);
    if (!done.ok()) {
      return responder->reply(http_error(done.error()));
    }
    durable_.emplace(ticket, std::pair(responder, json_reply(nlohmann::json::object())));
  });
}

void BatchHttpApi::stream(JobId id, const Responder& responder) {
  const Job* job = world_.scheduler.find(id);
  if (job == nullptr) {
    return responder->reply(http_error(no_such_job(id)));
  }
  if (streams_.size() >= kWaitersMax) {
    return responder->reply(http_error(busy()));
  }
  HttpReply head;
  head.content_type = "application/x-ndjson";
  Stream stream{.job = id, .sent = 0, .stream = responder->stream(head)};
  if (write_line(stream, job)) {
    streams_.push_back(std::move(stream));
  }
}

bool BatchHttpApi::write_line(Stream& stream, const Job* job) {
  if (job == nullptr) {
    stream.stream->close();
    return false;
  }
  if (job->version == stream.sent) {
    return true;
  }
  stream.sent = job->version;
  const WallTime now = world_.scheduler.wall(world_.clock.now());
  const bool open = stream.stream->write(sdk::dump(summary_json(*job, now)) + "\n");
  if (open && job->is_over()) {
    stream.stream->close();
  }
  return open && !job->is_over();
}

void BatchHttpApi::after_step() {
  for (const Ticket ticket : world_.scheduler.take_persisted()) {
    const auto found = durable_.find(ticket);
    if (found != durable_.end()) {
      found->second.first->reply(std::move(found->second.second));
      durable_.erase(found);
    }
  }
  if (world_.scheduler.version() != version_seen_ && tick_at_.is_never()) {
    tick_at_ = world_.clock.now() + kTick;
  }
}

Instant BatchHttpApi::next_deadline() const {
  Instant first = tick_at_;
  for (const Poll& poll : polls_) {
    first = std::min(first, poll.until);
  }
  return first;
}

void BatchHttpApi::on_due(Instant now) {
  if (now >= tick_at_) {
    tick_at_ = Instant::never();
    version_seen_ = world_.scheduler.version();
    write_streams();
  }
  answer_polls(now);
}

void BatchHttpApi::answer_polls(Instant now) {
  std::erase_if(polls_, [&](Poll& poll) {
    const Job* job = world_.scheduler.find(poll.job);
    if (job == nullptr) {
      poll.responder->reply(http_error(no_such_job(poll.job)));
      return true;
    }
    if (job->version <= poll.since && now < poll.until) {
      return false;
    }
    poll.responder->reply(job_reply(*job, poll.with_instances));
    return true;
  });
}

void BatchHttpApi::write_streams() {
  std::erase_if(streams_, [&](Stream& stream) {
    return !write_line(stream, world_.scheduler.find(stream.job));
  });
}

}  // namespace fairlead::batch
