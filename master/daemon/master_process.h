// One running master: builds the adapters, feeds the core from them and carries out its actions.
// Holds no rule of its own. Built and owned by main.cc; one loop thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/limits.h"
#include "common/result.h"
#include "master/config.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/sqlite/sqlite_database.h"

namespace fairlead {

/// Everything that flags decide.
struct MasterOptions {
  std::string bind = "tcp://127.0.0.1:5050";  ///< for agents and frameworks; port 0: any
  HttpServerOptions http = {.port = 5051};    ///< host to token file; the rest is the process's
  std::string state_dir;                      ///< registry, audit log; made 0700
  std::string key_file;                       ///< CURVE pair; "": no CURVE, loopback only
  std::string allow_list_file;                ///< client keys and their principals; with key_file
  std::string ready_file;                     ///< written once serving: "<bind> <http>"; "": none
  bool insecure = false;                      ///< allow other addresses without keys
  /// Above it the peer that fills the memory is closed or loses its key; 0: never.
  std::int64_t memory_watermark_bytes = limits::kMemoryWatermarkDefault;
  Durability durability = Durability::kFull;
  MasterConfig core;
};

/// Leads until SIGTERM or SIGINT. An error when it cannot start (port in use, state directory held
/// by another master, a damaged registry, keys missing) or has to step down.
Status run_master(const MasterOptions& options);

}  // namespace fairlead
