// fairlead-pods: flags in, a running pods framework out.
#include "frameworks/pods/daemon/pods_process.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/http/http_flags.h"
#include "runtime/adapters/process/stop_signals.h"

namespace {

using namespace fairlead;

void add_flags(FlagSet& flags, pods::PodsProcessOptions& options) {
  add_framework_flags(flags, options.framework);
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
      "fairlead-pods --master tcp://127.0.0.1:5050 --role web --state-dir /var/lib/pods");
  flags.add_example(
      "fairlead-pods --master zk://z1,z2,z3/fairlead --role web "
      "--state zk://z1,z2,z3/fairlead-pods --zk-credentials-file /etc/fairlead/pods.zk");
}

}  // namespace

int main(int argc, char** argv) {
  block_stop_signals();
  FlagSet flags("fairlead-pods", "Runs services: keeps replicas alive, spread and ready.");
  pods::PodsProcessOptions options;
  options.framework.kind = "pods";
  options.framework.name = "pods";
  add_flags(flags, options);
  const FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) {
    return print(outcome);
  }
  return sdk::run_framework_program(
      "fairlead-pods", options.framework,
      [&options](SupervisorLink& supervisor) { return pods::run_pods(options, supervisor); });
}
