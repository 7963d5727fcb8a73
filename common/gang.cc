#include "common/gang.h"

#include "common/limits.h"

namespace fairlead {

Status check_gang(const DemandShape& shape, const std::string& what) {
  const std::string where = "shape '" + shape.name + "'";
  if (shape.gang_size > limits::kLaunchesPerAcceptMax) {
    return invalid({.what = what,
                    .where = where,
                    .expected = "a gang of at most " +
                                std::to_string(limits::kLaunchesPerAcceptMax) + " tasks",
                    .got = std::to_string(shape.gang_size),
                    .hint = "one accept launches so many at most"});
  }
  if (shape.count % tasks_at_once(shape) == 0) return {};
  return invalid({.what = what,
                  .where = where,
                  .expected = "a count of whole gangs of " + std::to_string(shape.gang_size),
                  .got = std::to_string(shape.count),
                  .hint = "independent tasks are a shape of their own, without a gang size"});
}

}  // namespace fairlead
