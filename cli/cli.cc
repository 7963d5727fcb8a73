#include "cli/cli.h"

#include "runtime/adapters/http/http_flags.h"

namespace fairlead::cli {
namespace {

std::string default_dev_dir(const Terminal& terminal) {
  const char* home = terminal.environment("HOME");
  return std::string(home == nullptr || *home == '\0' ? "/root" : home) + "/.fairlead/dev";
}

void add_common_flags(FlagSet& flags, CommonOptions& options) {
  flags.add(
      {.name = "master-http",
       .help = "HTTP of the master, HOST:PORT or https://HOST:PORT, or zk://HOST,HOST/PATH for "
               "whoever leads; without it the dev cluster's",
       .value_name = "ADDRESS"},
      &options.master_http);
  flags.add({.name = "dev-dir", .help = "folder of the dev cluster", .value_name = "DIR"},
            &options.dev_dir);
  flags.add_choice({.name = "output", .help = "form of what is printed", .short_name = 'o'},
                   &options.output, {"table", "json", "yaml"});
  flags.add({.name = "http-token",
             .help = "bearer token; others see it in the list of processes: better a file",
             .value_name = "TOKEN"},
            &options.token);
  flags.add({.name = "http-token-file",
             .help = "the first token in it is sent; mode 0600",
             .value_name = "FILE"},
            &options.token_file);
  add_http_ca_flag(flags, &options.http_ca);
  flags.add({.name = "insecure", .help = "send the token in plain HTTP beyond loopback, too"},
            &options.insecure);
  flags.add({.name = "wide", .help = "more columns in tables"}, &options.wide);
  flags.add_example("fairlead dev up");
  flags.add_example("fairlead run --cpus 0.5 --mem 64MiB -- echo hello");
  flags.add_example("fairlead status -o json");
  flags.allow_config_file();
}

}  // namespace

int run_cli(const std::vector<std::string>& words, Terminal& terminal) {
  FlagSet flags("fairlead", "Runs jobs and services on a Fairlead cluster, and shows it.");
  CommonOptions options;
  options.dev_dir = default_dev_dir(terminal);
  add_common_flags(flags, options);
  Commands commands(flags);
  add_dev_commands(commands);
  add_run_command(commands);
  add_status_command(commands);
  add_cluster_commands(commands);
  add_task_commands(commands);
  add_job_commands(commands);
  add_logs_command(commands);
  add_explain_command(commands);
  add_operator_commands(commands);
  add_quota_commands(commands);
  add_reservation_commands(commands);
  add_maintenance_commands(commands);
  add_service_commands(commands);
  add_events_command(commands);
  add_keys_commands(commands);
  const FlagOutcome outcome = flags.parse(words, terminal.environment);
  if (!outcome.run) {
    (outcome.exit_code == 0 ? terminal.out : terminal.err) << outcome.text;
    return outcome.exit_code;
  }
  Result<int> ended = commands.find(outcome.command).run(options, terminal);
  if (ended) return *ended;
  terminal.err << "fairlead: " << ended.error().message << "\n";
  return exit_code_of(ended.error().code);
}

}  // namespace fairlead::cli
