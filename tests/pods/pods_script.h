// Runs a pods script (simulator/script/script.h): each command's trace is what the scheduler
// ordered and the services that it changed. Text in, text out. Commands:
//
//   create NAME replicas=3 surge=1 unavailable=0 probe=yes agent_max=1 spread=no backoff=1s..8s
//   scale NAME 5 | update NAME command=v2 | remove NAME
//   offer 1 a1 cpus:2;ports:[31000-31009] [2 a2 …]    one `offers` of the master
//   status web.1/1 RUNNING | probe web 1 ok|bad | time 5s | restart | drain a1 | endpoints
//   app=VALUE
//   window w a1 in=20m | window w                     maintenance lies ahead | does not take place
//   offer 1 a1 cpus:2 away=5m                         of an agent with a window so near
//   reclaim a1 cpus:2 most=cpus:4                     the master wants so much back
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace fairlead::pods {

/// The script with every trace as it is now. kInvalid with "line N: …" for an unknown command.
/// REQUIRES: what a known command names can be read.
Result<std::string> run_pods_script(std::string_view script);

}  // namespace fairlead::pods
