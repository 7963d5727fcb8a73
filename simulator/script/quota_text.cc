#include "simulator/script/quota_text.h"

namespace fairlead {

std::string quota_line(const RoleQuotaUse& use) {
  return "role " + use.role.text + ": " + to_string(use.quota) + ", consumed " +
         to_string(use.consumed, {}) + ", held " + to_string(use.held, {});
}

std::vector<std::string> what_if_lines(const WhatIf& found, const ScriptNames& names) {
  auto offer_text = [&](const OutstandingOffer& one) {
    return names.frameworks[one.framework.index] + " as " + one.role.text + " on " +
           names.agents[one.agent.index] + ": " + to_string(one.resources);
  };
  std::vector<std::string> lines;
  for (const WouldRescind& one : found.rescinded) {
    lines.push_back("would rescind " + std::to_string(one.offer.offer.number) + " of " +
                    offer_text(one.offer) + ": " + one.reason);
  }
  for (const OutstandingOffer& one : found.offered) {
    lines.push_back("would offer -> " + offer_text(one));
  }
  for (const TurnMoved& one : found.delayed) {
    lines.push_back("later " + one.role.text + ": " + one.why);
  }
  for (const TurnMoved& one : found.sooner) {
    lines.push_back("sooner " + one.role.text + ": " + one.why);
  }
  for (const OverLimit& one : found.over_limit) {
    std::string line = "over its limit " + one.role.text + " by " + to_string(one.excess, {});
    for (const Holder& holder : one.holders) {
      line += ", " + names.frameworks[holder.framework.index] + " as " + holder.role.text +
              " holds " + to_string(holder.held, {});
    }
    lines.push_back(std::move(line));
  }
  if (lines.empty()) lines.emplace_back("nothing would change");
  return lines;
}

}  // namespace fairlead
