#include "allocator/explain_finder.h"

#include <algorithm>
#include <utility>

#include "allocator/demand.h"
#include "allocator/gangs.h"
#include "allocator/quota.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// The limits on the way up that one task, or gang, passes, raised as far as it needs.
void add_limits(const Question& question, Opening& opening) {
  const StandardAmounts need = needed_at_once(question.shape);
  RoleIndex at = client_of(question.state, question.client).role;
  for (; at != kRootRole; at = role_of(question.state, at).parent) {
    const RoleNode& role = role_of(question.state, at);
    if (role.quota == nullptr) continue;
    Quota raised = role.quota->quota;
    StandardAmounts more{};
    StandardAmounts consumed = consumption(question.state, at);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      std::int64_t added = std::max<std::int64_t>(0, need[i] - role.quota->idle_reserved[i]);
      if (added == 0 || raised.limits[i] == kNoLimit) continue;
      more[i] = std::max<std::int64_t>(0, consumed[i] + added - raised.limits[i]);
      raised.limits[i] += more[i];
    }
    if (more == StandardAmounts{}) continue;
    opening.kind = ChangeKind::kRaiseLimit;
    opening.text += (opening.text.empty() ? "" : ", and ") +
                    std::string("raise the limit of role ") + role.path.text + " by " +
                    to_string(more, {});
    opening.events.push_back(QuotaSet{role.path, raised});
  }
}

}  // namespace

Opening opening_of(const Question& question) {
  Opening opening;
  const Client& client = client_of(question.state, question.client);
  const Framework& framework = framework_of(question.state, client.framework);
  if (!framework.active) {
    opening.kind = ChangeKind::kConnect;
    opening.text = "connect framework " + framework.id.text;
    opening.events.push_back(FrameworkActivated{client.framework, true});
  }
  if (client.suppressed) {
    opening.kind = ChangeKind::kRevive;
    opening.text +=
        (opening.text.empty() ? "" : ", and ") + std::string("revive role ") + question.role.text;
    opening.events.push_back(RolesRevived{client.framework, {question.role}});
  }
  add_limits(question, opening);
  return opening;
}

Finder::Finder(const Question& question, Instant now, Opening opening, Explanation& explanation)
    : question_(question), now_(now), opening_(std::move(opening)), explanation_(explanation) {}

bool Finder::is_done() const {
  return explanation_.changes.size() >= limits::kExplainChangesMax ||
         tries_ >= limits::kExplainTriesMax;
}

bool Finder::try_opening() {
  bool admits = !opening_.events.empty() && needed_of({}, {}).has_value();
  if (admits) keep(opening_.kind, opening_.text, opening_.events, {});
  return admits;
}

bool Finder::try_events(ChangeKind kind, const std::string& text, std::vector<Event> events,
                        Duration in) {
  std::optional<std::size_t> needed = is_done() ? std::nullopt : needed_of(events, in);
  if (!needed) return false;
  events.resize(*needed);
  events.insert(events.begin(), opening_.events.begin(), opening_.events.end());
  keep(kind, opening_.text.empty() ? text : opening_.text + ", and " + text, std::move(events), in);
  return true;
}

std::optional<std::size_t> Finder::needed_of(const std::vector<Event>& events, Duration in) {
  ++tries_;
  Trial trial(question_.state);
  for (const Event& event : opening_.events) trial.step(now_ + in, event);
  if (is_offered(trial)) return 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    trial.step(now_ + in, events[i]);
    if (is_offered(trial)) return i + 1;
  }
  return std::nullopt;
}

bool Finder::is_offered(const Trial& trial) const {
  const Client& before = client_of(question_.state, question_.client);
  const Client& after = client_of(trial.state(), question_.client);
  const WantedShape* wanted = find_shape(after, question_.shape.name);
  return wanted != nullptr && wanted->offered > find_shape(before, question_.shape.name)->offered;
}

void Finder::keep(ChangeKind kind, const std::string& text, std::vector<Event> events,
                  Duration in) {
  explanation_.changes.push_back(
      {.kind = kind, .text = text, .in = in, .events = std::move(events)});
}

}  // namespace fairlead::allocation
