// AcceptOffers: every launch is validated on its own; what is wrong with one does not touch others.
#include "master/handlers.h"
#include "master/launch_steps.h"

namespace fairlead::master {

void on_accept(Context& c, std::uint32_t framework, const AcceptOffers& message) {
  Bundle bundle = gather(c, framework, message.offers);
  const Unusable problem = why_unusable(c, bundle, message);
  if (!problem.why.empty()) {
    give_back(c, bundle);
    count_reject(c, reject::kOfferUnknown);
    for (const TaskLaunch& launch : message.launches) {
      drop_launch(c, framework, bundle, launch, problem);
    }
    return;
  }
  for (const TaskLaunch& launch : message.launches) {
    Status checked = check_launch(c, framework, bundle, launch);
    if (checked) {
      launch_task(c, framework, bundle, launch, {});
    } else {
      refuse_launch(c, framework, bundle, launch, checked.error());
    }
  }
  resolve(c, bundle, message.refuse_for);
}

}  // namespace fairlead::master
