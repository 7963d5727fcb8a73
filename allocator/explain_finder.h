// Tries changes on copies of the state, in the order in which they are handed in. Internal to
// allocator/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allocator/explain_parts.h"
#include "allocator/trial.h"

namespace fairlead::allocation {

/// What has to be done before any agent is looked at.
struct Opening {
  ChangeKind kind = ChangeKind::kConnect;
  std::string text;
  std::vector<Event> events;  ///< none: nothing has to
};

Opening opening_of(const Question& question);

/// Keeps the changes that admit a task, up to limits::kExplainChangesMax.
class Finder {
 public:
  /// Everything that is tried comes after the opening. What is handed in outlives it.
  Finder(const Question& question, Instant now, Opening opening, Explanation& explanation);

  Instant now() const { return now_; }
  const Question& question() const { return question_; }
  /// As many are found or were tried as may be.
  bool is_done() const;
  /// Whether the opening alone admits a task.
  bool try_opening();
  /// Whether `events`, one after the other, admit a task; only as many as are needed are kept.
  bool try_events(ChangeKind kind, const std::string& text, std::vector<Event> events,
                  Duration in = {});
  /// So many of `events` admit a task; nullopt when not even all of them do.
  std::optional<std::size_t> needed_of(const std::vector<Event>& events, Duration in);

 private:
  bool is_offered(const Trial& trial) const;
  void keep(ChangeKind kind, const std::string& text, std::vector<Event> events, Duration in);

  const Question& question_;
  Instant now_;
  Opening opening_;
  Explanation& explanation_;
  std::size_t tries_ = 0;
};

/// What somebody else can do about it: give an offer back, resume an agent, end something, bring
/// more agents.
void try_making_room(const Survey& survey, Finder& finder);

}  // namespace fairlead::allocation
