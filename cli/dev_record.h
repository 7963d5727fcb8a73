// cluster.json: what `dev up` started in its folder, so that every other command finds the master
// and `dev down` ends exactly those processes. Values and their file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/process_table.h"
#include "common/result.h"

namespace fairlead::cli {

struct DevProcess {
  std::string name;  ///< "master", "master-1", "zookeeper-1", "agent-1", …
  ProcessMark mark;
  std::string log_path;
  std::string cgroup_parent;  ///< of an agent: "fairlead/dev-1-1a2b3c4d"
  std::string detail;         ///< for people: resources, roles, addresses
};

struct DevRecord {
  bool is_ready = false;        ///< false: `dev up` has not ended, or was killed
  std::string master_endpoint;  ///< or "zk://…", as master_http
  std::string master_http;
  std::vector<DevProcess> processes;  ///< in the order of their start
};

std::string record_path(const std::string& dev_dir);
/// kNotFound when there is no cluster in that folder.
Result<DevRecord> read_record(const std::string& dev_dir);
/// Makes the folder (mode 0700) and the first record. kConflict: a cluster, or something else, is
/// there already.
Status create_record(const std::string& dev_dir);
/// Replaces the record in one step.
Status write_record(const std::string& dev_dir, const DevRecord& record);

struct DevMasterAddress {
  std::string endpoint;  ///< "tcp://…", for agents and frameworks
  std::string http;      ///< "host:port"
  std::string text() const { return endpoint + " http://" + http; }
};

/// The file that the process of this name writes when it is ready.
std::string ready_path(const std::string& dev_dir, const std::string& name);
/// Where it listens now: after its supervisor started it again on other ports than the record has.
/// Nothing before it was ready once, and for what is no master.
std::optional<DevMasterAddress> master_address(const std::string& dev_dir, const std::string& name);

}  // namespace fairlead::cli
