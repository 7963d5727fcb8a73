// fairlead-agent: flags in, a running agent out.
#include <string>
#include <utility>

#include "agent/daemon/agent_process.h"
#include "runtime/adapters/acl/acl_file.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/http/http_flags.h"
#include "runtime/adapters/process/run_program.h"
#include "runtime/adapters/process/stop_signals.h"

namespace {

using namespace fairlead;

struct Extra {
  std::string log_dir;
  std::string acl_file;
  bool no_fsync = false;
  bool no_checkpoint = false;
};

void add_link_flags(FlagSet& flags, AgentOptions& options) {
  flags.add({.name = "master",
             .help = "the master: tcp://host:port, or zk://host,host/path for whoever leads",
             .value_name = "ADDRESS"},
            &options.master);
  flags.add({.name = "key-file", .help = "own CURVE key pair", .value_name = "FILE"},
            &options.key_file);
  flags.add({.name = "master-key-file", .help = "public key of the master", .value_name = "FILE"},
            &options.master_key_file);
  add_http_server_flags(flags, &options.http);
  flags.add({.name = "insecure",
             .help = "allow other addresses than loopback without keys, tokens and TLS"},
            &options.insecure);
}

void add_machine_flags(FlagSet& flags, AgentOptions& options) {
  flags.add({.name = "state-dir",
             .help = "checkpoint and sandboxes; made when missing",
             .value_name = "DIR",
             .is_required = true},
            &options.state_dir);
  flags.add({.name = "resources",
             .help = "what to offer, cpus:4;mem:8GiB or with devices cpus:4;gpus:2;"
                     "gpu_shares:[0-1999]; default: the machine, of disk its whole size",
             .value_name = "RESOURCES"},
            &options.resources);
  flags.add({.name = "system-reserved",
             .help = "kept for the system when --resources is not given",
             .value_name = "RESOURCES"},
            &options.system_reserved);
  flags.add({.name = "attributes", .help = "rack:a1;zone:eu", .value_name = "ATTRIBUTES"},
            &options.attributes);
  flags.add({.name = "hostname",
             .help = "name in listings; default: the machine's",
             .value_name = "NAME"},
            &options.hostname);
  flags.add({.name = "cgroup-parent",
             .help = "cgroup that holds the containers, below fairlead/",
             .value_name = "NAME"},
            &options.cgroup_parent);
  flags.add({.name = "shim", .help = "the fairlead-shim program", .value_name = "FILE"},
            &options.shim);
  flags.add({.name = "sandbox-age-max", .help = "sandboxes of ended tasks are kept for so long"},
            &options.core.sandbox_age_max, {seconds(1), seconds(365LL * 24 * 3600)});
  flags.add_bytes({.name = "log-bytes-max", .help = "one log file of a task before it is rotated"},
                  &options.core.log_bytes_max, {4096, std::int64_t{1} << 40});
  flags.add({.name = "accept-host-change",
             .help = "take over a state directory of another machine, which is gone for good"},
            &options.accept_host_change);
  flags.add({.name = "destroy-on-exit", .help = "SIGTERM ends the containers too"},
            &options.destroy_on_exit);
}

}  // namespace

int main(int argc, char** argv) {
  block_stop_signals();
  FlagSet flags("fairlead-agent", "Runs tasks of frameworks in containers on this machine.");
  AgentOptions options;
  Extra extra;
  add_link_flags(flags, options);
  add_machine_flags(flags, options);
  flags.add({.name = "ready-file",
             .help = "written once registered: `<agent id> <http address>`",
             .value_name = "FILE"},
            &options.ready_file);
  flags.add({.name = "acl-file",
             .help = "YAML: what each principal may do, as the master's; default: everything",
             .value_name = "FILE"},
            &extra.acl_file);
  flags.add({.name = "log-dir", .help = "log files go here instead of stderr", .value_name = "DIR"},
            &extra.log_dir);
  flags.add({.name = "checkpoint-no-fsync", .help = "for benchmarks only: a power cut loses tasks"},
            &extra.no_fsync);
  flags.add({.name = "no-checkpoint", .help = "for benchmarks only: a restart loses tasks"},
            &extra.no_checkpoint);
  flags.add_example(
      "fairlead-agent --state-dir /var/lib/fairlead/agent --master tcp://10.0.0.1:5050");
  flags.allow_config_file();
  FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) return print(outcome);
  Result<Acl> acl = acl_of_flag(extra.acl_file);
  if (!acl) {
    std::fprintf(stderr, "fairlead-agent: %s\n", acl.error().message.c_str());
    return kExitUsage;
  }
  options.acl = std::move(*acl);
  if (extra.no_fsync) options.durability = Durability::kNoneForBenchmarksOnly;
  options.core.checkpoint = !extra.no_checkpoint;
  return run_program({.program = "fairlead-agent", .log_dir = extra.log_dir},
                     [&options] { return run_agent(std::move(options)); });
}
