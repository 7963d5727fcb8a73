#include "simulator/replay_log/names.h"

#include "common/attributes.h"
#include "common/parse_units.h"
#include "common/resources.h"

namespace fairlead::replay_log {
namespace {

std::string text_of(const std::vector<RoleName>& roles) {
  if (roles.empty()) return "all roles";
  std::string text = roles.size() == 1 ? "role" : "roles";
  for (const RoleName& role : roles) text += " " + role.text;
  return text;
}

std::string amounts_of(const Resources& resources) {
  return resources.is_zero() ? "nothing" : to_string(resources);
}

std::string amounts_of(const StandardAmounts& amounts) {
  return to_string(amounts, StandardAmounts{});
}

std::string span_of(Duration span) {
  return span < Duration{} ? "-" + format_duration(span * -1) : format_duration(span);
}

/// One line for each kind of event.
struct EventText {
  const Names& names;

  std::string operator()(const allocation::AgentAdded& one) const {
    return "agent " + names.of(one.agent) + " comes with " + amounts_of(one.total) + ", " +
           std::to_string(one.holdings.size()) + " holdings" +
           (one.offers_paused ? ", paused" : "");
  }
  std::string operator()(const allocation::AgentChanged& one) const {
    return "agent " + names.of(one.agent) + " has " + amounts_of(one.total) + " now";
  }
  std::string operator()(const allocation::AgentRemoved& one) const {
    return "agent " + names.of(one.agent) + " goes";
  }
  std::string operator()(const allocation::AgentPaused& one) const {
    return "agent " + names.of(one.agent) + " is paused: " + one.why;
  }
  std::string operator()(const allocation::AgentResumed& one) const {
    return "agent " + names.of(one.agent) + " goes on";
  }
  std::string operator()(const allocation::FrameworkAdded& one) const {
    return "framework " + names.of(one.framework) + " comes with " + text_of(one.roles) +
           (one.active ? "" : ", not connected");
  }
  std::string operator()(const allocation::FrameworkChanged& one) const {
    return "framework " + names.of(one.framework) + " has " + text_of(one.roles) + " now";
  }
  std::string operator()(const allocation::FrameworkActivated& one) const {
    return "framework " + names.of(one.framework) + (one.active ? " connects" : " disconnects");
  }
  std::string operator()(const allocation::FrameworkRemoved& one) const {
    return "framework " + names.of(one.framework) + " goes";
  }
  std::string operator()(const allocation::DemandSet& one) const {
    std::string text =
        "framework " + names.of(one.framework) + " wants in role " + one.role.text + ":";
    for (const DemandShape& shape : one.shapes) {
      text += " " + std::to_string(shape.count) + " " + shape.name + " of " +
              amounts_of(plain(shape.amounts));
    }
    return one.shapes.empty() ? text + " nothing" : text;
  }
  std::string operator()(const allocation::OfferResolved& one) const {
    return "offer " + std::to_string(one.offer.number) +
           (one.expired    ? " expires"
            : one.declined ? " is declined"
                           : " is answered, used: " + amounts_of(one.used)) +
           ", hidden for " + span_of(one.refuse_for);
  }
  std::string operator()(const allocation::HoldingFreed& one) const {
    return "framework " + names.of(one.holding.framework) + " gives back " +
           amounts_of(one.holding.resources) + " of role " + one.holding.role.text + " on agent " +
           names.of(one.agent);
  }
  std::string operator()(const allocation::RolesSuppressed& one) const {
    return "framework " + names.of(one.framework) + " suppresses " + text_of(one.roles);
  }
  std::string operator()(const allocation::RolesRevived& one) const {
    return "framework " + names.of(one.framework) + " revives " + text_of(one.roles);
  }
  std::string operator()(const allocation::WeightSet& one) const {
    return "role " + one.role.text + " has weight " +
           scalar_to_string("cpus", one.weight_milli);  // thousandths, too
  }
  std::string operator()(const allocation::QuotaSet& one) const {
    return "role " + one.role.text +
           " has quota: " + (one.quota.is_none() ? std::string("none") : to_string(one.quota));
  }
  std::string operator()(const allocation::TimePassed&) const { return "time passes"; }
  std::string operator()(const allocation::WhitelistSet& one) const {
    return one.hostnames ? std::to_string(one.hostnames->size()) + " hosts may make offers"
                         : "all hosts may make offers";
  }
  std::string operator()(const allocation::AgentsAwaited& one) const {
    return one.awaited ? "agents are awaited" : "no agent is awaited";
  }
};

struct ActionText {
  const Names& names;
  bool with_numbers = true;

  std::string numbered(const char* word, std::uint64_t number) const {
    return with_numbers ? std::string(word) + " " + std::to_string(number) : word;
  }

  std::string operator()(const allocation::MakeOffer& one) const {
    return numbered("offer", one.offer.number) + " to " + names.of(one.framework) + " in role " +
           one.role.text + " on " + names.of(one.agent) + ": " + amounts_of(*one.resources);
  }
  std::string operator()(const allocation::RescindOffer& one) const {
    return numbered("rescind", one.offer.number) + " of " + names.of(one.framework) + ": " +
           one.reason;
  }
  std::string operator()(const allocation::RejectEvent& one) const {
    return "reject: " + one.error.message;
  }
  std::string operator()(const allocation::Reclaim& one) const {
    return numbered("reclaim", one.id.number) + " (" + to_string(one.kind) + ") from " +
           names.of(one.victim) + " in role " + one.victim_role.text + " on " +
           names.of(one.agent) + ": " + amounts_of(one.amounts) + " for " + one.shape + " of " +
           names.of(one.beneficiary);
  }
  std::string operator()(const allocation::ReclaimEnded& one) const {
    return numbered("reclaim", one.id.number) + " ended: " + one.why;
  }
  std::string operator()(const allocation::DemandImpossible& one) const {
    return "impossible: " + one.shape + " of " + names.of(one.framework) + " in role " +
           one.role.text + ": " + (one.why.empty() ? "not any more" : one.why);
  }
};

std::string name_in(const std::map<std::uint32_t, std::string>& names, const char* kind,
                    std::uint32_t index) {
  auto found = names.find(index);
  return found != names.end() ? found->second : kind + std::to_string(index);
}

}  // namespace

void Names::note(const allocation::Event& event) {
  if (const auto* agent = std::get_if<allocation::AgentAdded>(&event)) {
    agents_[agent->agent.index] = std::string(agent->text.id());
  } else if (const auto* framework = std::get_if<allocation::FrameworkAdded>(&event)) {
    frameworks_[framework->framework.index] = framework->id.text;
  }
}

std::string Names::of(AgentHandle agent) const {
  return name_in(agents_, "agent#", agent.index);
}

std::string Names::of(FrameworkHandle framework) const {
  return name_in(frameworks_, "framework#", framework.index);
}

std::string Names::text(const allocation::Event& event) const {
  return std::visit(EventText{*this}, event);
}

std::string Names::text(const allocation::Action& action) const {
  return std::visit(ActionText{*this}, action);
}

std::string Names::unnumbered(const allocation::Action& action) const {
  return std::visit(ActionText{*this, false}, action);
}

}  // namespace fairlead::replay_log
