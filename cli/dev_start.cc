// Starting a dev cluster: keys, then the master, then everything that connects to it.
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/cluster_client.h"
#include "cli/dev_cluster.h"
#include "cli/dev_resources.h"
#include "cli/dev_zookeeper.h"
#include "cli/progress.h"
#include "cli/start_lock.h"
#include "common/amounts.h"
#include "common/ids.h"
#include "common/parse_units.h"
#include "runtime/adapters/zmq/curve_keys.h"
#include "runtime/adapters/zookeeper/master_dealer.h"

namespace fairlead::cli {
namespace {

namespace fs = std::filesystem;

constexpr Duration kPoll = milliseconds(50);

std::string hex_hash(std::string_view text) {
  std::uint32_t hash = 2'166'136'261;  // FNV-1a: two folders must not share cgroups
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619;
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", hash);
  return digits;
}

Status check_options(const DevUpOptions& options) {
  for (const std::string& text : options.resources) {
    if (Result<Amounts> read = parse_amounts(text); !read) {
      return Error{ErrorCode::kInvalid, "flag --resources: " + read.error().message};
    }
  }
  if (options.resources.size() > static_cast<std::size_t>(options.agents)) {
    return invalid(
        {.what = "flag --resources",
         .where = {},
         .expected = "at most one for each of " + std::to_string(options.agents) + " agents",
         .got = std::to_string(options.resources.size()),
         .hint = "raise --agents"});
  }
  std::vector<DevFramework> frameworks = options.batches;
  frameworks.push_back({"pods", options.service_roles});
  if (options.masters > 1 && !options.has_zookeeper) {
    return invalid({.what = "flag --masters",
                    .where = {},
                    .expected = "1 without --zookeeper",
                    .got = std::to_string(options.masters),
                    .hint = "several masters need --zookeeper"});
  }
  std::set<std::string> names = {"master"};
  for (const DevFramework& framework : frameworks) {
    if (Status good = check_id_text(framework.name, "flag --batch"); !good) return good;
    bool is_taken = !names.insert(framework.name).second || framework.name.starts_with("agent-") ||
                    framework.name.starts_with("master-") ||
                    framework.name.starts_with("zookeeper-");
    if (is_taken) {
      return invalid({.what = "flag --batch",
                      .where = {},
                      .expected = "a name that no other process has",
                      .got = framework.name,
                      .hint = {}});
    }
    for (const std::string& role : framework.roles) {
      if (Status good = check_role_name(role); !good) return good;
    }
  }
  return {};
}

class Starter {
 public:
  Starter(const DevUpOptions& options, Terminal& terminal)
      : options_(options),
        terminal_(terminal),
        progress_(terminal.err, terminal.err_is_live),
        until_(steady_now() + options.wait_max) {}

  Status run();
  DevRecord take_record() && { return std::move(record_); }

 private:
  std::string at(const std::string& name) const { return options_.dev_dir + "/" + name; }
  Status make_keys();
  Status write_rights() const;
  Status add_key(const std::string& name, std::ofstream& allow_list);
  Status start_masters();
  Status start_zookeeper();
  Status start_master(const std::string& name);
  Status start_agent(std::int64_t index);
  Status start_framework(const std::string& program, const DevFramework& framework,
                         std::vector<std::string> more_flags);
  std::vector<std::string> client_flags(const std::string& name) const;
  Status spawn(DevProcess process, const std::string& program, std::vector<std::string> flags);
  Status spawn(DevProcess process, std::vector<std::string> argv);
  Status wait_for_master(const std::string& name);
  std::string leader_http() const;
  Status wait_for_all();
  /// One pause of a wait: an interrupt, the end of a process, or the deadline end it.
  Status pause(const std::string& waiting_for);

