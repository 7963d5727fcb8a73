#include "master/daemon/registry_command.h"

#include <sys/stat.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "master/daemon/registry_backup.h"
#include "runtime/adapters/flags/flags.h"

namespace fairlead {
namespace {

void add_flags(FlagSet& flags, RegistryBackup& backup) {
  flags.add({.name = "state-dir",
             .help = "the master's: its registry, or the id of its cluster",
             .value_name = "DIR",
             .is_required = true},
            &backup.state_dir);
  flags.add({.name = "zk",
             .help = "the registry in ZooKeeper instead: zk://host:port,host:port/path",
             .value_name = "ADDRESS"},
            &backup.zookeeper.address);
  flags.add({.name = "zk-credentials-file",
             .help = "the masters' user:password; mode 0600",
             .value_name = "FILE"},
            &backup.zookeeper.credentials_file);
  flags.add({.name = "cluster-id",
             .help = "refuse every other cluster; default: the one this state directory knows",
             .value_name = "ID"},
            &backup.zookeeper.cluster);
}

}  // namespace

int run_registry_command(int argc, const char* const* argv) {
  RegistryBackup backup;
  std::int64_t epoch_floor = 0;
  FlagSet flags("fairlead-master registry", "Copies the registry to a file and back.");
  add_flags(flags, backup);
  FlagSet& to_file = flags.add_command(
      "export", "Writes the registry to a file. Beside running masters with --zk only");
  to_file.add({.name = "file",
               .help = "JSON lines with a checksum; replaced when it is there",
               .value_name = "FILE",
               .is_required = true,
               .is_positional = true},
              &backup.file);
  FlagSet& from_file = flags.add_command(
      "import", "Writes a file's registry into an empty one. Masters must be stopped");
  from_file.add({.name = "file",
                 .help = "what export wrote",
                 .value_name = "FILE",
                 .is_required = true,
                 .is_positional = true},
                &backup.file);
  from_file.add({.name = "epoch-floor",
                 .help = "the next master's epoch is at least this: above what agents saw; 0: none",
                 .value_name = "EPOCH"},
                &epoch_floor, {.min = 0, .max = std::int64_t{1} << 62});
  flags.add_example(
      "fairlead-master registry export backup.jsonl --state-dir /var/lib/fairlead/master");
  flags.add_example(
      "fairlead-master registry import backup.jsonl --state-dir /var/lib/fairlead/master "
      "--epoch-floor 1000");
  FlagOutcome outcome = flags.parse(argc - 1, argv + 1);
  if (!outcome.run) return print(outcome);
  ::umask(S_IRWXG | S_IRWXO);  // nothing that is made here is for others
  backup.epoch_floor = {static_cast<std::uint64_t>(epoch_floor)};
  Result<std::string> done =
      outcome.command == "export" ? export_registry(backup) : import_registry(backup);
  if (!done) {
    std::fprintf(stderr, "fairlead-master registry: %s\n", done.error().message.c_str());
    return 1;
  }
  std::printf("%s\n", done->c_str());
  return 0;
}

}  // namespace fairlead
