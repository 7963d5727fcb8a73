// fairlead-batch: flags in, a running batch framework out.
#include "frameworks/batch/daemon/batch_process.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/http/http_flags.h"
#include "runtime/adapters/process/stop_signals.h"

namespace {

using namespace fairlead;

void add_flags(FlagSet& flags, batch::BatchProcessOptions& options) {
  add_framework_flags(flags, options.framework);
  flags.add({.name = "master-http",
             .help = "the master's HTTP: jobs too large for any agent are refused with its help",
             .value_name = "ADDRESS"},
            &options.master_http);
  flags.add({.name = "master-token-file",
             .help = "its first token is sent to --master-http",
             .value_name = "FILE"},
            &options.master_token_file);
  add_http_ca_flag(flags, &options.http_ca);
  add_http_server_flags(flags, &options.http);
  flags.add({.name = "acl-file",
             .help = "YAML: what each principal may do, as the master's; default: everything",
             .value_name = "FILE"},
            &options.acl_file);
  flags.add({.name = "ready-file",
             .help = "written once it serves: `<http address>`",
             .value_name = "FILE"},
            &options.ready_file);
  flags.add_example(
      "fairlead-batch --master tcp://127.0.0.1:5050 --role analytics --state-dir /var/lib/batch");
  flags.add_example(
      "fairlead-batch --master zk://z1,z2,z3/fairlead --role analytics "
      "--state zk://z1,z2,z3/fairlead-batch --zk-credentials-file /etc/fairlead/batch.zk");
}

}  // namespace

int main(int argc, char** argv) {
  block_stop_signals();
  FlagSet flags("fairlead-batch", "Runs jobs: arrays, dependencies, retries.");
  batch::BatchProcessOptions options;
  options.framework.kind = "batch";
  options.framework.name = "batch";
  add_flags(flags, options);
  const FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) {
    return print(outcome);
  }
  return sdk::run_framework_program(
      "fairlead-batch", options.framework,
      [&options](SupervisorLink& supervisor) { return batch::run_batch(options, supervisor); });
}