  const DevUpOptions& options_;
  Terminal& terminal_;
  ProgressLine progress_;
  const Instant until_;
  DevRecord record_;
};

Status Starter::run() {
  for (const char* folder : {"keys", "logs", "run"}) {
    std::error_code failed;
    fs::create_directory(at(folder), failed);
    if (failed) return Error{ErrorCode::kDenied, at(folder) + ": " + failed.message()};
  }
  if (Status made = make_keys(); !made) return made;
  if (Status written = write_rights(); !written) return written;
  if (Status started = start_masters(); !started) return started;
  for (std::int64_t i = 0; i < options_.agents; ++i) {
    if (Status started = start_agent(i); !started) return started;
  }
  for (const DevFramework& batch : options_.batches) {
    Status started =
        start_framework("fairlead-batch", batch, {"--master-http", record_.master_http});
    if (!started) return started;
  }
  if (options_.has_services) {
    Status started = start_framework("fairlead-pods", {"pods", options_.service_roles}, {});
    if (!started) return started;
  }
  if (Status ready = wait_for_all(); !ready) return ready;
  record_.is_ready = true;
  return write_record(options_.dev_dir, record_);
}

Status Starter::make_keys() {
  const CurveKeyPair master = make_key_pair();
  if (Status written = write_key_pair(at("keys/master.key"), master); !written) return written;
  std::ofstream(at("keys/master.pub")) << "public " << master.public_key << "\n";
  std::ofstream allow_list(at("keys/allow.list"));
  for (std::int64_t i = 1; i <= options_.agents; ++i) {
    if (Status added = add_key("agent-" + std::to_string(i), allow_list); !added) return added;
  }
  for (const DevFramework& batch : options_.batches) {
    if (Status added = add_key(batch.name, allow_list); !added) return added;
  }
  if (Status added = add_key("pods", allow_list); !added) return added;
  allow_list.close();
  chmod(at("keys/allow.list").c_str(), 0600);
  if (!allow_list) return Error{ErrorCode::kExhausted, at("keys/allow.list") + ": not written"};
  return {};
}

/// Each process may do what it is there for, and no more; who sits at this machine may operate.
Status Starter::write_rights() const {
  std::ofstream file(at("keys/rights.yaml"));
  file << "rules:\n  - {principal: anonymous, verbs: ['*']}\n";
  for (std::int64_t i = 1; i <= options_.agents; ++i) {
    const std::string name = "agent-" + std::to_string(i);
    file << "  - {principal: " << name << ", agents: ['" << name << "-*']}\n";
  }
  std::vector<DevFramework> frameworks = options_.batches;
  frameworks.push_back({"pods", options_.service_roles});
  for (const DevFramework& framework : frameworks) {
    file << "  - principal: " << framework.name
         << "\n    users: ['*']\n    priority_max: 1000\n    roles:\n";
    for (const std::string& role : framework.roles) file << "      - '" << role << "'\n";
  }
  file.close();
  if (file) return {};
  return Error{ErrorCode::kExhausted, at("keys/rights.yaml") + ": not written"};
}

Status Starter::add_key(const std::string& name, std::ofstream& allow_list) {
  const CurveKeyPair keys = make_key_pair();
  allow_list << keys.public_key << " " << name << "\n";
  return write_key_pair(at("keys/" + name + ".key"), keys);
}

Status Starter::spawn(DevProcess process, const std::string& program,
                      std::vector<std::string> flags) {
  flags.insert(flags.begin(), options_.program_dir + "/" + program);
  return spawn(std::move(process), std::move(flags));
}

Status Starter::spawn(DevProcess process, std::vector<std::string> argv) {
  progress_.show("starting " + process.name, steady_now());
  process.log_path = at("logs/" + process.name + ".log");
  Result<ProcessMark> mark =
      spawn_background({.argv = std::move(argv), .log_path = process.log_path});
  if (!mark) return mark.error();
  process.mark = *mark;
  record_.processes.push_back(std::move(process));
  // Written at once: whatever happens to us, `dev down` knows about it.
  return write_record(options_.dev_dir, record_);
}

Status Starter::start_masters() {
  if (!options_.has_zookeeper) {
    Status started = start_master("master");
    return started ? wait_for_master("master") : started;
  }
  if (Status started = start_zookeeper(); !started) return started;
  for (std::int64_t i = 1; i <= options_.masters; ++i) {
    if (Status started = start_master("master-" + std::to_string(i)); !started) return started;
  }
  for (std::int64_t i = 1; i <= options_.masters; ++i) {
    if (Status ready = wait_for_master("master-" + std::to_string(i)); !ready) return ready;
  }
  return {};
}

Status Starter::start_zookeeper() {
  // Half of a pair that nobody keeps: 40 random characters.
  std::ofstream(at("keys/zookeeper")) << "fairlead:" << make_key_pair().public_key << "\n";
  chmod(at("keys/zookeeper").c_str(), 0600);
  Result<DevZookeeper> zookeeper = prepare_dev_zookeeper(at("zookeeper"));
  if (!zookeeper) return zookeeper.error();
  record_.master_endpoint = zookeeper->address;
  record_.master_http = zookeeper->address;
  for (std::size_t i = 0; i < zookeeper->argv.size(); ++i) {
    Status started = spawn({.name = "zookeeper-" + std::to_string(i + 1), .detail = "registry"},
                           std::move(zookeeper->argv[i]));
    if (!started) return started;
  }
  return {};
}

Status Starter::start_master(const std::string& name) {
  std::vector<std::string> flags = {"--bind",          "tcp://127.0.0.1:0",
                                    "--http-port",     "0",
                                    "--state-dir",     at(name),
                                    "--key-file",      at("keys/master.key"),
                                    "--allow-list",    at("keys/allow.list"),
                                    "--acl-file",      at("keys/rights.yaml"),
                                    "--ready-file",    ready_path(options_.dev_dir, name),
                                    "--agent-timeout", format_duration(options_.agent_timeout)};
  if (options_.has_zookeeper) {
    flags.insert(flags.end(), {"--zk", record_.master_endpoint, "--zk-credentials-file",
                               at("keys/zookeeper"), "--zk-session-timeout", "5s"});
  }
  return spawn({.name = name}, "fairlead-master", std::move(flags));
}

std::vector<std::string> Starter::client_flags(const std::string& name) const {
  return {"--master",          record_.master_endpoint,
          "--state-dir",       at(name),
          "--key-file",        at("keys/" + name + ".key"),
          "--master-key-file", at("keys/master.pub"),
          "--http-port",       "0",
          "--ready-file",      ready_path(options_.dev_dir, name)};
}

Status Starter::start_agent(std::int64_t index) {
  const std::string number = std::to_string(index + 1);
  DevProcess process = {
      .name = "agent-" + number,
      .mark = {},
      .log_path = {},
      .cgroup_parent = "fairlead/dev-" + number + "-" + hex_hash(options_.dev_dir),
      .detail = resources_of(options_, index)};
  std::vector<std::string> flags = client_flags(process.name);
  const std::vector<std::string> own = {"--resources",      process.detail,
                                        "--hostname",       process.name,
                                        "--cgroup-parent",  process.cgroup_parent,
                                        "--shim",           options_.program_dir + "/fairlead-shim",
                                        "--destroy-on-exit"};
  flags.insert(flags.end(), own.begin(), own.end());
  return spawn(std::move(process), "fairlead-agent", std::move(flags));
}

Status Starter::start_framework(const std::string& program, const DevFramework& framework,
                                std::vector<std::string> more_flags) {
  std::vector<std::string> flags = client_flags(framework.name);
  flags.insert(flags.end(), {"--name", framework.name, "--principal", framework.name});
  flags.insert(flags.end(), more_flags.begin(), more_flags.end());
  DevProcess process = {
      .name = framework.name, .mark = {}, .log_path = {}, .cgroup_parent = {}, .detail = "roles"};
  for (const std::string& role : framework.roles) {
    flags.insert(flags.end(), {"--role", role});
    process.detail += " " + role;
  }
  return spawn(std::move(process), program, std::move(flags));
}

Status Starter::wait_for_master(const std::string& name) {
  for (;;) {
    if (const auto address = master_address(options_.dev_dir, name)) {
      for (DevProcess& process : record_.processes) {
        if (process.name == name) process.detail = address->text();
      }
      if (!options_.has_zookeeper) {
        record_.master_endpoint = address->endpoint;
        record_.master_http = address->http;
      }
      return write_record(options_.dev_dir, record_);
    }
    if (Status waited = pause(name); !waited) return waited;
  }
}

/// "" while nobody leads.
std::string Starter::leader_http() const {
  if (!options_.has_zookeeper) return record_.master_http;
  Result<LeaderRecord> leader = find_leader(record_.master_http, seconds(1));
  return leader ? leader->http : "";
}

Status Starter::wait_for_all() {
  const std::int64_t frameworks_wanted =
      static_cast<std::int64_t>(options_.batches.size()) + (options_.has_services ? 1 : 0);
  for (;;) {
    JsonClient master("the master", {.address = leader_http(),
                                     .stop_descriptor = terminal_.interrupts.descriptor()});
    Result<nlohmann::json> cluster = master.get("/api/v1/cluster");
    std::int64_t agents = 0;
    std::int64_t frameworks = 0;
    if (cluster) {
      agents = number_of((*cluster)["agents"], "active");
      frameworks = number_of((*cluster)["frameworks"], "active");
    }
    if (agents >= options_.agents && frameworks >= frameworks_wanted) return {};
    const std::string text = "registered: " + std::to_string(agents) + " of " +
                             std::to_string(options_.agents) + " agents, " +
                             std::to_string(frameworks) + " of " +
                             std::to_string(frameworks_wanted) + " frameworks";
    progress_.show(text, steady_now());
    if (Status waited = pause(text); !waited) return waited;
  }
}

/// The last line of a log, for a message.
std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last.substr(0, 400);
}

Status Starter::pause(const std::string& waiting_for) {
  if (terminal_.interrupts.wait(kPoll)) return Error{ErrorCode::kConflict, "interrupted"};
  for (const DevProcess& process : record_.processes) {
    if (const auto end = take_end(process.mark)) {
      return Error{ErrorCode::kExhausted,
                   process.name + " ended with " + *end + ": " + last_line(process.log_path)};
    }
  }
  if (steady_now() < until_) return {};
  return Error{ErrorCode::kTimedOut, "not ready after " + format_duration(options_.wait_max) +
                                         ": waited for " + waiting_for};
}

}  // namespace

Result<DevRecord> start_dev_cluster(const DevUpOptions& options, Terminal& terminal) {
  if (Status good = check_options(options); !good) return good.error();
  if (Status created = create_record(options.dev_dir); !created) return created.error();
  Status started;
  DevRecord record;
  {
    const StartLock lock(options.dev_dir);
    Starter starter(options, terminal);
    started = lock.status();
    if (started) started = starter.run();
    record = std::move(starter).take_record();
  }
  if (started) return record;
  terminal.interrupts.clear();
  // What was said to the logs is the only trace of a failed start: show it before it goes.
  if (Result<DevDownReport> undone = stop_dev_cluster(options.dev_dir, terminal); !undone) {
    return Error{started.error().code,
                 started.error().message + "; then undoing it failed: " + undone.error().message};
  }
  return Error{started.error().code, "dev up: " + started.error().message +
                                         "; everything that was started has been ended"};
}

}  // namespace fairlead::cli
