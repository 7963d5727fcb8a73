// fairlead logs: what tasks wrote, read from the agents that ran them.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/job_watch.h"
#include "common/parse_units.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr Duration kFollowPause = milliseconds(300);
constexpr std::int64_t kChunkBytes = 1 << 20;

/// One task's file and how far it was printed.
struct Source {
  std::string task;
  std::string agent_http;
  std::string container_path;
  std::int64_t offset = 0;
  std::string partial;       ///< the last line, until its end arrives
  bool is_complete = false;  ///< its task has ended and everything was read
};

class Logs : public Command {
 public:
  void declare(FlagSet& flags) override;
  Result<int> run(const CommonOptions& options, Terminal& terminal) override;

 private:
  Status find_sources(ClusterClient& cluster);
  Status find_job_sources(ClusterClient& cluster);
  Status find_task_source(ClusterClient& cluster);
  void add_source(const json& task, const std::map<std::string, std::string>& addresses);
  Status print_new(ClusterClient& cluster, Source& source, Terminal& terminal);
  Status start_at_tail(JsonClient& agent, const std::string& path, Source& source) const;
  void print_lines(Source& source, Terminal& terminal, bool is_last) const;

  std::string subject_;
  bool follow_ = false;
  bool use_stderr_ = false;
  std::int64_t tail_ = -1;
  bool is_job_ = false;
  bool is_over_ = false;                      ///< nothing new will come
  std::vector<Source> sources_;               ///< in the order in which they were found
  std::map<std::string, std::size_t> index_;  ///< by sandbox: an attempt has its own
};

void Logs::declare(FlagSet& flags) {
  flags.add({.name = "follow", .help = "until the job or task is over", .short_name = 'f'},
            &follow_);
  flags.add({.name = "stderr", .help = "stderr instead of stdout"}, &use_stderr_);
  flags.add({.name = "tail",
             .help = "only the last bytes of each file, as 4KiB; -1: all",
             .value_name = "BYTES"},
            &tail_, {.min = -1, .max = 1LL << 40, .unit = "bytes"});
  flags.add({.name = "job-or-task",
             .help = "j3, batch/j3 or a task's id",
             .is_required = true,
             .is_positional = true},
            &subject_);
  flags.add_example("fairlead logs j3");
  flags.add_example("fairlead logs -f --stderr j3.main.0");
}

Result<int> Logs::run(const CommonOptions& options, Terminal& terminal) {
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  is_job_ = looks_like_job(subject_);
  bool any_failed = false;
  for (;;) {
    if (Status found = find_sources(*cluster); !found) return found.error();
    any_failed = false;
    bool all_complete = true;
    for (Source& source : sources_) {
      if (source.is_complete) continue;
      if (Status printed = print_new(*cluster, source, terminal); !printed) {
        any_failed = true;
        // While following, its agent may be back in a moment.
        if (!follow_) terminal.err << source.task << ": " << printed.error().message << "\n";
        if (follow_ && is_over_) source.is_complete = true;
      }
      all_complete = all_complete && source.is_complete;
    }
    if (!follow_ || (is_over_ && all_complete)) break;
    if (terminal.interrupts.wait(kFollowPause)) break;
  }
  for (Source& source : sources_) print_lines(source, terminal, /*is_last=*/true);
  if (sources_.empty()) terminal.err << subject_ << ": no task was started yet\n";
  return any_failed ? kExitFailed : kExitOk;
}

Status Logs::find_sources(ClusterClient& cluster) {
  return is_job_ ? find_job_sources(cluster) : find_task_source(cluster);
}

void Logs::add_source(const json& task, const std::map<std::string, std::string>& addresses) {
  Source source = {.task = text_of(task, "task"),
                   .agent_http = text_of(task, "agent_http"),
                   .container_path = text_of(task, "container_path")};
  if (source.container_path.empty()) return;
  // An agent that restarted has another port than the task's status says.
  if (const auto now = addresses.find(text_of(task, "agent")); now != addresses.end()) {
    source.agent_http = now->second;
  }
  const auto [at, is_new] = index_.try_emplace(source.container_path, sources_.size());
  if (is_new) {
    sources_.push_back(std::move(source));
  } else {
    sources_[at->second].agent_http = source.agent_http;
  }
}

