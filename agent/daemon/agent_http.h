// The agent's part of docs/http_api.md. Reads the core's state; changes nothing. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "agent/agent_core.h"
#include "common/acl.h"
#include "runtime/adapters/sqlite/sqlite_database.h"
#include "runtime/http.h"

namespace fairlead {

class AgentHttpApi {
 public:
  struct World {
    const AgentCore& core;
    std::string master;
    std::string cgroup_parent;
    std::function<bool()> is_link_up;
    SetAside set_aside;  ///< damaged rows of its checkpoint
    Acl acl;             ///< who may read what tasks wrote
  };

  explicit AgentHttpApi(World world) : world_(std::move(world)) {}

  HttpReply serve(const HttpRequest& request) const;

 private:
  HttpReply ready(const HttpRequest& request) const;
  std::string info() const;
  std::string tasks() const;
  std::string metrics() const;
  HttpReply file(const HttpRequest& request) const;
  HttpReply browse(const HttpRequest& request) const;

  World world_;
};

}  // namespace fairlead
