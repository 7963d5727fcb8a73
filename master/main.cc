// fairlead-master: flags in, a running master out.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "master/daemon/allocator_flags.h"
#include "master/daemon/master_process.h"
#include "master/daemon/registry_command.h"
#include "runtime/adapters/acl/acl_file.h"
#include "runtime/adapters/candidate/candidate.h"
#include "runtime/adapters/candidate/zookeeper_flags.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/http/http_flags.h"
#include "runtime/adapters/process/stop_signals.h"

namespace {

using namespace fairlead;

struct Extra {
  std::string log_dir;
  std::string acl_file;
  std::int64_t epoch_floor = 0;
  std::int64_t agent_removals_max = 100;
  bool no_fsync = false;
  AllocatorFlags allocator;
};

void add_shared_registry_flags(FlagSet& flags, ZookeeperMode& zookeeper) {
  flags.add({.name = "zk",
             .help = "registry and election in ZooKeeper, shared by several masters: "
                     "zk://host:port,host:port/path; default: the state directory",
             .value_name = "ADDRESS"},
            &zookeeper.address);
  flags.add({.name = "cluster-id",
             .help = "refuse every other registry; default: the one this state directory knows",
             .value_name = "ID"},
            &zookeeper.cluster);
  add_zookeeper_flags(flags, zookeeper);
}

void add_flags(FlagSet& flags, MasterOptions& options, Extra& extra) {
  flags.add({.name = "bind",
             .help = "where agents and frameworks connect; port 0 picks one",
             .value_name = "ENDPOINT"},
            &options.bind);
  add_http_server_flags(flags, &options.http);
  flags.add({.name = "state-dir",
             .help = "registry and audit log; made when missing",
             .value_name = "DIR",
             .is_required = true},
            &options.state_dir);
  flags.add({.name = "key-file", .help = "CURVE key pair of this master", .value_name = "FILE"},
            &options.key_file);
  flags.add({.name = "allow-list",
             .help = "lines `<public key> <principal>`: who may connect",
             .value_name = "FILE"},
            &options.allow_list_file);
  flags.add({.name = "acl-file",
             .help = "YAML: what each principal may do; default: everything",
             .value_name = "FILE"},
            &extra.acl_file);
  flags.add({.name = "ready-file",
             .help = "written once it serves: `<endpoint> <http address>`",
             .value_name = "FILE"},
            &options.ready_file);
  flags.add({.name = "insecure",
             .help = "allow other addresses than loopback without keys, tokens and TLS"},
            &options.insecure);
  flags.add({.name = "log-dir", .help = "log files go here instead of stderr", .value_name = "DIR"},
            &extra.log_dir);
  flags.add({.name = "epoch-floor",
             .help = "the epoch is at least this: above what agents saw, after a restore; 0: none",
             .value_name = "EPOCH"},
            &extra.epoch_floor, {.min = 0, .max = std::int64_t{1} << 62});
  flags.add({.name = "registry-no-fsync", .help = "for benchmarks only: a power cut loses state"},
            &extra.no_fsync);
  flags.add({.name = "heartbeat",
             .help = "how often peers say that they live; at most a quarter of the timeouts"},
            &options.core.heartbeat_every, {milliseconds(100), seconds(60)});
  flags.add({.name = "agent-timeout", .help = "an agent silent for so long is unreachable"},
            &options.core.agent_lease, {milliseconds(500), seconds(3600)});
  flags.add({.name = "framework-timeout", .help = "a framework silent for so long is disconnected"},
            &options.core.framework_lease, {milliseconds(500), seconds(3600)});
  flags.add({.name = "agent-reregister-timeout",
             .help = "after a start, known agents have so long to come back"},
            &options.core.agent_reregister_timeout, {seconds(1), seconds(24 * 3600)});
  flags.add({.name = "agent-removals-max",
             .help = "at most so many agents become unreachable within the window; 0: no limit"},
            &extra.agent_removals_max, {.min = 0, .max = 100'000});
  flags.add({.name = "agent-removals-window", .help = "of --agent-removals-max"},
            &options.core.agent_removals_window, {seconds(1), seconds(24 * 3600)});
  flags.add({.name = "offer-timeout", .help = "an offer without an answer is taken back"},
            &options.core.offer_hold_max, {milliseconds(100), seconds(3600)});
  add_allocator_flags(flags, extra.allocator);
  flags.add({.name = "agent-allow-file",
             .help = "only the hosts in it make offers: one a line; read again when it changes",
             .value_name = "FILE"},
            &options.host_file);
  flags.add_bytes({.name = "memory-watermark",
                   .help = "above it the peer that fills the memory is cut off; 0: never"},
                  &options.memory_watermark_bytes, {0, std::int64_t{1} << 46});
  flags.add({.name = "allocator-log",
             .help = "records what the allocator hears and decides, a file for each epoch, for "
                     "fairlead-sim replay-log; default: nothing",
             .value_name = "DIR"},
            &options.allocator_log.directory);
  flags.add_bytes({.name = "allocator-log-max", .help = "all logs together are at most so large"},
                  &options.allocator_log.bytes_max, {1 << 16, std::int64_t{1} << 46});
  flags.add_example("fairlead-master --state-dir /var/lib/fairlead/master");
  flags.add_example("fairlead-master --state-dir /tmp/m --bind tcp://127.0.0.1:0 --http-port 0");
  add_shared_registry_flags(flags, options.zookeeper);
  flags.add_example(
      "fairlead-master --state-dir /var/lib/fairlead/master --zk zk://z1,z2,z3/fairlead "
      "--zk-credentials-file /etc/fairlead/zk");
  flags.allow_config_file();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "registry") return run_registry_command(argc, argv);
  block_stop_signals();
  FlagSet flags("fairlead-master", "Offers the resources of agents to frameworks, fairly.");
  MasterOptions options;
  Extra extra;
  add_flags(flags, options, extra);
  FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) return print(outcome);
  // A peer must get several chances to be heard before it counts as silent.
  MasterConfig& core = options.core;
  core.heartbeat_every =
      std::min({core.heartbeat_every, core.agent_lease / 4, core.framework_lease / 4});
  core.agent_removals_max = static_cast<std::size_t>(extra.agent_removals_max);
  options.epoch_floor = {static_cast<std::uint64_t>(extra.epoch_floor)};
  if (extra.no_fsync) options.durability = Durability::kNoneForBenchmarksOnly;
  Result<Acl> acl = acl_of_flag(extra.acl_file);
  if (!acl) {
    std::fprintf(stderr, "fairlead-master: %s\n", acl.error().message.c_str());
    return kExitUsage;
  }
  core.acl = std::move(*acl);
  Result<AllocatorConfig> allocator = allocator_of_flags(extra.allocator);
  if (!allocator) {
    std::fprintf(stderr, "fairlead-master: %s\n", allocator.error().message.c_str());
    return kExitUsage;
  }
  core.allocator = std::move(*allocator);
  return run_candidate(
      {.program = "fairlead-master", .log_dir = extra.log_dir}, options.zookeeper,
      [&options](SupervisorLink& supervisor) { return run_master(options, supervisor); });
}
