#include "common/reclaim.h"

#include <algorithm>
#include <numeric>

#include "common/check.h"
#include "common/limits.h"
#include "common/standard_amounts.h"

namespace fairlead {
namespace {

StandardAmounts sum_of(StandardAmounts a, const StandardAmounts& b) {
  add(a, b);
  return a;
}

/// True when the task has some of what is lacking beyond what was taken already.
bool helps(const StandardAmounts& task, const StandardAmounts& taken,
           const StandardAmounts& lacking) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (task[i] > 0 && taken[i] < lacking[i]) return true;
  }
  return false;
}

/// Small tasks that were taken first can leave no room below `most` for the one that would do.
std::vector<std::size_t> one_that_suffices(const std::vector<EndableTask>& tasks,
                                           const std::vector<std::size_t>& order,
                                           const ReclaimNeed& need) {
  for (std::size_t task : order) {
    const StandardAmounts& amounts = tasks[task].amounts;
    if (is_within(need.lacking, amounts) && is_within(amounts, need.most)) return {task};
  }
  return {};
}

}  // namespace

const char* to_string(ReclaimKind kind) {
  switch (kind) {
    case ReclaimKind::kGuarantee:
      return "guarantee";
    case ReclaimKind::kPriority:
      return "priority";
    case ReclaimKind::kFairness:
      return "fairness";
  }
  unreachable("every ReclaimKind has a name");
}

StandardAmounts reclaimable(const Resources& resources) {
  for (const Lot& lot : resources.lots) {
    if (lot.kind == LotKind{}) return lot.amounts.scalars.standard;
  }
  return {};
}

std::string to_string(const ReclaimNeed& need) {
  StandardAmounts unbounded;
  unbounded.fill(limits::kQuantityMax);
  std::string text = to_string(need.lacking, StandardAmounts{});
  return need.most == unbounded ? text : text + ", at most " + to_string(need.most, unbounded);
}

std::vector<std::size_t> choose_tasks_to_end(const std::vector<EndableTask>& tasks,
                                             const ReclaimNeed& need) {
  if (need.lacking == StandardAmounts{}) return {};
  std::vector<std::size_t> order(tasks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (tasks[a].priority != tasks[b].priority) return tasks[a].priority < tasks[b].priority;
    if (tasks[a].age != tasks[b].age) return tasks[a].age > tasks[b].age;
    return a > b;
  });
  std::vector<std::size_t> chosen;
  StandardAmounts taken{};
  for (std::size_t task : order) {
    if (is_within(need.lacking, taken)) break;
    const StandardAmounts& amounts = tasks[task].amounts;
    if (!helps(amounts, taken, need.lacking) || !is_within(sum_of(taken, amounts), need.most)) {
      continue;
    }
    add(taken, amounts);
    chosen.push_back(task);
  }
  if (!is_within(need.lacking, taken)) return one_that_suffices(tasks, order, need);
  // What was taken for a little of one resource may be covered by what had to be taken later. The
  // one that should end least is let off first.
  for (std::size_t i = chosen.size(); i-- > 0;) {
    StandardAmounts without = taken;
    subtract(without, tasks[chosen[i]].amounts);
    if (!is_within(need.lacking, without)) continue;
    taken = without;
    chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return chosen;
}

}  // namespace fairlead
