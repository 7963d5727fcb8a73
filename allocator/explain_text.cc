#include <algorithm>

#include "allocator/explain.h"
#include "allocator/explain_words.h"

namespace fairlead {

const char* to_string(WaitReason reason) {
  switch (reason) {
    case WaitReason::kPaused:
      return "paused";
    case WaitReason::kConstraint:
      return "constraint";
    case WaitReason::kNeverFits:
      return "never_fits";
    case WaitReason::kReserved:
      return "reserved";
    case WaitReason::kNotEnough:
      return "not_enough";
    case WaitReason::kAccumulated:
      return "accumulated";
    case WaitReason::kFiltered:
      return "filtered";
    case WaitReason::kBackedOff:
      return "backed_off";
    case WaitReason::kSpread:
      return "spread";
    case WaitReason::kHeld:
      return "held";
    case WaitReason::kFits:
      return "fits";
  }
  unreachable("every WaitReason is handled");
}

const char* to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kWait:
      return "wait";
    case ChangeKind::kConnect:
      return "connect";
    case ChangeKind::kRevive:
      return "revive";
    case ChangeKind::kSpread:
      return "spread";
    case ChangeKind::kDropConstraint:
      return "drop_constraint";
    case ChangeKind::kReduceShape:
      return "reduce_shape";
    case ChangeKind::kReturnOffer:
      return "return_offer";
    case ChangeKind::kResumeAgent:
      return "resume_agent";
    case ChangeKind::kRaiseLimit:
      return "raise_limit";
    case ChangeKind::kFree:
      return "free";
    case ChangeKind::kAddAgents:
      return "add_agents";
  }
  unreachable("every ChangeKind is handled");
}

namespace {

const char* verb_of(WaitReason reason) {
  if (reason == WaitReason::kPaused) return ": ";
  return reason == WaitReason::kConstraint ? ", needs " : ", lacks ";
}

std::string text_of(const AgentVerdict& verdict) {
  std::string text = verdict.agent.text + " (" + to_string(verdict.reason) + ")";
  if (!verdict.missing.empty()) text += verb_of(verdict.reason) + verdict.missing;
  return text + "\n";
}

std::string text_of(const AgentHolder& holder) {
  std::string text = holder.name;
  if (!holder.held.is_zero()) text += " holds " + to_string(holder.held);
  if (holder.offered.is_zero()) return text;
  return text + (holder.held.is_zero() ? "" : " and") + " is offered " + to_string(holder.offered) +
         " for " + allocation::span_text(holder.offered_for);
}

std::string text_of(const HeldAgent& held) {
  std::string text = "on " + held.agent.text + ", which lacks " + held.missing + ":";
  for (std::size_t i = 0; i < held.holders.size(); ++i) {
    text += (i == 0 ? " " : ", ") + text_of(held.holders[i]);
  }
  if (held.left_out > 0) text += ", " + allocation::counted(held.left_out, "other");
  return text + "\n";
}

std::string text_of(const RoleHold& role, const std::string& resource) {
  std::string text = role.role.text + " " + scalar_to_string(resource, role.amount) + " (" +
                     std::to_string(role.per_mille) + "/1000, fair " +
                     std::to_string(role.fair_per_mille);
  if (role.guarantee > 0) text += ", guaranteed " + scalar_to_string(resource, role.guarantee);
  return text + ")";
}

}  // namespace

std::string to_text(const Explanation& explanation) {
  std::string text = "shape " + explanation.shape + ": " + std::to_string(explanation.wanted) +
                     " wanted, " + std::to_string(explanation.offered) + " offered\n";
  if (!explanation.gate.empty()) text += "waits because " + explanation.gate + "\n";
  text += "of " + std::to_string(explanation.agents) + " agents:";
  for (std::size_t i = 0; i < kWaitReasons; ++i) {
    if (explanation.counts[i] == 0) continue;
    text += std::string(" ") + to_string(static_cast<WaitReason>(i)) + "=" +
            std::to_string(explanation.counts[i]);
  }
  text += "\n";
  if (explanation.gang_size > 0) text += gang_text(explanation) + "\n";
  if (!explanation.scarcest.empty()) text += "scarcest: " + explanation.scarcest + "\n";
  if (!explanation.nearest.empty()) text += "nearest: " + text_of(explanation.nearest.front());
  if (!explanation.accumulating_on.empty()) {
    text += "kept free for it: " + explanation.accumulating_on + "\n";
  }
  if (!explanation.before.empty()) {
    text += "before it:";
    for (const std::string& name : explanation.before) text += " " + name;
    text += "\n";
  }
  return text;
}

std::string to_long_text(const Explanation& explanation) {
  std::string text;
  for (const AgentVerdict& verdict : explanation.listed) text += "agent " + text_of(verdict);
  for (const HeldAgent& held : explanation.holders) text += text_of(held);
  for (std::size_t i = 0; i < explanation.roles.size(); ++i) {
    text += (i == 0 ? "most " + explanation.scarcest + ": " : ", ") +
            text_of(explanation.roles[i], explanation.scarcest);
  }
  if (!explanation.roles.empty()) text += "\n";
  if (explanation.debt != StandardAmounts{}) {
    text += "counts beside its share, for offers that it held for long: " +
            to_string(explanation.debt, {}) + "\n";
  }
  const std::string admit =
      explanation.gang_size > 0 ? "would admit a gang: " : "would admit one: ";
  for (const AdmittingChange& change : explanation.changes) text += admit + change.text + "\n";
  if (!explanation.no_change.empty()) text += admit + explanation.no_change + "\n";
  for (const Outlook& one : explanation.outlook) text += "when: " + one.text + "\n";
  return text;
}

namespace allocation {

std::string span_text(Duration span) {
  std::int64_t ms = std::max<std::int64_t>(0, span.ms());
  if (ms < 1'000) return std::to_string(ms) + " ms";
  if (ms < 10'000 && ms % 1'000 >= 100) {
    return std::to_string(ms / 1'000) + "." + std::to_string(ms % 1'000 / 100) + " s";
  }
  if (ms < 120'000) return std::to_string(ms / 1'000) + " s";
  if (ms < 120 * 60'000) return std::to_string(ms / 60'000) + " min";
  return std::to_string(ms / 3'600'000) + " h";
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace allocation
}  // namespace fairlead
