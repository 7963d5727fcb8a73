// fairlead agent deactivate, drain, reactivate, gone: what only operators may do.
#include <string>
#include <vector>

#include "cli/agent_ref.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/drain_flags.h"
#include "common/parse_units.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

class AgentOrder : public Command {
 public:
  AgentOrder(std::string order, std::string said)
      : order_(std::move(order)), said_(std::move(said)) {}

  void declare(FlagSet& flags) override {
    flags.add(
        {.name = "agent", .help = "hostname or id", .is_required = true, .is_positional = true},
        &agent_);
    flags.add_example("fairlead agent " + order_ + " agent-1");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    const Result<json> order = body();
    if (!order) return order.error();
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> agents = cluster->master().get("/api/v1/agents");
    if (!agents) return agents.error();
    Result<std::string> id = agent_id_of(*agents, agent_);
    if (!id) return id.error();
    Result<json> done =
        cluster->master().post("/api/v1/agents/" + url_encoded(*id) + "/" + order_, order->dump());
    if (!done) return done.error();
    terminal.out << "agent " << agent_ << " " << said() << "\n";
    return kExitOk;
  }

 private:
  virtual Result<json> body() const { return json::object(); }
  virtual std::string said() const { return said_; }

  const std::string order_;
  const std::string said_;
  std::string agent_;
};

class Deactivate : public AgentOrder {
 public:
  Deactivate() : AgentOrder("deactivate", "gets no new tasks; what runs there goes on") {}
};
class Drain : public AgentOrder {
 public:
  Drain() : AgentOrder("drain", "") {}

  void declare(FlagSet& flags) override {
    AgentOrder::declare(flags);
    tasks_.declare(flags);
    flags.add({.name = "gone", .help = "declare it gone once nothing is left on it"}, &gone_);
    flags.add_example("fairlead agent drain agent-1 --deadline 10m --grace 30s");
  }

 private:
  Result<json> body() const override {
    json order = {{"mark_gone", gone_}};
    if (Status written = tasks_.write(order); !written) return written.error();
    return order;
  }
  std::string said() const override {
    const std::string kills =
        tasks_.deadline() == Duration{}
            ? "its tasks are being killed"
            : "what runs there after " + format_duration(tasks_.deadline()) + " is killed";
    return "gets no new tasks; " + kills + (gone_ ? "; then it is declared gone" : "");
  }

  DrainFlags tasks_;
  bool gone_ = false;
};
class Reactivate : public AgentOrder {
 public:
  Reactivate() : AgentOrder("reactivate", "gets tasks again") {}
};
class Gone : public AgentOrder {
 public:
  Gone() : AgentOrder("gone", "is declared gone; its tasks are over") {}
};

}  // namespace

void add_operator_commands(Commands& commands) {
  commands.group("agent", "Changes one agent");
  commands.add<Deactivate>("agent deactivate", "Gives it no new tasks");
  commands.add<Drain>("agent drain", "Empties it: kills its tasks, at once or after a deadline");
  commands.add<Reactivate>("agent reactivate", "Gives it tasks again; ends a drain");
  commands.add<Gone>("agent gone", "Declares that it never comes back");
}

}  // namespace fairlead::cli
