#include "runtime/adapters/candidate/zookeeper_flags.h"

namespace fairlead {

void add_zookeeper_flags(FlagSet& flags, ZookeeperMode& mode) {
  flags.add({.name = "zk-credentials-file",
             .help = "user:password that alone may change what is in ZooKeeper; mode 0600",
             .value_name = "FILE"},
            &mode.credentials_file);
  flags.add({.name = "zk-session-timeout",
             .help = "a leader out of touch for so long is replaced; it stops acting after half"},
            &mode.session_timeout, {seconds(1), seconds(60)});
  flags.add({.name = "no-supervisor",
             .help = "with ZooKeeper: no parent process that ends a dead leader's session and "
                     "restarts it"},
            &mode.no_supervisor);
}

}  // namespace fairlead
