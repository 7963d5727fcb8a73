// fairlead role weight | agent deactivate, drain, reactivate, gone: what only operators may do.
#include <string>
#include <vector>

#include "cli/cluster_client.h"
#include "cli/command.h"
#include "common/limits.h"
#include "common/parse_units.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

class RoleWeight : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "role", .help = "its path", .is_required = true, .is_positional = true},
              &role_);
    flags.add({.name = "weight",
               .help = "1 is normal, 2.5 is two and a half times the share",
               .is_required = true,
               .is_positional = true},
              &weight_);
    flags.add_example("fairlead role weight research 2.5");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    const json body = {{"weight", weight_}};
    Result<json> done =
        cluster->master().post("/api/v1/roles/" + url_encoded(role_) + "/weight",
                               body.dump(-1, ' ', false, json::error_handler_t::replace));
    if (!done) return done.error();
    terminal.out << "role " << role_ << " has weight " << weight_ << "\n";
    return kExitOk;
  }

 private:
  std::string role_;
  std::string weight_;
};

/// The agent that a hostname or id means: a machine that was given up keeps its hostname in the
/// list.
Result<std::string> agent_id_of(const json& agents, const std::string& name) {
  std::vector<std::string> found;
  std::string gone = name;  // the master says what it is, or that it is not known
  for (const json& one : list_of(agents, "agents")) {
    const std::string id = text_of(one, "id");
    if (id == name) return id;
    if (text_of(one, "hostname") != name) continue;
    if (text_of(one, "state") == "gone") {
      gone = id;
    } else {
      found.push_back(id);
    }
  }
  if (found.empty()) return gone;
  if (found.size() == 1) return found.front();
  return invalid({.what = "agent",
                  .expected = "an id, since several agents have this hostname",
                  .got = name,
                  .hint = found[0] + " or " + found[1]});
}

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
    flags.add({.name = "deadline", .help = "tasks may end by themselves for so long; 0s: none"},
              &deadline_, {Duration{}, limits::kTaskDurationMax});
    flags.add({.name = "grace",
               .help = "SIGTERM to SIGKILL; default: each task's own",
               .value_name = "DURATION"},
              &grace_);
    flags.add({.name = "gone", .help = "declare it gone once nothing is left on it"}, &gone_);
    flags.add_example("fairlead agent drain agent-1 --deadline 10m --grace 30s");
  }

 private:
  Result<json> body() const override {
    json order = {{"deadline_ms", deadline_.ms()}, {"mark_gone", gone_}};
    if (grace_.empty()) return order;
    const Result<Duration> grace = parse_duration(grace_);
    if (!grace || *grace < Duration{} || *grace > limits::kTaskDurationMax) {
      return invalid({.what = "flag --grace",
                      .expected = "0s.." + format_duration(limits::kTaskDurationMax),
                      .got = grace_});
    }
    order["grace_ms"] = grace->ms();
    return order;
  }
  std::string said() const override {
    const std::string kills =
        deadline_ == Duration{}
            ? "its tasks are being killed"
            : "what runs there after " + format_duration(deadline_) + " is killed";
    return "gets no new tasks; " + kills + (gone_ ? "; then it is declared gone" : "");
  }

  Duration deadline_;
  std::string grace_;  // empty: each task's own
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
  commands.group("role", "Changes one role");
  commands.add<RoleWeight>("role weight", "Sets its weight");
  commands.group("agent", "Changes one agent");
  commands.add<Deactivate>("agent deactivate", "Gives it no new tasks");
  commands.add<Drain>("agent drain", "Empties it: kills its tasks, at once or after a deadline");
  commands.add<Reactivate>("agent reactivate", "Gives it tasks again; ends a drain");
  commands.add<Gone>("agent gone", "Declares that it never comes back");
}

}  // namespace fairlead::cli
