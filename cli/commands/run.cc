// fairlead run: submits a job to fairlead-batch, waits for it and says how it went.
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/job_watch.h"
#include "cli/placement_check.h"
#include "common/amounts.h"
#include "common/limits.h"
#include "common/parse_units.h"
#include "runtime/adapters/yaml/strict_yaml.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kCountMax = 1'000'000;  // fairlead-batch has the real bounds
constexpr std::size_t kNameCharsMax = 40;

struct JobText {
  std::string body;  ///< JSON or YAML
  std::string role;  ///< empty: the framework's first
  std::string file;  ///< empty: from flags
  bool allow_unplaceable = false;
};

/// The program's name as a job's name: "sh" of "/bin/sh".
std::string name_of(const std::string& program) {
  std::string name;
  for (const char c : program.substr(program.rfind('/') + 1)) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '-';
  }
  return name.empty() ? "job" : name.substr(0, kNameCharsMax);
}

class Run : public Command {
 public:
  void declare(FlagSet& flags) override;
  Result<int> run(const CommonOptions& options, Terminal& terminal) override;

 private:
  void declare_resources(FlagSet& flags);
  void declare_waiting(FlagSet& flags);
  Result<JobText> job_text() const;
  Result<JobText> job_of_file() const;
  Status check_amounts() const;
  Result<json> task_of_flags() const;
  std::optional<std::string> refuse_unplaceable(const JobRef& job, ClusterClient& cluster) const;
  Result<int> wait(const JobRef& job, ClusterClient& cluster, Terminal& terminal) const;

  std::string role_;
  std::string name_;
  std::string cpus_ = "0.1";
  std::string mem_ = "32MiB";
  std::string disk_;
  std::string gpus_;
  std::string cpu_limit_;
  std::string mem_limit_;
  std::int64_t pids_ = 0;
  std::int64_t instances_ = 1;
  std::int64_t retries_ = 0;
  std::string user_;
  std::vector<std::string> environment_;
  Duration task_timeout_;
  Duration timeout_;
  std::string on_unreachable_ = "wait";
  bool detach_ = false;
  bool exit_code_from_task_ = false;
  bool allow_unplaceable_ = false;
  std::string file_;
  std::vector<std::string> command_;
};

void Run::declare(FlagSet& flags) {
  flags.add({.name = "role",
             .help = "whose share it uses; default: the first of fairlead-batch",
             .value_name = "ROLE"},
            &role_);
  flags.add({.name = "name", .help = "of the job; default: the program's", .value_name = "NAME"},
            &name_);
  flags.add({.name = "instances",
             .help = "run it so many times; FAIRLEAD_TASK_INDEX tells them "
                     "apart",
             .value_name = "N"},
            &instances_, {.min = 1, .max = kCountMax, .unit = "instances"});
  declare_resources(flags);
  flags.add({.name = "user",
             .help = "of the machines that it runs as; default: the one of your principal",
             .value_name = "USER"},
            &user_);
  flags.add_repeated({.name = "env", .help = "for the task; repeat it", .value_name = "NAME=VALUE"},
                     &environment_);
  flags.add({.name = "retries", .help = "of a task that failed", .value_name = "N"}, &retries_,
            {.min = 0, .max = kCountMax, .unit = "retries"});
  flags.add_choice({.name = "on-unreachable", .help = "while a task's agent is cut off"},
                   &on_unreachable_, {"wait", "relaunch_unreachable"});
  declare_waiting(flags);
  flags.add({.name = "file",
             .help = "a job as YAML instead of flags",
             .value_name = "JOB.YAML",
             .short_name = 'f'},
            &file_);
  flags.add_repeated(
      {.name = "command", .help = "program and arguments, after --", .is_positional = true},
      &command_);
  flags.add_example("fairlead run -- echo hello");
  flags.add_example(
      "fairlead run --cpus 0.5 --mem 64MiB --instances 20 -- sh -c 'echo hi from "
      "$FAIRLEAD_TASK_INDEX'");
  flags.add_example("fairlead run --role research --retries 2 --timeout 10m --file sort.yaml");
}

