// fairlead-batch: flags in, a running batch framework out.
#include <cstdio>
#include <string>

#include "frameworks/batch/daemon/batch_process.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/http/http_flags.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/process/stop_signals.h"

namespace {

using namespace fairlead;

void add_flags(FlagSet& flags, batch::BatchProcessOptions& options, std::string& log_dir) {
  flags.add({.name = "master",
             .help = "the master's endpoint",
             .value_name = "ENDPOINT",
             .is_required = true},
            &options.master);
  flags.add({.name = "master-http",
             .help = "the master's HTTP: jobs too large for any agent are refused with its help",
             .value_name = "ADDRESS"},
            &options.master_http);
  flags.add({.name = "master-token-file",
             .help = "its first token is sent to --master-http",
             .value_name = "FILE"},
            &options.master_token_file);
  add_http_ca_flag(flags, &options.http_ca);
  flags.add({.name = "name", .help = "for listings", .value_name = "NAME"}, &options.name);
  flags.add_repeated({.name = "role",
                      .help = "role that its jobs use; the first is the default of jobs",
                      .value_name = "ROLE",
                      .is_required = true},
                     &options.roles);
  flags.add({.name = "principal", .help = "owner of its key", .value_name = "NAME"},
            &options.principal);
  flags.add({.name = "state-dir",
             .help = "its jobs and launch records; made when missing",
             .value_name = "DIR",
             .is_required = true},
            &options.state_dir);
  flags.add({.name = "key-file", .help = "CURVE key pair of this framework", .value_name = "FILE"},
            &options.key_file);
  flags.add({.name = "master-key-file", .help = "the master's public key", .value_name = "FILE"},
            &options.master_key_file);
  add_http_server_flags(flags, &options.http);
  flags.add({.name = "ready-file",
             .help = "written once it serves: `<http address>`",
             .value_name = "FILE"},
            &options.ready_file);
  flags.add({.name = "failover-timeout", .help = "how long its tasks outlive its absence"},
            &options.failover_timeout, {seconds(0), seconds(365LL * 24 * 3600)});
  flags.add({.name = "insecure",
             .help = "allow other addresses than loopback without keys, tokens and TLS"},
            &options.insecure);
  flags.add({.name = "write-ahead",
             .help = "record launches before they leave; off is for benchmarks only"},
            &options.write_ahead);
  flags.add({.name = "log-dir", .help = "log files go here instead of stderr", .value_name = "DIR"},
            &log_dir);
  flags.add_example(
      "fairlead-batch --master tcp://127.0.0.1:5050 --role analytics --state-dir /var/lib/batch");
  flags.allow_config_file();
}

}  // namespace

int main(int argc, char** argv) {
  block_stop_signals();
  FlagSet flags("fairlead-batch", "Runs jobs: arrays, dependencies, retries.");
  batch::BatchProcessOptions options;
  std::string log_dir;
  add_flags(flags, options, log_dir);
  const FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) {
    return print(outcome);
  }
  if (Status logging = start_log({.program = "fairlead-batch", .directory = log_dir});
      !logging.ok()) {
    std::fprintf(stderr, "fairlead-batch: %s\n", logging.error().message.c_str());
    return 1;
  }
  const Status ended = batch::run_batch(options);
  if (!ended.ok()) {
    std::fprintf(stderr, "fairlead-batch: %s\n", ended.error().message.c_str());
    return 1;
  }
  return 0;
}
