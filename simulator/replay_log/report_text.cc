#include "common/date_text.h"
#include "simulator/replay_log/replay.h"
#include "simulator/report/format.h"

namespace fairlead::replay_log {
namespace {

using scenario::grouped;
using scenario::hex;

constexpr std::size_t kActionsShownMax = 20;

std::string counted(std::uint64_t number, const char* word) {
  return grouped(number) + " " + word + (number == 1 ? "" : "s");
}

std::string text_of(const Difference& first) {
  std::string text = "first difference: step " + grouped(first.step) + " after " +
                     scenario::short_span(first.after) + ": " + first.event + "\n";
  text += "  recorded: " + counted(first.recorded_actions, "action") + ", hash " +
          hex(first.recorded_hash) + "\n";
  text += "  now: " + counted(first.actions.size(), "action") + ", hash " + hex(first.hash) + "\n";
  for (std::size_t i = 0; i < first.actions.size(); ++i) {
    if (i == kActionsShownMax) return text + "    …\n";
    text += "    " + first.actions[i] + "\n";
  }
  return text;
}

}  // namespace

std::string text_of(const Report& report) {
  const AllocatorLogStart& start = report.start;
  std::string text = "allocator of cluster " + start.cluster.text + ", epoch " +
                     std::to_string(start.epoch.number) + ", fairlead " + start.program +
                     ", begun " + format_date(start.at) + "\n";
  text += counted(report.events, "event") + ", " + counted(report.actions, "action") + ", " +
          counted(report.offers, "offer") + " over " + scenario::short_span(report.span) + "\n";
  if (!report.damage.empty())
    text += "damaged: " + report.damage + "; replayed what is before it\n";
  text += "same decisions: " + grouped(report.same) + " of " + grouped(report.events) + "\n";
  if (report.first) text += text_of(*report.first);
  if (report.changes) text += text_of(*report.changes, report.events);
  return text;
}

}  // namespace fairlead::replay_log
