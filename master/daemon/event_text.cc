#include "master/daemon/event_text.h"

#include <array>

namespace fairlead {
namespace {

/// What a kind says around its subject.
struct Phrase {
  std::string_view kind;
  std::string_view before;
  std::string_view after;
  bool text_is_name = false;  ///< the event's text names the subject; else it says why
};

constexpr std::array kAgentPhrases = {
    Phrase{"agent_added", "agent ", " joined the cluster: its resources are offered", true},
    Phrase{"agent_registered", "agent ", " registered", true},
    Phrase{"agent_refused", "a process that says to be agent ", " was refused"},
    Phrase{"agent_unreachable", "agent ",
           " was silent for too long and is unreachable; its tasks may still run", true},
    Phrase{"agent_gone", "agent ", " is gone, and so are its tasks"},
    Phrase{"agent_drained", "agent ", " is drained: nothing runs on it", true},
    Phrase{"agent_paused", "agent ", " gets no new tasks"},
    Phrase{"agent_resumed", "agent ", " takes new tasks again"},
    Phrase{"resources_converted", "agent ", " has other reservations or volumes"},
    Phrase{"volume_kept", "agent ", " could not remove a volume yet"},
    Phrase{"reservations_missing", "agent ", " has too little for what is reserved on it"},
};

constexpr std::array kFrameworkPhrases = {
    Phrase{"framework_added", "framework ", " was admitted", true},
    Phrase{"framework_subscribed", "framework ", " subscribed", true},
    Phrase{"framework_disconnected", "framework ",
           " lost its connection; its tasks run on until its failover timeout"},
    Phrase{"framework_removed", "framework ", " was removed and its tasks are killed"},
    Phrase{"reclaim_started", "framework ", " has to give back"},
    Phrase{"reclaim_ended", "framework ", " has nothing more to give back for a reclaim"},
};

constexpr std::array kWindowPhrases = {
    Phrase{"window_scheduled", "maintenance window ", " is scheduled"},
    Phrase{"window_begun", "maintenance window ", " has begun: its agents are drained"},
    Phrase{"window_ended", "maintenance window ",
           " is over: agents that it drained take new tasks again"},
    Phrase{"inverse_offer_accepted", "before maintenance window ", " begins a framework leaves"},
    Phrase{"inverse_offer_declined", "before maintenance window ",
           " begins a framework does not leave"},
};

/// "node-2 (a1b2)", or the id alone.
std::string named(std::string_view id, const std::string& name) {
  if (name.empty() || name == id) return std::string(id);
  return name + " (" + std::string(id) + ")";
}

std::string because(std::string_view why) {
  return why.empty() ? std::string() : ": " + std::string(why);
}

template <std::size_t N>
const Phrase* find(const std::array<Phrase, N>& phrases, std::string_view kind) {
  for (const Phrase& phrase : phrases) {
    if (phrase.kind == kind) return &phrase;
  }
  return nullptr;
}

std::string phrased(const Phrase& phrase, const KeptEvent& event, const std::string& name_now) {
  std::string text(phrase.before);
  text += named(event.subject, phrase.text_is_name ? std::string(event.text) : name_now);
  text += phrase.after;
  return phrase.text_is_name ? text : text + because(event.text);
}

std::string_view verb_of(TaskState state) {
  switch (state) {
    case TaskState::kStaging:
      return "waits for its agent:";
    case TaskState::kStarting:
      return "is starting on";
    case TaskState::kRunning:
      return "runs on";
    case TaskState::kKilling:
      return "is being killed on";
    case TaskState::kFinished:
      return "finished on";
    case TaskState::kFailed:
      return "failed on";
    case TaskState::kKilled:
      return "was killed on";
    case TaskState::kError:
      return "was refused, it was to run on";
    case TaskState::kDropped:
      return "was never started on";
    case TaskState::kUnreachable:
      return "is out of reach on";
    case TaskState::kGone:
      return "is gone, it ran on";
    case TaskState::kGoneByOperator:
      return "was given up together with agent";
    case TaskState::kUnknown:
      return "is not known on";
  }
  return "is in an unknown state on";
}

std::string task_sentence(const KeptEvent& event, const EventNames& names) {
  const KeptEvent::Task& task = *event.task;
  const std::string framework = names.framework_name_of(task.framework);
  const std::string host = task.agent.empty() ? "no agent" : names.hostname_of(task.agent);
  const bool is_launch = event.kind == "task_launched";
  std::string text = "task " + std::string(task.task) + " of ";
  text += framework.empty() ? std::string(task.framework) : framework;
  text += " (attempt " + std::to_string(task.attempt) + ") ";
  text += is_launch ? "was sent to" : verb_of(task.state);
  text += " " + (host.empty() ? std::string(task.agent) : host);
  if (!task.message.empty()) return text + because(task.message);
  const bool has_reason = task.reason != TaskReason::kNone;
  return has_reason ? text + because(to_string(task.reason)) : text;
}

}  // namespace

EventNames names_in(const master::MasterState& state) {
  EventNames names;
  names.hostname_of = [&state](std::string_view id) {
    const std::uint32_t slot = master::find_agent(state, {std::string(id)});
    return slot == master::kNoSlot ? std::string() : state.agents[slot].hostname();
  };
  names.framework_name_of = [&state](std::string_view id) {
    const std::uint32_t slot = master::find_framework(state, {std::string(id)});
    if (slot != master::kNoSlot) return state.frameworks[slot].info.name;
    for (const master::CompletedFramework& one : state.completed_frameworks) {
      if (one.info.id.text == id) return one.info.name;
    }
    return std::string();
  };
  return names;
}

std::string sentence_of(const KeptEvent& event, const EventNames& names) {
  if (event.task) return task_sentence(event, names);
  if (const Phrase* phrase = find(kAgentPhrases, event.kind)) {
    return phrased(*phrase, event, names.hostname_of(event.subject));
  }
  if (const Phrase* phrase = find(kFrameworkPhrases, event.kind)) {
    return phrased(*phrase, event, names.framework_name_of(event.subject));
  }
  if (const Phrase* phrase = find(kWindowPhrases, event.kind)) return phrased(*phrase, event, "");
  if (event.kind == "master_started") {
    return "a master leads cluster " + std::string(event.subject) + because(event.text);
  }
  if (event.kind == "removals_limited") {
    return "agents that are silent wait to be given up" + because(event.text);
  }
  if (event.kind == "allocator_reject") {
    return "the allocator refused an order" + because(event.text);
  }
  return std::string(event.kind) + " " + std::string(event.subject) + because(event.text);
}

}  // namespace fairlead
