// fairlead job list | show | cancel
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/job_watch.h"
#include "cli/progress.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

class JobList : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add_choice({.name = "state", .help = "only in this state"}, &state_,
                     {"pending", "running", "finished", "failed", "cancelled"});
    flags.add_example("fairlead job list --state running");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<std::vector<FrameworkRef>> frameworks = cluster->frameworks("batch");
    if (!frameworks) return frameworks.error();
    Listing listing = {.name = "jobs",
                       .columns = {{.key = "id", .title = "JOB"},
                                   {.key = "state", .title = "STATE"},
                                   {.key = "name", .title = "NAME"},
                                   {.key = "role", .title = "ROLE"},
                                   {.key = "instance_count", .title = "TASKS"},
                                   {.key = "finished", .title = "DONE"},
                                   {.key = "running", .title = "RUNNING"},
                                   {.key = "failed", .title = "FAILED"},
                                   {.key = "failures", .title = "RETRIES", .is_wide = true},
                                   {.key = "run_ms", .title = "RUN MS", .is_wide = true},
                                   {.key = "waited_ms", .title = "WAITED MS", .is_wide = true},
                                   {.key = "why", .title = "WHY", .is_wide = true},
                                   {.key = "framework", .title = "FRAMEWORK"}},
                       .rows = {},
                       .tone_column = 1,
                       .empty_text = "no jobs; hint: fairlead run -- echo hello"};
    for (const FrameworkRef& framework : *frameworks) {
      Result<json> reply = cluster->client_of(framework).get("/api/v1/jobs?state=" + state_);
      if (!reply) return reply.error();
      for (const json& job : list_of(*reply, "jobs")) {
        const std::string state = text_of(job, "state");
        listing.rows.push_back(
            {.cells = {text_of(job, "id"), state, text_of(job, "name"), text_of(job, "role"),
                       number_of(job, "instance_count"), number_of(job, "finished"),
                       number_of(job, "running"), number_of(job, "failed"),
                       number_of(job, "failures"), number_of(job, "run_ms"),
                       number_of(job, "waited_ms"), text_of(job, "why"), framework.name},
             .tone = tone_of(state)});
      }
    }
    print_listing(listing, options, terminal);
    return kExitOk;
  }

 private:
  std::string state_;
};

Listing instances_of(const json& job) {
  Listing listing = {.name = "instances",
                     .columns = {{.key = "task", .title = "TASK"},
                                 {.key = "state", .title = "STATE"},
                                 {.key = "hostname", .title = "AGENT"},
                                 {.key = "attempt", .title = "ATTEMPT"},
                                 {.key = "exit_code", .title = "EXIT"},
                                 {.key = "reason", .title = "REASON"},
                                 {.key = "message", .title = "MESSAGE"}},
                     .rows = {},
                     .tone_column = 1,
                     .empty_text = "no tasks"};
  for (const json& instance : list_of(job, "instances")) {
    Cell exit = Nothing{};
    if (instance.value("exit_code", json()).is_number_integer()) {
      exit = number_of(instance, "exit_code");
    }
    const std::string state = text_of(instance, "state");
    listing.rows.push_back(
        {.cells = {text_of(instance, "task"), state, text_of(instance, "hostname"),
                   number_of(instance, "attempt"), exit, text_of(instance, "reason"),
                   text_of(instance, "message")},
         .tone = tone_of(state)});
  }
  return listing;
}

class JobShow : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add(
        {.name = "job", .help = "j3, or batch/j3", .is_required = true, .is_positional = true},
        &job_);
    flags.add_example("fairlead job show j3 -o json");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<JobRef> job = cluster->find_job(job_);
    if (!job) return job.error();
    Result<json> whole =
        cluster->client_of(job->framework).get("/api/v1/jobs/" + url_encoded(job->id));
    if (!whole) return whole.error();
    std::string table = progress_text(*whole) + "\n" + "name " + text_of(*whole, "name") +
                        ", role " + text_of(*whole, "role") + ", state " +
                        text_of(*whole, "state") + ", ran " +
                        short_duration(number_of(*whole, "run_ms")) + "\n\n" +
                        to_table(instances_of(*whole), {.use_color = terminal.out_has_color,
                                                        .wide = options.wide,
                                                        .width_max = terminal.out_width});
    if (is_over(*whole)) table += "\n" + outcome_of(*whole).text + "\n";
    print_document(*whole, table, options, terminal);
    return kExitOk;
  }

 private:
  std::string job_;
};

class JobCancel : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add(
        {.name = "job", .help = "j3, or batch/j3", .is_required = true, .is_positional = true},
        &job_);
    flags.add_example("fairlead job cancel j3");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<JobRef> job = cluster->find_job(job_);
    if (!job) return job.error();
    Result<json> done = cluster->client_of(job->framework)
                            .post("/api/v1/jobs/" + url_encoded(job->id) + "/cancel", "{}");
    if (!done) return done.error();
    terminal.out << "job " << job->id << " is being cancelled; its tasks are ending\n";
    return kExitOk;
  }

 private:
  std::string job_;
};

}  // namespace

void add_job_commands(Commands& commands) {
  commands.group("job", "Jobs of fairlead-batch");
  commands.add<JobList>("job list", "Lists jobs");
  commands.add<JobShow>("job show", "Shows one job with its tasks");
  commands.add<JobCancel>("job cancel", "Ends a job and its tasks");
}

}  // namespace fairlead::cli
