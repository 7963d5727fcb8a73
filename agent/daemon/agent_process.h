// One running agent: builds the adapters, feeds the core from them and carries out its actions.
// Holds no rule of its own. Built by main.cc; one loop thread.
#pragma once

#include <cstdint>
#include <string>

#include "agent/config.h"
#include "common/acl.h"
#include "common/result.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/sqlite/sqlite_database.h"

namespace fairlead {

/// Everything that flags decide.
struct AgentOptions {
  std::string master = "tcp://127.0.0.1:5050";
  std::string state_dir;                       ///< checkpoint, sandboxes, meta folders; made 0700
  std::string resources;                       ///< "": what the machine has
  std::string system_reserved = "mem:512MiB";  ///< taken off what the machine has
  std::string attributes;
  std::string hostname;         ///< "": the machine's
  HttpServerOptions http;       ///< host to token file; the rest is the process's
  Acl acl = permissive_acl();   ///< what callers of its HTTP may do
  std::string key_file;         ///< own CURVE pair; "": no CURVE, loopback only
  std::string master_key_file;  ///< the master's public key; with key_file
  std::string cgroup_parent = "fairlead/agent";
  std::string shim;        ///< "": fairlead-shim beside this program
  std::string ready_file;  ///< written once registered: "<agent id> <http address>"
  bool insecure = false;
  bool accept_host_change = false;  ///< takes over a checkpoint that another machine wrote
  bool destroy_on_exit = false;     ///< SIGTERM ends the containers too
  Durability durability = Durability::kFull;
  AgentConfig core;
};

/// Runs until SIGTERM or SIGINT; containers go on without it unless destroy_on_exit. An error when
/// it cannot start or must not go on.
Status run_agent(AgentOptions options);

}  // namespace fairlead