void Run::declare_resources(FlagSet& flags) {
  flags.add({.name = "cpus", .help = "of one task", .value_name = "N"}, &cpus_);
  flags.add({.name = "mem", .help = "of one task; more is not allowed", .value_name = "BYTES"},
            &mem_);
  flags.add({.name = "disk", .help = "of one task", .value_name = "BYTES"}, &disk_);
  flags.add({.name = "gpus", .help = "of one task", .value_name = "N"}, &gpus_);
  flags.add({.name = "cpu-limit", .help = "hard limit of cpu time, in cpus", .value_name = "N"},
            &cpu_limit_);
  flags.add({.name = "mem-limit", .help = "above --mem", .value_name = "BYTES"}, &mem_limit_);
  flags.add({.name = "pids",
             .help = "most processes and threads of its own; 0: the agent's default",
             .value_name = "N"},
            &pids_, {.min = 0, .max = limits::kPidsMax, .unit = "processes"});
}

void Run::declare_waiting(FlagSet& flags) {
  flags.add({.name = "task-timeout", .help = "of one attempt; 0: none"}, &task_timeout_,
            {{}, seconds(365LL * 24 * 3'600)});
  flags.add({.name = "timeout", .help = "how long to wait; the job goes on then; 0: for ever"},
            &timeout_, {{}, seconds(365LL * 24 * 3'600)});
  flags.add({.name = "detach", .help = "do not wait", .short_name = 'd'}, &detach_);
  flags.add({.name = "exit-code-from-task", .help = "exit with the failed task's code"},
            &exit_code_from_task_);
  flags.add({.name = "allow-unplaceable", .help = "wait for a larger agent instead of refusing"},
            &allow_unplaceable_);
}

/// What only the cluster would find out later is said with the flag's name.
Status Run::check_amounts() const {
  struct Flag {
    const char* flag;
    const char* resource;
    const std::string& text;
  };
  for (const Flag& one :
       {Flag{"cpus", "cpus", cpus_}, Flag{"mem", "mem", mem_}, Flag{"disk", "disk", disk_},
        Flag{"gpus", "gpus", gpus_}, Flag{"cpu-limit", "cpus", cpu_limit_},
        Flag{"mem-limit", "mem", mem_limit_}}) {
    if (one.text.empty()) continue;
    Result<Amounts> read = parse_amounts(std::string(one.resource) + ":" + one.text);
    if (!read) {
      return Error{ErrorCode::kInvalid,
                   "flag --" + std::string(one.flag) + ": " + read.error().message};
    }
  }
  return {};
}

Result<json> Run::task_of_flags() const {
  if (Status good = check_amounts(); !good) return good.error();
  json resources = {{"cpus", cpus_}, {"mem", mem_}};
  if (!disk_.empty()) resources["disk"] = disk_;
  if (!gpus_.empty()) resources["gpus"] = gpus_;
  json limits = json::object();
  if (!cpu_limit_.empty()) limits["cpus"] = cpu_limit_;
  if (!mem_limit_.empty()) limits["mem"] = mem_limit_;
  if (pids_ > 0) limits["pids"] = pids_;
  json environment = json::object();
  for (const std::string& text : environment_) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return invalid(
          {.what = "flag --env", .where = {}, .expected = "NAME=VALUE", .got = text, .hint = {}});
    }
    environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  json task = {{"name", "main"},          {"command", command_},
               {"instances", instances_}, {"resources", resources},
               {"retries", retries_},     {"on_unreachable", on_unreachable_}};
  if (!limits.empty()) task["limits"] = limits;
  if (!environment.empty()) task["env"] = environment;
  if (!user_.empty()) task["user"] = user_;
  if (task_timeout_ > Duration{}) task["timeout"] = format_duration(task_timeout_);
  return task;
}

Result<JobText> Run::job_of_file() const {
  if (!command_.empty()) {
    return invalid({.what = "run",
                    .where = {},
                    .expected = "either --file or a command",
                    .got = "both",
                    .hint = {}});
  }
  std::error_code ignored;
  const bool is_directory = std::filesystem::is_directory(file_, ignored);
  std::ifstream file(file_);
  if (!file || is_directory) {
    return Error{ErrorCode::kInvalid,
                 "file " + file_ + ": cannot be read: " +
                     std::generic_category().message(is_directory ? EISDIR : errno)};
  }
  JobText job;
  job.body.assign(std::istreambuf_iterator<char>(file), {});
  job.file = file_;
  Result<YamlNode> root = YamlNode::parse(job.body, file_);
  if (!root) return root.error();
  if (const auto role = root->find("role")) {
    Result<std::string> text = role->text();
    if (!text) return text.error();
    job.role = *text;
  }
  job.allow_unplaceable = allow_unplaceable_;
  if (Status read = root->read("allow_unplaceable", job.allow_unplaceable); !read) {
    return read.error();
  }
  if (!role_.empty() && role_ != job.role) {
    return invalid({.what = "flag --role",
                    .where = file_,
                    .expected = "the role of the file",
                    .got = role_,
                    .hint = "write `role: " + role_ + "` into the file"});
  }
  return job;
}

Result<JobText> Run::job_text() const {
  if (!file_.empty()) return job_of_file();
  if (command_.empty()) {
    return invalid({.what = "run",
                    .where = {},
                    .expected = "a command after -- or --file",
                    .got = "neither",
                    .hint = "fairlead run -- echo hello"});
  }
  Result<json> task = task_of_flags();
  if (!task) return task.error();
  json job = {{"name", name_.empty() ? name_of(command_[0]) : name_},
              {"allow_unplaceable", allow_unplaceable_},
              {"tasks", json::array({*task})}};
  if (!role_.empty()) job["role"] = role_;
  return JobText{.body = job.dump(-1, ' ', false, json::error_handler_t::replace),
                 .role = role_,
                 .file = {},
                 .allow_unplaceable = allow_unplaceable_};
}

Result<int> Run::run(const CommonOptions& options, Terminal& terminal) {
  Result<JobText> text = job_text();
  if (!text) return text.error();
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  Result<FrameworkRef> framework = cluster->framework_for("batch", text->role);
  if (!framework) return framework.error();
  Result<json> made = cluster->client_of(*framework).post("/api/v1/jobs", text->body);
  if (!made) {
    Error error = made.error();
    // The framework calls the body "job"; a person calls it by its file.
    if (!text->file.empty() && error.message.starts_with("job:")) {
      error.message.replace(0, 3, text->file);
    }
    if (error.code != ErrorCode::kConflict) return error;
    terminal.err << "fairlead: " << error.message << "\n";
    return kExitUnplaceable;
  }
  const JobRef job = {*framework, text_of(*made, "id")};
  if (!text->allow_unplaceable) {
    const auto why = refuse_unplaceable(job, *cluster);
    if (why) {
      terminal.err << "fairlead: " << *why << "; it has been cancelled\n";
      return kExitUnplaceable;
    }
  }
  if (!detach_) return wait(job, *cluster, terminal);
  terminal.out << "job " << job.id << " submitted; hint: fairlead job show " << job.id << "\n";
  return kExitOk;
}

/// Ends a job that no agent could ever hold, and says why.
std::optional<std::string> Run::refuse_unplaceable(const JobRef& job,
                                                   ClusterClient& cluster) const {
  JsonClient client = cluster.client_of(job.framework);
  const std::string path = "/api/v1/jobs/" + url_encoded(job.id);
  Result<json> whole = client.get(path + "?instances=no");
  Result<json> agents = cluster.master().get("/api/v1/agents");
  // What cannot be asked now is seen while waiting.
  if (!whole || !agents) return std::nullopt;
  const auto why = why_unplaceable(*whole, *agents);
  if (!why) return std::nullopt;
  if (Result<json> ended = client.post(path + "/cancel", "{}"); !ended) return std::nullopt;
  return why;
}

Result<int> Run::wait(const JobRef& job, ClusterClient& cluster, Terminal& terminal) const {
  terminal.err << "job " << job.id << " submitted to " << job.framework.name << "\n";
  Result<WatchEnd> end = watch_job(job, cluster, {.timeout = timeout_}, terminal);
  const std::string next =
      "; follow it: fairlead logs -f " + job.id + "; end it: fairlead job cancel " + job.id + "\n";
  if (!end) {
    terminal.err << "job " << job.id << " was submitted and may go on" << next;
    return end.error();
  }
  if (*end == WatchEnd::kInterrupted) {
    terminal.err << "job " << job.id << " continues in the background" << next;
    return kExitTimedOut;
  }
  if (*end == WatchEnd::kTimedOut) {
    terminal.err << "job " << job.id << " is not over after " << format_duration(timeout_)
                 << " and continues" << next;
    return kExitTimedOut;
  }
  Result<FrameworkRef> framework = cluster.framework_named("batch", job.framework.name);
  if (!framework) return framework.error();
  Result<json> whole = cluster.client_of(*framework).get("/api/v1/jobs/" + url_encoded(job.id));
  if (!whole) return whole.error();
  const Outcome outcome = outcome_of(*whole);
  terminal.out << outcome.details << outcome.text << "\n";
  if (exit_code_from_task_ && outcome.task_exit_code) return *outcome.task_exit_code;
  return outcome.exit_code;
}

}  // namespace

void add_run_command(Commands& commands) {
  commands.add<Run>("run", "Runs a command as a job and waits for it");
}

}  // namespace fairlead::cli
