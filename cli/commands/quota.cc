// fairlead quota set, show, remove | weight set, show: what a role is due, and what would follow
// from a change.
#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "common/quota.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kQuotaPath = "/api/v1/quota";

std::string text_of_body(const json& order) {
  return order.dump(-1, ' ', false, json::error_handler_t::replace);
}

// --- what would follow ---------------------------------------------------------------------------

/// "4 of pods (f-1-2) as ads on node-1: cpus:2"
std::string offer_line(const json& offer) {
  return text_of(offer, "framework_name") + " (" + text_of(offer, "framework") + ") as " +
         text_of(offer, "role") + " on " + text_of(offer, "hostname") + ": " +
         amounts_of(offer, "resources");
}

std::string over_limit_lines(const json& over) {
  std::string text =
      "  role " + text_of(over, "role") + ": " + amounts_of(over, "excess") + " too much\n";
  for (const json& holder : list_of(over, "held_by")) {
    text += "    " + text_of(holder, "framework_name") + " (" + text_of(holder, "framework") +
            ") as " + text_of(holder, "role") + " holds " + amounts_of(holder, "held") + " in " +
            std::to_string(number_of(holder, "tasks")) + " tasks\n";
  }
  return text;
}

/// What the master says would follow, for people.
std::string text_of_what_if(const json& found) {
  std::string text;
  auto add = [&](const char* key, const std::string& title, auto line_of) {
    const json list = list_of(found, key);
    if (!list.empty()) text += title + "\n";
    for (const json& one : list) text += line_of(one);
  };
  add("rescinded", "offers that would be rescinded:", [](const json& one) {
    return "  " + std::to_string(number_of(one, "offer")) + " of " + offer_line(one) + " (" +
           text_of(one, "reason") + ")\n";
  });
  add("offered", "offers that would be made at once:", [](const json& one) {
    return "  to " + offer_line(one) + "\n";
  });
  auto turn_line = [](const json& one) {
    return "  role " + text_of(one, "role") + ": " + text_of(one, "why") + "\n";
  };
  add("delayed", "roles that would wait longer:", turn_line);
  add("sooner", "roles that would get offers sooner:", turn_line);
  add("over_limit",
      "roles above their limit, which get no more until this is given back:", over_limit_lines);
  return (text.empty() ? "nothing would change now\n" : text) + "dry run: nothing was changed\n";
}

/// A change that can also be tried.
class Change {
 public:
  void declare(FlagSet& flags) {
    flags.add({.name = "dry-run", .help = "only say what would follow"}, &dry_run_);
  }
  /// Sends it; says `done` once it is durable, or what would follow from it.
  Result<int> order(ClusterClient& cluster, const std::string& path, json body,
                    const std::string& done, const CommonOptions& options,
                    Terminal& terminal) const {
    if (dry_run_) body["dry_run"] = true;
    Result<json> reply = cluster.master().post(path, text_of_body(body));
    if (!reply) return reply.error();
    if (dry_run_) {
      print_document(ordered_json(*reply), text_of_what_if(*reply), options, terminal);
    } else {
      terminal.out << done << "\n";
    }
    return kExitOk;
  }

 private:
  bool dry_run_ = false;
};

// --- quota ---------------------------------------------------------------------------------------

class SetQuota : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "role", .help = "its path", .is_required = true, .is_positional = true},
              &role_);
    flags.add({.name = "guarantee",
               .help = "kept free for it and its sub-roles; of cpus, mem, disk and gpus",
               .value_name = "AMOUNTS"},
              &guarantee_);
    flags.add({.name = "limit",
               .help = "what it and its sub-roles may use at most; what is not named has no limit",
               .value_name = "AMOUNTS"},
              &limit_);
    flags.add({.name = "force", .help = "guarantee more than the cluster has"}, &force_);
    change_.declare(flags);
    flags.add_example("fairlead quota set research --guarantee 'cpus:4;mem:8GiB' --limit cpus:8");
    flags.add_example("fairlead quota set research --limit cpus:8 --dry-run");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    if (guarantee_.empty() && limit_.empty()) {
      return invalid({.what = "quota set",
                      .expected = "--guarantee, --limit or both",
                      .got = "neither",
                      .hint = "fairlead quota remove takes a quota away"});
    }
    Result<StandardAmounts> guarantees = read("guarantee", guarantee_, Quota{}.guarantees);
    if (!guarantees) return guarantees.error();
    Result<StandardAmounts> limits = read("limit", limit_, Quota{}.limits);
    if (!limits) return limits.error();
    const Quota quota{.guarantees = *guarantees, .limits = *limits};
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    const json setting = {{"role", role_}, {"guarantee", guarantee_}, {"limit", limit_}};
    return change_.order(*cluster, kQuotaPath,
                         {{"quotas", json::array({setting})}, {"force", force_}},
                         "role " + role_ + ": " + to_string(quota), options, terminal);
  }

 private:
  static Result<StandardAmounts> read(const std::string& flag, const std::string& text,
                                      const StandardAmounts& base) {
    Result<StandardAmounts> amounts = parse_quota_amounts(text, base);
    if (amounts) return amounts;
    return Error{amounts.error().code, "flag --" + flag + ": " + amounts.error().message};
  }

  std::string role_;
  std::string guarantee_;
  std::string limit_;
  bool force_ = false;
  Change change_;
};

