// fairlead dev up | down | status
#include <unistd.h>

#include <filesystem>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/dev_cluster.h"
#include "common/parse_units.h"

namespace fairlead::cli {
namespace {

std::string absolute(const std::string& path) {
  std::error_code failed;
  std::filesystem::path whole = std::filesystem::absolute(path, failed).lexically_normal();
  return failed ? path : whole.string();
}

std::vector<std::string> split(const std::vector<std::string>& texts, char separator) {
  std::vector<std::string> words;
  for (const std::string& text : texts) {
    std::size_t from = 0;
    for (std::size_t comma = 0; comma != std::string::npos; from = comma + 1) {
      comma = text.find(separator, from);
      words.push_back(text.substr(from, comma == std::string::npos ? comma : comma - from));
      if (comma == std::string::npos) break;
    }
  }
  return words;
}

Listing listing_of(const DevRecord& record, const std::string& folder) {
  Listing listing = {.name = "processes",
                     .columns = {{.key = "name", .title = "PROCESS"},
                                 {.key = "state", .title = "STATE"},
                                 {.key = "pid", .title = "PID"},
                                 {.key = "detail", .title = "DETAIL"},
                                 {.key = "log", .title = "LOG"}},
                     .rows = {},
                     .tone_column = 1,
                     .empty_text = "nothing runs"};
  for (const DevProcess& process : record.processes) {
    const bool runs = is_alive(process.mark);
    const auto address = master_address(folder, process.name);
    listing.rows.push_back({.cells = {process.name, std::string(runs ? "running" : "ended"),
                                      std::int64_t{process.mark.pid},
                                      address ? address->text() : process.detail, process.log_path},
                            .tone = runs ? CellTone::kGood : CellTone::kBad});
  }
  return listing;
}

class DevUp : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "agents", .help = "how many agents", .value_name = "N"}, &up_.agents,
              {.min = 1, .max = kDevAgentsMax, .unit = "agents"});
    flags.add_repeated({.name = "resources",
                        .help = "of an agent, as cpus:2;mem:2GiB; repeat it for different ones",
                        .value_name = "AMOUNTS"},
                       &up_.resources);
    flags.add_repeated({.name = "roles",
                        .help = "roles of jobs; the first is the default [default: batch,a,b]",
                        .value_name = "ROLES"},
                       &roles_);
    flags.add_repeated({.name = "batch",
                        .help = "one fairlead-batch process, NAME=ROLE+ROLE; repeat it for more",
                        .value_name = "FRAMEWORK"},
                       &batches_);
    flags.add({.name = "agent-timeout", .help = "an agent silent for so long is unreachable"},
              &up_.agent_timeout, {milliseconds(500), seconds(3'600)});
    flags.add({.name = "wait", .help = "how long everything may take to register"}, &up_.wait_max,
              {seconds(1), seconds(600)});
    flags.add({.name = "services", .help = "start fairlead-pods as well"}, &up_.has_services);
    flags.add({.name = "masters", .help = "how many; several need --zookeeper", .value_name = "N"},
              &up_.masters, {.min = 1, .max = kDevMastersMax, .unit = "masters"});
    flags.add({.name = "zookeeper", .help = "start three ZooKeeper servers for the masters"},
              &up_.has_zookeeper);
    flags.add_example("fairlead dev up");
    flags.add_example("fairlead dev up --masters 3 --zookeeper");
    flags.add_example("fairlead dev up --agents 1 --resources 'cpus:9;mem:18GiB'");
    flags.add_example("fairlead dev up --dev-dir /tmp/other --roles research,web");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    up_.dev_dir = absolute(options.dev_dir);
    if (!roles_.empty()) up_.batches = {{"batch", split(roles_, ',')}};
    if (!batches_.empty()) up_.batches.clear();
    for (const std::string& text : batches_) {
      const std::size_t equals = std::min(text.find('='), text.size());
      const std::string roles = text.substr(std::min(equals + 1, text.size()));
      up_.batches.push_back({text.substr(0, equals), split({roles}, '+')});
    }
    if (geteuid() != 0) {
      return Error{ErrorCode::kDenied,
                   "dev up: agents need root for cgroups and namespaces; hint: run it as root"};
    }
    Result<std::string> folder = program_folder();
    if (!folder) return folder.error();
    up_.program_dir = *folder;
    for (const char* program : {"master", "agent", "shim", "batch", "pods"}) {
      if (program == std::string_view("pods") && !up_.has_services) continue;
      const std::string path = *folder + "/fairlead-" + program;
      if (access(path.c_str(), X_OK) != 0) {
        return Error{ErrorCode::kNotFound,
                     "dev up: program " + path + " is missing; hint: scripts/build"};
      }
    }
    Result<DevRecord> record = start_dev_cluster(up_, terminal);
    if (!record) return record.error();
    print_listing(listing_of(*record, up_.dev_dir), options, terminal);
    terminal.err << "\nThe cluster is ready. Next:\n"
                    "  fairlead status\n"
                    "  fairlead run --cpus 0.5 --mem 64MiB --instances 20 -- "
                    "sh -c 'echo hi from $FAIRLEAD_TASK_INDEX'\n"
                    "  fairlead logs j1\n"
                    "  fairlead dev down\n";
    return kExitOk;
  }

 private:
  DevUpOptions up_;
  std::vector<std::string> roles_;
  std::vector<std::string> batches_;
};

class DevDown : public Command {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead dev down"); }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    const std::string folder = absolute(options.dev_dir);
    Result<DevDownReport> report = stop_dev_cluster(folder, terminal);
    if (!report && report.error().code == ErrorCode::kNotFound) {
      terminal.out << "nothing to do: " << report.error().message << "\n";
      return kExitOk;
    }
    if (!report) return report.error();
    terminal.out << "ended " << report->processes << " processes";
    if (report->killed > 0) terminal.out << " (" << report->killed << " by force)";
    if (report->containers > 0) {
      terminal.out << " and " << report->containers << " leftover processes of containers";
    }
    terminal.out << "; removed " << folder << "\n";
    return kExitOk;
  }
};

class DevStatus : public Command {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead dev status -o json"); }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    const std::string folder = absolute(options.dev_dir);
    Result<DevRecord> record = read_record(folder);
    if (!record)
      return Error{record.error().code, record.error().message + "; hint: fairlead dev up"};
    print_listing(listing_of(*record, folder), options, terminal);
    for (const DevProcess& process : record->processes) {
      if (!is_alive(process.mark)) return kExitFailed;
    }
    return kExitOk;
  }
};

}  // namespace

void add_dev_commands(Commands& commands) {
  commands.group("dev", "A cluster of real processes on this machine");
  commands.add<DevUp>("dev up", "Starts it and waits until everything is registered");
  commands.add<DevDown>("dev down", "Ends it with everything that runs in it");
  commands.add<DevStatus>("dev status", "Shows its processes");
}

}  // namespace fairlead::cli
