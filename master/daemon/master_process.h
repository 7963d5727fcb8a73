// One running master: builds the adapters, feeds the core from them and carries out its actions.
// Holds no rule of its own. Built and owned by main.cc; one loop thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/limits.h"
#include "common/result.h"
#include "master/config.h"
#include "master/daemon/allocator_recorder.h"
#include "runtime/adapters/candidate/zookeeper_mode.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/process/supervisor.h"
#include "runtime/adapters/sqlite/sqlite_database.h"

namespace fairlead {

/// Everything that flags decide.
struct MasterOptions {
  std::string bind = "tcp://127.0.0.1:5050";  ///< for agents and frameworks; port 0: any
  HttpServerOptions http = {.port = 5051};    ///< host to token file; the rest is the process's
  std::string state_dir;                      ///< registry, audit log; made 0700
  Epoch epoch_floor;                          ///< of this master's epochs; after a restore
  ZookeeperMode zookeeper;                    ///< with an address: where the registry is instead
  std::string key_file;                       ///< CURVE pair; "": no CURVE, loopback only
  std::string allow_list_file;                ///< client keys and their principals; with key_file
  std::string ready_file;                     ///< written once serving: "<bind> <http>"; "": none
  bool insecure = false;                      ///< allow other addresses without keys
  std::string host_file;                      ///< hosts that make offers; "": all
  /// Above it the peer that fills the memory is closed or loses its key; 0: never.
  std::int64_t memory_watermark_bytes = limits::kMemoryWatermarkDefault;
  Durability durability = Durability::kFull;
  MasterConfig core;
  AllocatorRecorder::Options allocator_log;
};

/// Leads, or stands by, until SIGTERM or SIGINT. An error when it cannot start (port in use, state
/// directory held by another master, a registry that is damaged or not ours, keys missing) or lost
/// the lead: whoever starts it again gets a standby. `supervisor` hears that the loop turns and how
/// to end the session of ZooKeeper.
Status run_master(const MasterOptions& options, SupervisorLink& supervisor);

}  // namespace fairlead