class ShowQuota : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "role", .help = "of it alone", .is_positional = true}, &role_);
    flags.add_example("fairlead quota show");
    flags.add_example("fairlead quota show research -o json");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> reply = cluster->master().get(kQuotaPath);
    if (!reply) return reply.error();
    Listing listing{
        .name = "quotas",
        .columns = {{.key = "role", .title = "ROLE"},
                    {.key = "guarantee", .title = "GUARANTEE"},
                    {.key = "limit", .title = "LIMIT"},
                    {.key = "consumed", .title = "CONSUMED"},
                    {.key = "held", .title = "HELD"}},
        .rows = {},
        .empty_text = role_.empty() ? "no role has a quota" : "role " + role_ + " has no quota"};
    for (const json& one : list_of(*reply, "quotas")) {
      if (!role_.empty() && text_of(one, "role") != role_) continue;
      listing.rows.push_back(
          {.cells = {text_of(one, "role"), amounts_of(one, "guarantee"), amounts_of(one, "limit"),
                     amounts_of(one, "consumed"), amounts_of(one, "held")}});
    }
    print_listing(listing, options, terminal);
    return kExitOk;
  }

 private:
  std::string role_;
};

class RemoveQuota : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "role", .help = "its path", .is_required = true, .is_positional = true},
              &role_);
    change_.declare(flags);
    flags.add_example("fairlead quota remove research");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> known = cluster->master().get(kQuotaPath);
    if (!known) return known.error();
    bool has_one = false;
    for (const json& one : list_of(*known, "quotas")) {
      has_one = has_one || text_of(one, "role") == role_;
    }
    if (!has_one) {
      return Error{ErrorCode::kNotFound,
                   "role " + role_ + " has no quota; hint: fairlead quota show"};
    }
    const json setting = {{"role", role_}};
    return change_.order(*cluster, kQuotaPath, {{"quotas", json::array({setting})}},
                         "role " + role_ + " has no quota any more", options, terminal);
  }

 private:
  std::string role_;
  Change change_;
};

// --- weights -------------------------------------------------------------------------------------

class SetWeight : public Command {
 public:
  void declare(FlagSet& flags) override {
    flags.add({.name = "role", .help = "its path", .is_required = true, .is_positional = true},
              &role_);
    flags.add({.name = "weight",
               .help = "1 is normal, 2.5 is two and a half times the share",
               .is_required = true,
               .is_positional = true},
              &weight_);
    change_.declare(flags);
    flags.add_example("fairlead weight set research 2.5");
    flags.add_example("fairlead weight set research 2.5 --dry-run");
  }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    return change_.order(*cluster, "/api/v1/roles/" + url_encoded(role_) + "/weight",
                         {{"weight", weight_}}, "role " + role_ + " has weight " + weight_, options,
                         terminal);
  }

 private:
  std::string role_;
  std::string weight_;
  Change change_;
};

class ShowWeights : public Command {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead weight show"); }

  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<json> reply = cluster->master().get("/api/v1/roles");
    if (!reply) return reply.error();
    Listing listing{
        .name = "weights",
        .columns = {{.key = "role", .title = "ROLE"}, {.key = "weight", .title = "WEIGHT"}},
        .rows = {},
        .empty_text = "every role has weight 1"};
    for (const json& one : list_of(*reply, "roles")) {
      if (text_of(one, "weight") == "1") continue;
      listing.rows.push_back({.cells = {text_of(one, "role"), text_of(one, "weight")}});
    }
    print_listing(listing, options, terminal);
    return kExitOk;
  }
};

}  // namespace

void add_quota_commands(Commands& commands) {
  commands.group("quota", "What roles are guaranteed and may use at most");
  commands.add<SetQuota>("quota set", "Replaces a role's quota");
  commands.add<ShowQuota>("quota show", "Quotas, and what is used of them");
  commands.add<RemoveQuota>("quota remove", "Takes a role's quota away");
  commands.group("weight", "How much more than others roles are due");
  commands.add<SetWeight>("weight set", "Sets a role's weight");
  commands.add<ShowWeights>("weight show", "Weights other than 1");
}

}  // namespace fairlead::cli
