#include <set>

#include "simulator/replay_log/comparison.h"
#include "simulator/report/format.h"

namespace fairlead::replay_log {
namespace {

using scenario::grouped;

constexpr std::size_t kLinesShownMax = 10;

std::string amounts(const StandardAmounts& sum) {
  return to_string(sum, StandardAmounts{});
}

RoleTotals of_role(const std::map<RoleName, RoleTotals>& totals, const RoleName& role) {
  auto found = totals.find(role);
  return found != totals.end() ? found->second : RoleTotals{};
}

/// Two rows a role: as recorded, and with the policy.
std::string roles_text(const Changes& changes) {
  std::set<RoleName> roles;
  for (const auto& [role, totals] : changes.recorded) roles.insert(role);
  for (const auto& [role, totals] : changes.changed) roles.insert(role);
  scenario::Table table({"role", "", "offers", "offered", "used"}, {1, 3, 4});
  for (const RoleName& role : roles) {
    const RoleTotals was = of_role(changes.recorded, role);
    const RoleTotals is = of_role(changes.changed, role);
    table.add(
        {role.text, "recorded", grouped(was.offers), amounts(was.offered), amounts(was.used)});
    table.add({"", "with it", grouped(is.offers), amounts(is.offered), amounts(is.used)});
  }
  return table.text();
}

std::string lines_text(const char* head, const std::vector<std::string>& lines) {
  std::string text;
  const std::string blank(std::string_view(head).size(), ' ');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += std::string("  ") + (i == 0 ? head : blank.c_str());
    if (i == kLinesShownMax) return text + grouped(lines.size() - i) + " more\n";
    text += lines[i] + "\n";
  }
  return lines.empty() ? std::string("  ") + head + "nothing\n" : text;
}

std::string counts_text(const ChangedWorld::Counts& counts) {
  return "not applicable: answers " + grouped(counts.answers_left_out) +
         " (no such offer here), ends " + grouped(counts.ends_left_out) +
         " (never began here), events " + grouped(counts.rejected) +
         " (refused here)\nexpired: offers " + grouped(counts.expired) +
         " (that nobody was made in the record)\n";
}

}  // namespace

std::string text_of(const Changes& changes, std::uint64_t steps) {
  std::string text = "with the policy: " + grouped(changes.different) + " of " + grouped(steps) +
                     " steps are decided differently\n";
  text += roles_text(changes);
  text += counts_text(changes.counts);
  for (const ChangedStep& step : changes.first) {
    text += "step " + grouped(step.step) + " after " + scenario::short_span(step.after) + ": " +
            step.event + "\n";
    text += lines_text("recorded: ", step.recorded);
    text += lines_text("with it:  ", step.changed);
  }
  return text;
}

}  // namespace fairlead::replay_log
