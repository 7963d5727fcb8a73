// fairlead logs: what tasks wrote, read from the agents that ran them.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/log_subject.h"
#include "common/parse_units.h"

namespace fairlead::cli {
namespace {

constexpr Duration kFollowPause = milliseconds(300);
constexpr std::int64_t kChunkBytes = 1 << 20;

/// One task's file and how far it was printed.
struct Source {
  LogPlace place;
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
  Status print_new(ClusterClient& cluster, Source& source, Terminal& terminal);
  Status start_at_tail(JsonClient& agent, const std::string& path, Source& source) const;
  void print_lines(Source& source, Terminal& terminal, bool is_last) const;

  std::string text_;
  std::optional<LogSubject> subject_;
  bool follow_ = false;
  bool use_stderr_ = false;
  std::int64_t tail_ = 0;
  bool is_over_ = false;                      ///< nothing new will come
  std::vector<Source> sources_;               ///< in the order in which they were found
  std::map<std::string, std::size_t> index_;  ///< by sandbox: an attempt has its own
};

void Logs::declare(FlagSet& flags) {
  flags.add({.name = "follow", .help = "until the job, service or task is over", .short_name = 'f'},
            &follow_);
  flags.add({.name = "stderr", .help = "stderr instead of stdout"}, &use_stderr_);
  flags.add_bytes({.name = "tail",
                   .help = "only the last bytes of each file, as 4KiB; 0: all of it",
                   .value_name = "BYTES"},
                  &tail_, {.min = 0, .max = 1LL << 40});
  flags.add({.name = "subject",
             .help = "a job (j3, batch/j3), a service or a task; job/, service/ or task/ in front "
                     "says which",
             .is_required = true,
             .is_positional = true},
            &text_);
  flags.add_example("fairlead logs j3");
  flags.add_example("fairlead logs -f --tail 4KiB web");
  flags.add_example("fairlead logs -f --stderr j3.main.0");
}

Result<int> Logs::run(const CommonOptions& options, Terminal& terminal) {
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  Result<LogSubject> subject = LogSubject::find(*cluster, text_);
  if (!subject) return subject.error();
  subject_ = std::move(subject).value();
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
        if (!follow_) terminal.err << source.place.task << ": " << printed.error().message << "\n";
        if (follow_ && is_over_) source.is_complete = true;
      }
      all_complete = all_complete && source.is_complete;
    }
    if (!follow_ || (is_over_ && all_complete)) break;
    if (terminal.interrupts.wait(kFollowPause)) break;
  }
  for (Source& source : sources_) print_lines(source, terminal, /*is_last=*/true);
  if (sources_.empty()) terminal.err << text_ << ": no task was started yet\n";
  return any_failed ? kExitFailed : kExitOk;
}

Status Logs::find_sources(ClusterClient& cluster) {
  Result<LogPlaces> found = subject_->places(cluster);
  if (!found) return found.error();
  is_over_ = found->is_over;
  for (LogPlace& place : found->places) {
    const auto [at, is_new] = index_.try_emplace(place.container_path, sources_.size());
    if (is_new) sources_.emplace_back();
    sources_[at->second].place = std::move(place);
  }
  return {};
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
  JsonClient agent = cluster.agent_at(source.place.agent_http);
  const std::string path = "/api/v1/files?path=" + url_encoded(source.place.container_path) +
                           "%2F" + (use_stderr_ ? "stderr" : "stdout");
  if (tail_ > 0 && source.offset == 0) {
    if (Status moved = start_at_tail(agent, path, source); !moved) return moved;
  }
  for (;;) {
    Result<HttpAnswer> answer = agent.get_raw(path + "&offset=" + std::to_string(source.offset) +
                                              "&limit=" + std::to_string(kChunkBytes));
    if (!answer) return answer.error();
    const std::int64_t first = header_of(*answer, "x-fairlead-offset", source.offset);
    if (first > source.offset && source.offset > 0) {
      terminal.err << source.place.task << ": " << first - source.offset
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
  const std::string prefix = subject_->has_many() ? source.place.task + "| " : "";
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
