// The steps of a launch, which an accept of one agent and a gang's share: what offers hold
// together, what is wrong with a launch, the launch itself, and what of the offers is left.
#pragma once

#include <string>
#include <vector>

#include "master/context.h"

namespace fairlead::master {

/// Outstanding offers of one framework, one agent and one role, and what is left of them.
struct Bundle {
  std::vector<OfferId> offers;
  std::uint32_t agent = kNoSlot;
  RoleName role;
  Resources left;
  std::string problem;                   ///< empty: it can be used
  std::vector<HeldPriority> priorities;  ///< of what was launched, another than 0
};

Bundle gather(const Context& c, std::uint32_t framework, std::vector<OfferId> wanted);
/// Why nothing can be launched there; the reason is the status', the text the message. Empty: it
/// can.
struct Unusable {
  TaskReason reason = TaskReason::kInvalidOffers;
  std::string why;
};
Unusable why_unusable(const Context& c, const Bundle& bundle, const AcceptOffers& message);
/// Everything about one launch. It uses what `bundle` has left.
Status check_launch(const Context& c, std::uint32_t framework, const Bundle& bundle,
                    const TaskLaunch& launch);
/// What a launch takes of it: what is shared is there for the next one, too.
void take_from(Bundle& bundle, const Resources& resources);
/// REQUIRES check_launch(). Takes its resources from the bundle; `gang` not empty: the agent only
/// prepares it. Returns its slot.
std::uint32_t launch_task(Context& c, std::uint32_t framework, Bundle& bundle,
                          const TaskLaunch& launch, const GangId& gang);
/// The launch comes back: TASK_ERROR, or TASK_DROPPED where a bound was reached.
void refuse_launch(Context& c, std::uint32_t framework, const Bundle& bundle,
                   const TaskLaunch& launch, const Error& error);
/// It comes back as TASK_DROPPED.
void drop_launch(Context& c, std::uint32_t framework, const Bundle& bundle,
                 const TaskLaunch& launch, const Unusable& problem);
/// Tells the allocator offer by offer how much of it is used.
void resolve(Context& c, Bundle& bundle, Duration refuse_for);
/// All of it is unused, and not hidden from the framework.
void give_back(Context& c, const Bundle& bundle);

}  // namespace fairlead::master
