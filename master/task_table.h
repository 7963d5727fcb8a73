// The tasks that the master answers for: launched and not yet both terminal and acknowledged.
// Compact on purpose (one task is one slot of 72 bytes, one text block and 10..20 bytes of index);
// what repeats is interned elsewhere and named by number. Owner: MasterState. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "common/allocator_events.h"
#include "common/block_pool.h"
#include "common/block_vector.h"
#include "common/packed_texts.h"
#include "common/slot_index.h"
#include "common/task.h"

namespace fairlead::master {

/// The texts of one task, in one block of the table's memory: a view that ends when the table
/// changes or erases them.
class TaskText {
 public:
  struct Parts {
    std::string_view id;              ///< at most 128 characters
    std::string_view name;            ///< cut to 256
    std::string_view container_path;  ///< cut to 1024
    std::string_view message;         ///< cut to 1024
  };

  TaskText() = default;
  /// Writes them, cut to their bounds, into a block of `memory`.
  TaskText(const Parts& parts, BlockPool& memory);
  /// REQUIRES the pool that it was made with, and that no copy is used any more.
  void give_back(BlockPool& memory);

  std::string_view id() const { return read(0); }
  std::string_view name() const { return read(1); }
  std::string_view container_path() const { return read(2); }
  std::string_view message() const { return read(3); }

 private:
  using Packing = TextPacking<4>;

  std::string_view read(std::size_t which) const {
    return block_ != nullptr ? Packing::read(block_, which) : std::string_view();
  }

  char* block_ = nullptr;
};

/// What was ordered of a task, for the agent that has not heard it.
struct KillOrder {
  TaskReason reason = TaskReason::kKilledByFramework;
  std::optional<Duration> grace;  ///< nullopt: the task's own
};

enum class ExitKind : std::uint8_t { kNone, kCode, kSignal };

struct TaskEntry {
  TaskText text;             ///< the table's own, see set_text()
  std::uint64_t update = 0;  ///< highest update number seen from the agent
  WallTime since;            ///< of the state
  std::uint32_t attempt = 0;
  AgentHandle agent;
  FrameworkHandle framework;
  std::uint32_t shape = kNoSlot;  ///< resources, in MasterState::shapes
  std::uint32_t role = kNoSlot;   ///< in MasterState::roles
  std::int32_t exit_value = 0;
  std::int32_t priority = 0;
  TaskState state = TaskState::kStaging;
  TaskReason reason = TaskReason::kNone;
  ExitKind exit_kind = ExitKind::kNone;
  bool kill_requested : 1 = false;  ///< see order_kill
  bool holds : 1 = true;            ///< its resources are still held by it
  bool missing : 1 = false;         ///< its agent's last registration does not list it
  bool is_hearsay : 1 = false;      ///< known by a registration that nobody has followed up yet
  bool is_told : 1 = false;         ///< what the agent said last was published
  // Links of the two lists that it is in; the table's own.
  std::uint32_t agent_next = kNoSlot, agent_previous = kNoSlot;
  std::uint32_t framework_next = kNoSlot, framework_previous = kNoSlot;
};
static_assert(sizeof(TaskEntry) <= 72, "a million tasks are a million times this");

class TaskTable {
 public:
  TaskTable() = default;
  TaskTable(const TaskTable&) = delete;
  TaskTable& operator=(const TaskTable&) = delete;
  ~TaskTable();

  /// Appends to the lists of its agent and its framework. O(1). Returns the slot.
  std::uint32_t insert(TaskEntry entry, const TaskText::Parts& text);
  /// REQUIRES a used slot. O(1).
  void erase(std::uint32_t slot);
  /// Longer texts are cut; the parts may be the task's own. REQUIRES a used slot and the id that it
  /// has.
  void set_text(std::uint32_t slot, const TaskText::Parts& text);

  TaskEntry& operator[](std::uint32_t slot) { return slots_[slot]; }
  const TaskEntry& operator[](std::uint32_t slot) const { return slots_[slot]; }

  /// Kept until the task is erased, for an agent that returns with it. The first reason is the
  /// task's; of several graces the shortest counts. REQUIRES a used slot.
  void order_kill(std::uint32_t slot, const KillOrder& order);
  /// REQUIRES kill_requested.
  const KillOrder& kill_of(std::uint32_t slot) const { return kills_.at(slot); }

  /// kNoSlot when there is none.
  std::uint32_t find(FrameworkHandle framework, std::string_view task, std::uint32_t attempt) const;
  /// Every attempt of the task that is in the table, lowest attempt first.
  std::vector<std::uint32_t> attempts(FrameworkHandle framework, std::string_view task) const;

  /// In order of insertion: for (s = first_of(a); s != kNoSlot; s = next_of_agent(s)).
  std::uint32_t first_of(AgentHandle agent) const;
  std::uint32_t first_of(FrameworkHandle framework) const;
  std::uint32_t next_of_agent(std::uint32_t slot) const { return slots_[slot].agent_next; }
  std::uint32_t next_of_framework(std::uint32_t slot) const { return slots_[slot].framework_next; }
  std::uint32_t count_of(AgentHandle agent) const;
  std::uint32_t count_of(FrameworkHandle framework) const;
  /// The same as vectors, for loops that change the table.
  std::vector<std::uint32_t> slots_of(AgentHandle agent) const;
  std::vector<std::uint32_t> slots_of(FrameworkHandle framework) const;

  std::size_t size() const { return index_.size(); }

 private:
  struct List {
    std::uint32_t first = kNoSlot;
    std::uint32_t last = kNoSlot;
    std::uint32_t count = 0;
  };

  static std::uint32_t hash_of(FrameworkHandle framework, std::string_view task);

  BlockPool texts_;
  std::map<std::uint32_t, KillOrder> kills_;  // by slot: few of many tasks
  BlockVector<TaskEntry> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<List> by_agent_;      // by AgentHandle::index
  std::vector<List> by_framework_;  // by FrameworkHandle::index
  SlotIndex index_;
};

}  // namespace fairlead::master
