#include "frameworks/sdk/driver/framework_flags.h"

#include <unistd.h>

#include <utility>

#include "common/ids.h"
#include "runtime/adapters/candidate/zookeeper_flags.h"

namespace fairlead::sdk {

void add_framework_flags(FlagSet& flags, FrameworkFlags& values) {
  flags.add({.name = "master",
             .help = "the master: tcp://host:port, or zk://host,host/path for whoever leads",
             .value_name = "ADDRESS",
             .is_required = true},
            &values.master);
  flags.add({.name = "name", .help = "for listings", .value_name = "NAME"}, &values.name);
  flags.add_repeated({.name = "role",
                      .help = "role that it uses; repeat it for more, the first is the default",
                      .value_name = "ROLE",
                      .is_required = values.roles.empty()},
                     &values.roles);
  flags.add({.name = "principal", .help = "owner of its key", .value_name = "NAME"},
            &values.principal);
  flags.add({.name = "state-dir",
             .help = "its state and launch records on this host; made when missing",
             .value_name = "DIR"},
            &values.state_dir);
  flags.add({.name = "state",
             .help = "instead: the state in ZooKeeper, shared by several candidates of which one "
                     "leads: zk://host,host/path, a path of its own",
             .value_name = "ADDRESS"},
            &values.zookeeper.address);
  flags.add({.name = "state-id",
             .help = "with --state: refuse every other state, also one that was wiped",
             .value_name = "ID"},
            &values.zookeeper.cluster);
  add_zookeeper_flags(flags, values.zookeeper);
  flags.add({.name = "key-file", .help = "CURVE key pair of this framework", .value_name = "FILE"},
            &values.key_file);
  flags.add({.name = "master-key-file", .help = "the master's public key", .value_name = "FILE"},
            &values.master_key_file);
  flags.add({.name = "failover-timeout", .help = "how long its tasks outlive its absence"},
            &values.failover_timeout, {seconds(0), seconds(365LL * 24 * 3600)});
  flags.add({.name = "insecure",
             .help = "allow other addresses than loopback without keys, tokens and TLS"},
            &values.insecure);
  flags.add({.name = "write-ahead",
             .help = "record launches before they leave; off is for benchmarks only"},
            &values.write_ahead);
  flags.add({.name = "log-dir", .help = "log files go here instead of stderr", .value_name = "DIR"},
            &values.log_dir);
  flags.allow_config_file();
}

namespace {

Status check_place(const FrameworkFlags& values) {
  const bool has_directory = !values.state_dir.empty();
  if (has_directory == values.zookeeper.address.empty()) {
    return {};
  }
  return invalid({.what = "flags --state-dir and --state",
                  .expected = "one of them",
                  .got = has_directory ? "both" : "none",
                  .hint = "a directory is one host's; with --state another host takes over"});
}

}  // namespace

Result<DriverOptions> driver_options(const FrameworkFlags& values, const Clock& clock) {
  DriverOptions options;
  for (const std::string& role : values.roles) {
    if (Status valid = check_role_name(role); !valid.ok()) {
      return Error{valid.error().code, "flag --role: " + valid.error().message};
    }
    options.sdk.info.roles.push_back({role});
  }
  auto keys = read_dealer_keys({.own = values.key_file, .master = values.master_key_file});
  if (!keys.ok()) {
    return keys.error();
  }
  options.keys = std::move(keys).value();
  if (Status placed = check_place(values); !placed.ok()) {
    return placed.error();
  }
  options.master = values.master;
  options.state_dir = values.state_dir;
  options.zookeeper = values.zookeeper;
  options.insecure = values.insecure;
  options.sdk.write_ahead = values.write_ahead;
  options.sdk.seed =
      static_cast<std::uint64_t>(::getpid()) ^ static_cast<std::uint64_t>(clock.wall().unix_ms);
  options.sdk.info.name = values.name;
  options.sdk.info.kind = values.kind;
  options.sdk.info.principal = {values.principal};
  options.sdk.info.capabilities = values.capabilities;
  options.sdk.info.failover_timeout = values.failover_timeout;
  return options;
}

int run_framework_program(const std::string& program, const FrameworkFlags& values,
                          const std::function<Status(SupervisorLink&)>& run) {
  return run_candidate({.program = program, .log_dir = values.log_dir}, values.zookeeper, run);
}

}  // namespace fairlead::sdk
