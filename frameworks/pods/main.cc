// fairlead-pods: flags in, a running pods framework out.
#include <cstdio>
#include <string>

#include "frameworks/pods/daemon/pods_process.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/http/http_flags.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/process/stop_signals.h"

namespace {

using namespace fairlead;

void add_flags(FlagSet& flags, pods::PodsProcessOptions& options, std::string& log_dir) {
  flags.add({.name = "master",
             .help = "the master's endpoint",
             .value_name = "ENDPOINT",
             .is_required = true},
            &options.master);
  flags.add({.name = "name", .help = "for listings", .value_name = "NAME"}, &options.name);
  flags.add_repeated({.name = "role",
                      .help = "role that its services use; the first is the default",
                      .value_name = "ROLE",
                      .is_required = true},
                     &options.roles);
  flags.add({.name = "principal", .help = "owner of its key", .value_name = "NAME"},
            &options.principal);
  flags.add({.name = "state-dir",
             .help = "its services and launch records; made when missing",
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
      "fairlead-pods --master tcp://127.0.0.1:5050 --role web --state-dir /var/lib/pods");
  flags.allow_config_file();
}

}  // namespace

int main(int argc, char** argv) {
  block_stop_signals();
  FlagSet flags("fairlead-pods", "Runs services: keeps replicas alive, spread and ready.");
  pods::PodsProcessOptions options;
  std::string log_dir;
  add_flags(flags, options, log_dir);
  const FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) {
    return print(outcome);
  }
  if (Status logging = start_log({.program = "fairlead-pods", .directory = log_dir});
      !logging.ok()) {
    std::fprintf(stderr, "fairlead-pods: %s\n", logging.error().message.c_str());
    return 1;
  }
  const Status ended = pods::run_pods(options);
  if (!ended.ok()) {
    std::fprintf(stderr, "fairlead-pods: %s\n", ended.error().message.c_str());
    return 1;
  }
  return 0;
}
