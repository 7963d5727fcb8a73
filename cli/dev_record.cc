#include "cli/dev_record.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace fairlead::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr mode_t kPrivate = 0700;

json to_json(const DevRecord& record) {
  json processes = json::array();
  for (const DevProcess& process : record.processes) {
    processes.push_back({{"name", process.name},
                         {"pid", process.mark.pid},
                         {"start_ticks", process.mark.start_ticks},
                         {"log", process.log_path},
                         {"cgroup_parent", process.cgroup_parent},
                         {"detail", process.detail}});
  }
  return {{"ready", record.is_ready},
          {"master", record.master_endpoint},
          {"master_http", record.master_http},
          {"processes", std::move(processes)}};
}

DevRecord from_json(const json& in) {
  DevRecord record;
  record.is_ready = in.at("ready").get<bool>();
  record.master_endpoint = in.at("master").get<std::string>();
  record.master_http = in.at("master_http").get<std::string>();
  for (const json& one : in.at("processes")) {
    record.processes.push_back({.name = one.at("name").get<std::string>(),
                                .mark = {.pid = one.at("pid").get<pid_t>(),
                                         .start_ticks = one.at("start_ticks").get<std::uint64_t>()},
                                .log_path = one.at("log").get<std::string>(),
                                .cgroup_parent = one.at("cgroup_parent").get<std::string>(),
                                .detail = one.at("detail").get<std::string>()});
  }
  return record;
}

Error cannot(const std::string& what, const std::string& path, int failed) {
  return {failed == EACCES || failed == EPERM ? ErrorCode::kDenied : ErrorCode::kExhausted,
          what + " " + path + ": " + std::strerror(failed) + "; hint: choose another --dev-dir"};
}

}  // namespace

std::string record_path(const std::string& dev_dir) {
  return dev_dir + "/cluster.json";
}

Result<DevRecord> read_record(const std::string& dev_dir) {
  std::ifstream file(record_path(dev_dir));
  if (!file) return Error{ErrorCode::kNotFound, "no dev cluster in " + dev_dir};
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    return from_json(json::parse(text));
  } catch (const json::exception& broken) {
    return Error{ErrorCode::kCorrupt, record_path(dev_dir) + ": " + broken.what()};
  }
}

Status create_record(const std::string& dev_dir) {
  const Error running = {ErrorCode::kConflict, "already running: a dev cluster is in " + dev_dir +
                                                   "; hint: fairlead dev down"};
  std::error_code failed;
  if (fs::exists(record_path(dev_dir), failed)) return running;
  if (fs::exists(dev_dir, failed) && !fs::is_empty(dev_dir, failed)) {
    return Error{ErrorCode::kConflict, "dev folder " + dev_dir +
                                           ": expected a new or empty folder, got one with "
                                           "files; hint: choose another --dev-dir"};
  }
  fs::create_directories(dev_dir, failed);
  if (failed) return cannot("dev folder", dev_dir, failed.value());
  if (chmod(dev_dir.c_str(), kPrivate) != 0) return cannot("dev folder", dev_dir, errno);
  // Exclusive: of two `dev up` at once, one makes the file and the other is told.
  const int file =
      open(record_path(dev_dir).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0 && errno == EEXIST) return running;
  if (file < 0) return cannot("dev folder", dev_dir, errno);
  close(file);
  return write_record(dev_dir, {});
}

Status write_record(const std::string& dev_dir, const DevRecord& record) {
  const std::string path = record_path(dev_dir);
  {
    std::ofstream file(path + ".new");
    file << to_json(record).dump(2) << "\n";
    if (!file.flush()) return cannot("dev record", path, errno);
  }
  if (std::rename((path + ".new").c_str(), path.c_str()) != 0) {
    return cannot("dev record", path, errno);
  }
  return {};
}

std::string ready_path(const std::string& dev_dir, const std::string& name) {
  return dev_dir + "/run/" + name + ".ready";
}

std::optional<DevMasterAddress> master_address(const std::string& dev_dir,
                                               const std::string& name) {
  if (name != "master" && !name.starts_with("master-")) return std::nullopt;
  std::ifstream file(ready_path(dev_dir, name));
  DevMasterAddress address;
  if (!(file >> address.endpoint >> address.http)) return std::nullopt;
  return address;
}

}  // namespace fairlead::cli
