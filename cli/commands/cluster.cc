// fairlead agents | roles | frameworks
#include <algorithm>
#include <string>
#include <variant>

#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "common/date_text.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

/// A listing of the master that is one GET and one row for each item.
class MasterListing : public Command {
 public:
  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Listing listing = columns();
    Result<json> reply = cluster->master().get("/api/v1/" + listing.name);
    if (!reply) return reply.error();
    for (const json& one : list_of(*reply, listing.name.c_str())) listing.rows.push_back(row(one));
    // Agents come in the order in which they registered: people look for names.
    std::stable_sort(
        listing.rows.begin(), listing.rows.end(), [](const ListingRow& a, const ListingRow& b) {
          return std::get<std::string>(a.cells.front()) < std::get<std::string>(b.cells.front());
        });
    print_listing(listing, options, terminal);
    return kExitOk;
  }

 private:
  virtual Listing columns() const = 0;
  virtual ListingRow row(const json& one) const = 0;
};

/// Why it gets no offers; of a drain also until when, or since when it is over.
std::string why_of(const json& agent) {
  const std::string why = text_of(agent, "why");
  const auto drain = agent.find("drain");
  if (drain == agent.end()) return why;
  if (drain->contains("drained_unix_ms")) {
    return why + "; empty since " + format_date({number_of(*drain, "drained_unix_ms")});
  }
  return why + "; tasks are killed from " + format_date({number_of(*drain, "deadline_unix_ms")}) +
         " on" + (drain->value("mark_gone", false) ? "; gone then" : "");
}

class Agents : public MasterListing {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead agents --wide"); }

 private:
  Listing columns() const override {
    return {.name = "agents",
            .columns = {{.key = "hostname", .title = "AGENT"},
                        {.key = "state", .title = "STATE"},
                        {.key = "tasks", .title = "TASKS"},
                        {.key = "used", .title = "USED"},
                        {.key = "free", .title = "FREE", .is_wide = true},
                        {.key = "total", .title = "TOTAL"},
                        {.key = "why", .title = "WHY"},
                        {.key = "http_address", .title = "HTTP", .is_wide = true},
                        {.key = "attributes", .title = "ATTRIBUTES", .is_wide = true},
                        {.key = "id", .title = "ID"}},
            .rows = {},
            .tone_column = 1,
            .empty_text = "no agent is registered; hint: fairlead dev up"};
  }
  ListingRow row(const json& one) const override {
    const std::string state = text_of(one, "state");
    return {
        .cells = {text_of(one, "hostname"), state, number_of(one, "tasks"), amounts_of(one, "used"),
                  amounts_of(one, "free"), amounts_of(one, "total"), why_of(one),
                  text_of(one, "http_address"), text_of(one, "attributes"), text_of(one, "id")},
        .tone = tone_of(state)};
  }
};

class Roles : public MasterListing {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead roles -o json"); }

 private:
  Listing columns() const override {
    return {.name = "roles",
            .columns = {{.key = "role", .title = "ROLE"},
                        {.key = "weight", .title = "WEIGHT"},
                        {.key = "share_milli", .title = "SHARE/1000"},
                        {.key = "dominant", .title = "OF"},
                        {.key = "tasks", .title = "TASKS"},
                        {.key = "frameworks", .title = "FRAMEWORKS"},
                        {.key = "allocated", .title = "ALLOCATED"},
                        {.key = "offered", .title = "OFFERED"}},
            .rows = {},
            .empty_text = "no role is in use"};
  }
  ListingRow row(const json& one) const override {
    return {.cells = {text_of(one, "role"), text_of(one, "weight"), number_of(one, "share_milli"),
                      text_of(one, "dominant"), number_of(one, "tasks"),
                      number_of(one, "frameworks"), amounts_of(one, "allocated"),
                      amounts_of(one, "offered")}};
  }
};

class Frameworks : public MasterListing {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead frameworks"); }

 private:
  Listing columns() const override {
    return {.name = "frameworks",
            .columns = {{.key = "name", .title = "FRAMEWORK"},
                        {.key = "state", .title = "STATE"},
                        {.key = "kind", .title = "KIND"},
                        {.key = "roles", .title = "ROLES"},
                        {.key = "tasks", .title = "TASKS"},
                        {.key = "offers", .title = "OFFERS"},
                        {.key = "principal", .title = "PRINCIPAL"},
                        {.key = "api_address", .title = "HTTP", .is_wide = true},
                        {.key = "id", .title = "ID"}},
            .rows = {},
            .tone_column = 1,
            .empty_text = "no framework is subscribed"};
  }
  ListingRow row(const json& one) const override {
    std::vector<std::string> roles;
    for (const json& role : list_of(one, "roles")) roles.push_back(role);
    const std::string state = text_of(one, "state");
    return {.cells = {text_of(one, "name"), state, text_of(one, "kind"), roles,
                      number_of(one, "tasks"), number_of(one, "offers"), text_of(one, "principal"),
                      text_of(one, "api_address"), text_of(one, "id")},
            .tone = tone_of(state)};
  }
};

}  // namespace

void add_cluster_commands(Commands& commands) {
  commands.add<Agents>("agents", "Lists the agents");
  commands.add<Roles>("roles", "Lists the roles with their shares");
  commands.add<Frameworks>("frameworks", "Lists the frameworks");
}

}  // namespace fairlead::cli
