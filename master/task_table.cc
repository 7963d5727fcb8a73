#include "master/task_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/check.h"
#include "common/limits.h"

namespace fairlead::master {
namespace {

template <class List>
List& list_at(std::vector<List>& lists, std::uint32_t index) {
  if (index >= lists.size()) lists.resize(index + 1);
  return lists[index];
}

}  // namespace

TaskText::TaskText(const Parts& parts, BlockPool& memory) {
  Packing::Parts cut{parts.id.substr(0, limits::kIdCharsMax), parts.name.substr(0, 256),
                     parts.container_path.substr(0, 1024),
                     parts.message.substr(0, limits::kStatusMessageCharsMax)};
  block_ = memory.take(Packing::bytes_for(cut));
  Packing::write(cut, block_);
}

void TaskText::give_back(BlockPool& memory) {
  if (block_ != nullptr) memory.give_back(block_, Packing::bytes_at(block_));
  block_ = nullptr;
}

TaskTable::~TaskTable() {
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) slots_[slot].text.give_back(texts_);
}

void TaskTable::set_text(std::uint32_t slot, const TaskText::Parts& text) {
  TaskText old = std::exchange(slots_[slot].text, TaskText(text, texts_));
  old.give_back(texts_);
}

std::uint32_t TaskTable::hash_of(FrameworkHandle framework, std::string_view task) {
  return hash_text(task, (2166136261U ^ framework.index) * 16777619U);
}

std::uint32_t TaskTable::insert(TaskEntry entry, const TaskText::Parts& text) {
  entry.text = TaskText(text, texts_);
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  List& on_agent = list_at(by_agent_, entry.agent.index);
  List& of_framework = list_at(by_framework_, entry.framework.index);
  entry.agent_previous = on_agent.last;
  entry.framework_previous = of_framework.last;
  entry.agent_next = entry.framework_next = kNoSlot;
  (on_agent.last == kNoSlot ? on_agent.first : slots_[on_agent.last].agent_next) = slot;
  (of_framework.last == kNoSlot ? of_framework.first : slots_[of_framework.last].framework_next) =
      slot;
  on_agent.last = of_framework.last = slot;
  ++on_agent.count;
  ++of_framework.count;
  index_.insert(hash_of(entry.framework, entry.text.id()), slot);
  slots_[slot] = entry;
  return slot;
}

void TaskTable::order_kill(std::uint32_t slot, const KillOrder& order) {
  slots_[slot].kill_requested = true;
  auto [at, is_first] = kills_.try_emplace(slot, order);
  if (is_first || !order.grace) return;
  std::optional<Duration>& grace = at->second.grace;
  grace = std::min(grace.value_or(*order.grace), *order.grace);
}

void TaskTable::erase(std::uint32_t slot) {
  TaskEntry& entry = slots_[slot];
  index_.erase(hash_of(entry.framework, entry.text.id()), slot);
  List& on_agent = by_agent_[entry.agent.index];
  List& of_framework = by_framework_[entry.framework.index];
  auto unlink = [&](List& list, std::uint32_t previous, std::uint32_t next,
                    std::uint32_t TaskEntry::*next_link, std::uint32_t TaskEntry::*back_link) {
    (previous == kNoSlot ? list.first : slots_[previous].*next_link) = next;
    (next == kNoSlot ? list.last : slots_[next].*back_link) = previous;
    --list.count;
  };
  unlink(on_agent, entry.agent_previous, entry.agent_next, &TaskEntry::agent_next,
         &TaskEntry::agent_previous);
  unlink(of_framework, entry.framework_previous, entry.framework_next, &TaskEntry::framework_next,
         &TaskEntry::framework_previous);
  entry.text.give_back(texts_);
  if (entry.kill_requested) kills_.erase(slot);
  entry = TaskEntry{};
  free_.push_back(slot);
}

std::uint32_t TaskTable::find(FrameworkHandle framework, std::string_view task,
                              std::uint32_t attempt) const {
  return index_.find(hash_of(framework, task), [&](std::uint32_t slot) {
    const TaskEntry& entry = slots_[slot];
    return entry.framework == framework && entry.attempt == attempt && entry.text.id() == task;
  });
}

std::vector<std::uint32_t> TaskTable::attempts(FrameworkHandle framework,
                                               std::string_view task) const {
  std::vector<std::uint32_t> found;
  (void)index_.find(hash_of(framework, task), [&](std::uint32_t slot) {
    const TaskEntry& entry = slots_[slot];
    if (entry.framework == framework && entry.text.id() == task) found.push_back(slot);
    return false;
  });
  std::sort(found.begin(), found.end(), [&](std::uint32_t a, std::uint32_t b) {
    return slots_[a].attempt < slots_[b].attempt;
  });
  return found;
}

std::uint32_t TaskTable::first_of(AgentHandle agent) const {
  return agent.index < by_agent_.size() ? by_agent_[agent.index].first : kNoSlot;
}

std::uint32_t TaskTable::first_of(FrameworkHandle framework) const {
  return framework.index < by_framework_.size() ? by_framework_[framework.index].first : kNoSlot;
}

std::uint32_t TaskTable::count_of(AgentHandle agent) const {
  return agent.index < by_agent_.size() ? by_agent_[agent.index].count : 0;
}

std::uint32_t TaskTable::count_of(FrameworkHandle framework) const {
  return framework.index < by_framework_.size() ? by_framework_[framework.index].count : 0;
}

std::vector<std::uint32_t> TaskTable::slots_of(AgentHandle agent) const {
  std::vector<std::uint32_t> slots;
  slots.reserve(count_of(agent));
  for (std::uint32_t s = first_of(agent); s != kNoSlot; s = next_of_agent(s)) slots.push_back(s);
  return slots;
}

std::vector<std::uint32_t> TaskTable::slots_of(FrameworkHandle framework) const {
  std::vector<std::uint32_t> slots;
  slots.reserve(count_of(framework));
  for (std::uint32_t s = first_of(framework); s != kNoSlot; s = next_of_framework(s)) {
    slots.push_back(s);
  }
  return slots;
}

}  // namespace fairlead::master
