// fairlead keys new: a CURVE key pair for a master, an agent or a framework.
#include "cli/command.h"
#include "runtime/adapters/zmq/curve_keys.h"

namespace fairlead::cli {
namespace {

class KeysNew : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "file",
               .help = "made with mode 0600; must not exist",
               .is_required = true,
               .is_positional = true},
              &file_);
    flags.add_example("fairlead keys new agent-7.key");
  }

  Result<int> run(const CommonOptions&, Terminal& terminal) override {
    const CurveKeyPair keys = make_key_pair();
    if (Status written = write_key_pair(file_, keys); !written) return written.error();
    terminal.out << "public " << keys.public_key << "\n";
    terminal.err << "for the master's --allow-list: " << keys.public_key << " <principal>\n";
    return kExitOk;
  }

 private:
  std::string file_;
};

}  // namespace

void add_keys_commands(Commands& commands) {
  commands.group("keys", "CURVE keys of processes");
  commands.add<KeysNew>("keys new", "Makes a key pair");
}

}  // namespace fairlead::cli
