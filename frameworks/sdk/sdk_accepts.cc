#include "frameworks/sdk/sdk_accepts.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/message_sizes.h"

namespace fairlead::sdk {
namespace {

Error conflict(const LaunchKey& key, const std::string& why) {
  return {ErrorCode::kConflict, "launch of task " + key.task.text + " attempt " +
                                    std::to_string(key.attempt) + " refused: " + why};
}

/// Attempts count up; one that repeats or goes back is the author's mistake.
std::optional<Error> why_no_such_launch(const SdkState& state, const LaunchKey& key) {
  if (key.attempt == 0) {
    return conflict(key, "attempts count from 1");
  }
  const auto same_or_later = state.launches.lower_bound(key);
  if (same_or_later != state.launches.end() && same_or_later->first.task == key.task) {
    return conflict(key, "attempt " + std::to_string(same_or_later->first.attempt) + " exists");
  }
  return std::nullopt;
}

/// Nothing may run twice: an older attempt must be over, or unreachable by the author's policy.
std::string why_not_now(const SdkState& state, const LaunchKey& key) {
  for (auto it = state.launches.lower_bound({key.task, 0});
       it != state.launches.end() && it->first < key; ++it) {
    if (it->second.record.state != TaskState::kUnreachable) {
      return "attempt " + std::to_string(it->first.attempt) +
             " may still run: " + to_string(it->second.record.state);
    }
  }
  return {};
}

void take_launch(Taking& taking, const TaskLaunch& launch, const AgentId& agent) {
  SdkState& state = taking.turn.state;
  const LaunchKey key{launch.spec.id, launch.attempt};
  LaunchEntry entry;
  entry.record = {.agent = agent, .spec_digest = spec_digest(launch.spec)};
  if (state.options.write_ahead) {
    taking.writes.push_back({launch_row_key(key), encode(entry.record)});
  }
  state.launches[key] = std::move(entry);
  taking.entry.launches.push_back(key);
  state.counters.launches += 1;
}

/// It comes back as kDropped. Until the scheduler's answer to that is durable, its record stands
/// beside the row in which the scheduler calls it launched: a life that ends in between leaves it
/// to the next one.
void drop_launch(Taking& taking, const TaskLaunch& launch, std::string why) {
  SdkState& state = taking.turn.state;
  const LaunchKey key{launch.spec.id, launch.attempt};
  if (state.options.write_ahead) {
    const LaunchRecord record{.agent = {}, .spec_digest = spec_digest(launch.spec)};
    taking.writes.push_back({launch_row_key(key), encode(record)});
  }
  state.notices.emplace_back(local_drop(taking.turn, key, {}, std::move(why)));
}

/// What stands against one launch: the author's mistake, or the world.
struct Hindrance {
  std::optional<Error> mistake;
  std::string dropped;  ///< why it comes back; empty: it may leave
};

Hindrance hindrance_of(const SdkState& state, const TaskLaunch& launch) {
  const LaunchKey key{launch.spec.id, launch.attempt};
  if (std::optional<Error> mistake = why_no_such_launch(state, key)) return {mistake, {}};
  return {{}, why_not_now(state, key)};
}

bool are_open(const SdkState& state, const std::vector<OfferId>& offers) {
  return !offers.empty() && state.phase == SessionPhase::kSubscribed &&
         std::ranges::all_of(offers, [&](OfferId offer) { return state.offers.contains(offer); });
}

/// Every offer that it names is still held.
bool is_open(const SdkState& state, const AcceptOffers& accept) {
  return are_open(state, accept.offers);
}

constexpr const char* kOfferGone = "an offer was gone before the launch was ordered";
constexpr const char* kTooLarge = "one accept cannot carry so many bytes of launches";

void forget_offers(SdkState& state, const std::vector<OfferId>& offers) {
  for (const OfferId offer : offers) {
    forget_offer(state, offer);
  }
}

/// Nothing of it can be used: what is still held of its offers goes back.
void give_back(Taking& taking, AcceptOffers accept) {
  SdkState& state = taking.turn.state;
  std::erase_if(accept.offers, [&](OfferId offer) { return !state.offers.contains(offer); });
  accept.launches.clear();
  forget_offers(state, accept.offers);
  if (!accept.offers.empty()) {
    taking.entry.messages.emplace_back(std::move(accept));
  }
}

/// Why the gang cannot leave; every launch of it that is no mistake of the author's comes back.
std::string why_not_together(const SdkState& state, const AcceptGang& gang) {
  std::size_t bytes = 0;
  std::set<TaskId> tasks;
  for (const AcceptOffers& part : gang.parts) {
    if (!is_open(state, part)) return kOfferGone;
    for (const TaskLaunch& launch : part.launches) {
      const std::string name = "task " + launch.spec.id.text + " of its gang: ";
      const Hindrance hindrance = hindrance_of(state, launch);
      if (hindrance.mistake) return name + hindrance.mistake->message;
      if (!hindrance.dropped.empty()) return name + hindrance.dropped;
      if (!tasks.insert(launch.spec.id).second) return name + "it is launched twice";
      bytes += encoded_bytes_max(launch.spec);
    }
  }
  return bytes > limits::kMessageBytesMax / 2 ? kTooLarge : "";
}

/// Why the operations cannot leave.
std::string why_not_done(const SdkState& state, const AcceptOperations& operations) {
  if (!are_open(state, operations.offers)) {
    return "an offer was gone before the operations were ordered";
  }
  if (operations.id.size() > limits::kIdCharsMax) return "its id has more than 128 characters";
  // What the master could not read would break the link again and again.
  for (const ResourceOperation& one : operations.operations) {
    if (Status valid = check_operation(one); !valid) return valid.error().message;
  }
  bool is_too_large = operations.operations.size() > limits::kOperationsPerAcceptMax ||
                      encoded_bytes_max(operations) > limits::kMessageBytesMax / 2;
  return is_too_large ? "one accept cannot carry so many operations" : "";
}

}  // namespace

void take(Taking& taking, AcceptOffers accept) {
  SdkState& state = taking.turn.state;
  const bool all_open = is_open(state, accept);
  std::vector<TaskLaunch> launches;
  std::size_t bytes = 0;
  for (TaskLaunch& launch : accept.launches) {
    bytes += encoded_bytes_max(launch.spec);
    Hindrance hindrance = hindrance_of(state, launch);
    if (hindrance.mistake) {
      state.notices.emplace_back(FrameworkRefused{*std::move(hindrance.mistake), false});
    } else if (!hindrance.dropped.empty()) {
      drop_launch(taking, launch, std::move(hindrance.dropped));
    } else if (bytes > limits::kMessageBytesMax / 2) {
      drop_launch(taking, launch, kTooLarge);
    } else if (!all_open) {
      drop_launch(taking, launch, kOfferGone);
    } else {
      take_launch(taking, launch, state.offers.at(accept.offers.front()).agent);
      launches.push_back(std::move(launch));
    }
  }
  if (!all_open) return give_back(taking, std::move(accept));
  taking.demand_due.insert(state.offers.at(accept.offers.front()).role);
  accept.launches = std::move(launches);
  forget_offers(state, accept.offers);
  taking.entry.messages.emplace_back(std::move(accept));
}

void take(Taking& taking, AcceptGang gang) {
  SdkState& state = taking.turn.state;
  const std::string why = why_not_together(state, gang);
  for (AcceptOffers& part : gang.parts) {
    for (const TaskLaunch& launch : part.launches) {
      Hindrance hindrance = hindrance_of(state, launch);
      if (hindrance.mistake) {
        state.notices.emplace_back(FrameworkRefused{*std::move(hindrance.mistake), false});
      } else if (!why.empty()) {
        drop_launch(taking, launch, why);
      } else {
        take_launch(taking, launch, state.offers.at(part.offers.front()).agent);
      }
    }
    if (!why.empty()) {
      give_back(taking, std::move(part));
    } else {
      taking.demand_due.insert(state.offers.at(part.offers.front()).role);
    }
  }
  if (!why.empty()) return;
  for (const AcceptOffers& part : gang.parts) {
    forget_offers(state, part.offers);
  }
  taking.entry.messages.emplace_back(std::move(gang));
}

void take(Taking& taking, AcceptOperations operations) {
  SdkState& state = taking.turn.state;
  const std::string why = why_not_done(state, operations);
  if (!why.empty()) {
    state.notices.emplace_back(OperationsAnswer{operations.id, {}, why});
    return give_back(taking,
                     {.offers = std::move(operations.offers), .launches = {}, .refuse_for = {}});
  }
  taking.demand_due.insert(state.offers.at(operations.offers.front()).role);
  forget_offers(state, operations.offers);
  taking.entry.messages.emplace_back(std::move(operations));
}

}  // namespace fairlead::sdk