Status Logs::find_job_sources(ClusterClient& cluster) {
  Result<JobRef> job = cluster.find_job(subject_);
  if (!job) return job.error();
  Result<json> whole =
      cluster.client_of(job->framework).get("/api/v1/jobs/" + url_encoded(job->id));
  if (!whole) return whole.error();
  Result<json> agents = cluster.master().get("/api/v1/agents");
  std::map<std::string, std::string> addresses;
  if (agents) {
    for (const json& agent : list_of(*agents, "agents")) {
      addresses[text_of(agent, "id")] = text_of(agent, "http_address");
    }
  }
  is_over_ = is_over(*whole);
  for (const json& instance : list_of(*whole, "instances")) add_source(instance, addresses);
  return {};
}

Status Logs::find_task_source(ClusterClient& cluster) {
  std::int64_t after = 0;
  do {
    Result<json> page =
        cluster.master().get("/api/v1/tasks?limit=1000&after=" + std::to_string(after));
    if (!page) return page.error();
    for (const json& task : list_of(*page, "tasks")) {
      if (text_of(task, "task") != subject_) continue;
      add_source(task, {});
      const std::string state = text_of(task, "state");
      is_over_ = state == "TASK_FINISHED" || state == "TASK_FAILED" || state == "TASK_KILLED" ||
                 state == "TASK_ERROR" || state == "TASK_DROPPED" || state == "TASK_GONE";
      return {};
    }
    after = number_of(*page, "next");
  } while (after > 0);
  // The master's history is bounded; the framework may know more.
  return Error{ErrorCode::kNotFound, "task " + subject_ + ": not known; hint: fairlead tasks"};
}

std::int64_t header_of(const HttpAnswer& answer, const char* name, std::int64_t fallback) {
  const auto found = answer.headers.find(name);
  if (found == answer.headers.end()) return fallback;
  Result<std::int64_t> number = parse_integer(found->second);
  return number ? *number : fallback;
}

Status Logs::start_at_tail(JsonClient& agent, const std::string& path, Source& source) const {
  Result<HttpAnswer> probe = agent.get_raw(path + "&offset=0&limit=1");
  if (!probe) return probe.error();
  const std::int64_t size = header_of(*probe, "x-fairlead-size", 0);
  source.offset = std::max<std::int64_t>(1, size - tail_);
  if (size <= tail_) source.offset = 0;
  return {};
}

Status Logs::print_new(ClusterClient& cluster, Source& source, Terminal& terminal) {
  JsonClient agent = cluster.agent_at(source.agent_http);
  const std::string path = "/api/v1/files?path=" + url_encoded(source.container_path) + "%2F" +
                           (use_stderr_ ? "stderr" : "stdout");
  if (tail_ >= 0 && source.offset == 0) {
    if (Status moved = start_at_tail(agent, path, source); !moved) return moved;
  }
  for (;;) {
    Result<HttpAnswer> answer = agent.get_raw(path + "&offset=" + std::to_string(source.offset) +
                                              "&limit=" + std::to_string(kChunkBytes));
    if (!answer) return answer.error();
    const std::int64_t first = header_of(*answer, "x-fairlead-offset", source.offset);
    if (first > source.offset && source.offset > 0) {
      terminal.err << source.task << ": " << first - source.offset
                   << " bytes were rotated away before they were read\n";
    }
    const auto length = static_cast<std::int64_t>(answer->body.size());
    source.offset = first + length;
    source.partial += answer->body;
    print_lines(source, terminal, /*is_last=*/false);
    const bool at_end = source.offset >= header_of(*answer, "x-fairlead-size", source.offset);
    if (at_end || length == 0) {
      source.is_complete = header_of(*answer, "x-fairlead-complete", 0) == 1;
      return {};
    }
  }
}

void Logs::print_lines(Source& source, Terminal& terminal, bool is_last) const {
  const std::string prefix = is_job_ ? source.task + "| " : "";
  std::size_t from = 0;
  for (std::size_t end = 0; (end = source.partial.find('\n', from)) != std::string::npos;
       from = end + 1) {
    terminal.out << prefix << source.partial.substr(from, end + 1 - from);
  }
  source.partial.erase(0, from);
  if (is_last && !source.partial.empty()) terminal.out << prefix << source.partial << "\n";
  if (is_last) source.partial.clear();
  terminal.out << std::flush;
}

}  // namespace

void add_logs_command(Commands& commands) {
  commands.add<Logs>("logs", "Prints what tasks wrote");
}

}  // namespace fairlead::cli
