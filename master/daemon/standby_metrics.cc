#include "master/daemon/standby_metrics.h"

#include <string>
#include <utility>

#include "master/daemon/metric_family.h"

namespace fairlead {

HttpReply standby_metrics(const Standby& standby) {
  std::string text;
  append_leadership(text, standby.leader.epoch.number, false);
  MetricFamily(text, "standby_caught_up", "gauge", "1 while a standby has read the whole registry.")
      .sample(standby.is_caught_up ? 1 : 0);
  return {.body = std::move(text), .content_type = "text/plain"};
}

}  // namespace fairlead
