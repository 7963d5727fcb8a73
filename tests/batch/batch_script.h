// Runs a batch script (simulator/script/script.h): each command's trace is what the scheduler
// ordered and what became of the jobs it touched. Text in, text out. Commands:
//
//   task NAME instances=3 need=cpus:1;mem:64MiB retries=1 after=a,b policy=relaunch priority=5
//        retry=1s..8s timeout=5s where=rack:a1 gang=yes
//                                                   one group of the job that is submitted next
//   submit NAME role=r priority=5 allow_unplaceable
//   cancel j1
//   agent a1 cpus:4;mem:1GiB                        what exists, for refusing what can never fit
//   offer 1 a1 cpus:2;mem:1GiB role=r where=rack:a1 several of them are one `offers` of the master
//   offers                                          hands over the offers since the last one
//   status j1.map.0/1 RUNNING reason=MEMORY_LIMIT exit=7
//   reclaim a1 cpus:2 most=cpus:4 below=5 role=r    the master wants so much back; below: for that
//                                                   priority
//   window w a1 in=20m | window w                   maintenance lies ahead | does not take place
//   time 5s                                         time passes; pauses end
//   impossible j1.map why=too_large                 the master says so; without why it fits again
//   restart                                         a new life over what was persisted
//   show j1
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace fairlead::batch {

/// The script with every trace as it is now. kInvalid with "line N: …" for an unknown command.
/// REQUIRES: what a known command names can be read.
Result<std::string> run_batch_script(std::string_view script);

}  // namespace fairlead::batch
