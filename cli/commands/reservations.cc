// fairlead reserve, unreserve | volume create, destroy | reservations: what of agents is set aside
// for a role, and the volumes that are made of it.
#include <string>
#include <vector>

#include "cli/agent_ref.h"
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr const char* kAgentsPath = "/api/v1/agents";

/// One operation on one agent.
class Operation : public Command {
 public:
  Operation(std::string verb, std::string example)
      : verb_(std::move(verb)), example_(std::move(example)) {}

  void declare(FlagSet& flags) override {
    flags.add(
        {.name = "agent", .help = "hostname or id", .is_required = true, .is_positional = true},
        &agent_);
    declare_rest(flags);
    flags.add({.name = "role", .help = "whose it is to be, or is", .is_required = true}, &role_);
    flags.add_example(example_);
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    json order = body();
    order["role"] = role_;
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> agents = cluster->master().get(kAgentsPath);
    if (!agents) return agents.error();
    Result<std::string> id = agent_id_of(*agents, agent_);
    if (!id) return id.error();
    Result<json> done =
        cluster->master().post(std::string(kAgentsPath) + "/" + url_encoded(*id) + "/" + verb_,
                               order.dump(-1, ' ', false, json::error_handler_t::replace));
    if (!done) return done.error();
    terminal.out << "agent " << agent_ << ": " << said() << "\n";
    return kExitOk;
  }

 protected:
  std::string role_;

 private:
  virtual void declare_rest(FlagSet& flags) = 0;
  virtual json body() const = 0;
  virtual std::string said() const = 0;

  const std::string verb_;
  const std::string example_;
  std::string agent_;
};

class Reserve : public Operation {
 public:
  Reserve() : Operation("reserve", "fairlead reserve node-1 'cpus:4;mem:8GiB' --role web") {}

 private:
  void declare_rest(FlagSet& flags) override {
    flags.add({.name = "resources",
               .help = "so much of what is free or only offered",
               .is_required = true,
               .is_positional = true},
              &resources_);
    flags.add({.name = "from",
               .help = "refine what is reserved for this role; without it: what is nobody's",
               .value_name = "ROLE"},
              &from_);
    flags.add_example("fairlead reserve node-1 cpus:2 --role web/shop --from web");
  }
  json body() const override {
    json order = {{"resources", resources_}};
    if (!from_.empty()) order["from"] = from_;
    return order;
  }
  std::string said() const override { return resources_ + " is reserved for role " + role_; }

  std::string resources_;
  std::string from_;
};

class Unreserve : public Operation {
 public:
  Unreserve() : Operation("unreserve", "fairlead unreserve node-1 cpus:4 --role web") {}

 private:
  void declare_rest(FlagSet& flags) override {
    flags.add({.name = "resources",
               .help = "so much of what an operation reserved",
               .is_required = true,
               .is_positional = true},
              &resources_);
  }
  json body() const override { return {{"resources", resources_}}; }
  std::string said() const override {
    return resources_ + " is not reserved for role " + role_ + " any more";
  }

  std::string resources_;
};

class CreateVolume : public Operation {
 public:
  CreateVolume()
      : Operation("create_volume",
                  "fairlead volume create node-1 db --role web --size 10GiB --path data/db") {}

 private:
  void declare_rest(FlagSet& flags) override {
    flags.add({.name = "id",
               .help = "its name, once for each role and agent",
               .is_required = true,
               .is_positional = true},
              &id_);
    flags.add(
        {.name = "size", .help = "of disk that is reserved for the role", .is_required = true},
        &size_);
    flags.add({.name = "path", .help = "where tasks see it in their sandbox", .is_required = true},
              &path_);
    flags.add({.name = "shared", .help = "for many tasks at a time, of frameworks that can share"},
              &shared_);
  }
  json body() const override {
    json order = {{"id", id_}, {"size", size_}, {"path", path_}};
    if (shared_) order["shared"] = true;
    return order;
  }
  std::string said() const override {
    return "role " + role_ + " has volume " + id_ + " of " + size_;
  }

  std::string id_;
  std::string size_;
  std::string path_;
  bool shared_ = false;
};

class DestroyVolume : public Operation {
 public:
  DestroyVolume() : Operation("destroy_volume", "fairlead volume destroy node-1 db --role web") {}

 private:
  void declare_rest(FlagSet& flags) override {
    flags.add({.name = "id", .help = "its name", .is_required = true, .is_positional = true}, &id_);
  }
  json body() const override { return {{"id", id_}}; }
  std::string said() const override {
    return "volume " + id_ + " of role " + role_ + " is being destroyed; its disk stays reserved";
  }

  std::string id_;
};

// --- listing -------------------------------------------------------------------------------------

/// "web by ops, within eng": the levels, innermost first.
std::string levels_text(const json& lot) {
  std::string text;
  const json levels = list_of(lot, "levels");
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    bool is_by_operation = level->value("by_operation", false);
    if (!text.empty()) text += ", within " + text_of(*level, "role");
    text += is_by_operation ? " by " + text_of(*level, "principal") : " by configuration";
  }
  return text.empty() ? text : text.substr(1);
}

class Show : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "agent", .help = "of it alone: hostname or id", .is_positional = true},
              &agent_);
    flags.add_example("fairlead reservations");
    flags.add_example("fairlead reservations node-1 -o json");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> reply = cluster->master().get(kAgentsPath);
    if (!reply) return reply.error();
    Listing listing{.name = "reservations",
                    .columns = {{.key = "agent", .title = "AGENT"},
                                {.key = "role", .title = "ROLE"},
                                {.key = "resources", .title = "RESOURCES"},
                                {.key = "volume", .title = "VOLUME"},
                                {.key = "made", .title = "MADE"},
                                {.key = "state", .title = "STATE"}},
                    .rows = {},
                    .empty_text = "nothing is reserved"};
    for (const json& agent : list_of(*reply, "agents")) {
      bool is_meant =
          agent_.empty() || text_of(agent, "id") == agent_ || text_of(agent, "hostname") == agent_;
      if (!is_meant) continue;
      add_rows(agent, "reservations", "there", listing);
      add_rows(agent, "missing", "missing", listing);
      add_rows(agent, "destroying", "being destroyed", listing);
    }
    print_listing(listing, options, terminal);
    return kExitOk;
  }

 private:
  static void add_rows(const json& agent, const char* key, const char* state, Listing& listing) {
    for (const json& lot : list_of(agent, key)) {
      std::string volume;
      if (lot.contains("volume")) {
        volume = text_of(lot["volume"], "id") + " at " + text_of(lot["volume"], "path");
      }
      listing.rows.push_back(
          {.cells = {text_of(agent, "hostname"), text_of(lot, "role"), amounts_of(lot, "resources"),
                     volume, levels_text(lot), state}});
    }
  }

  std::string agent_;
};

}  // namespace

void add_reservation_commands(Commands& commands) {
  commands.add<Reserve>("reserve", "Sets resources of an agent aside for a role");
  commands.add<Unreserve>("unreserve", "Takes a reservation back");
  commands.add<Show>("reservations", "What is reserved on agents, and their volumes");
  commands.group("volume", "Persistent volumes of agents, made of reserved disk");
  commands.add<CreateVolume>("volume create", "Sets one aside: a folder that outlives tasks");
  commands.add<DestroyVolume>("volume destroy",
                              "Gives one up, with what is in it; its disk stays reserved");
}

}  // namespace fairlead::cli
