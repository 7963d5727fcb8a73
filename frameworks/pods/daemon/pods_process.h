// One running fairlead-pods: loop, HTTP server, SDK driver and scheduler put together.
// Called by main once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/time.h"
#include "runtime/adapters/http/http_server.h"

namespace fairlead::pods {

struct PodsProcessOptions {
  std::string master;  ///< "tcp://127.0.0.1:5050"
  std::string name = "pods";
  std::vector<std::string> roles;
  std::string principal = "anonymous";  ///< must be the one that the key proves
  std::string state_dir;
  std::string key_file;         ///< CURVE key pair; empty: none
  std::string master_key_file;  ///< the master's public key; with key_file
  HttpServerOptions http;       ///< host to token file; the rest is set by the process
  std::string ready_file;       ///< written once HTTP serves: `<http address>`
  Duration failover_timeout = seconds(7 * 24 * 3600);
  bool insecure = false;
  bool write_ahead = true;
};

/// Runs until a signal or the framework's end.
Status run_pods(const PodsProcessOptions& options);

}  // namespace fairlead::pods
