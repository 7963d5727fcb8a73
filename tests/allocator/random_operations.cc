#include "tests/allocator/random_operations.h"

#include "common/common_part.h"
#include "common/resource_operation.h"

namespace fairlead {
namespace {

RoleName some_role(Draw& draw) {
  static constexpr const char* kRoles[] = {"a", "a", "a/x", "b"};
  return {kRoles[draw.below(4)]};
}

Amounts some_amounts(Draw& draw) {
  Amounts some = total(cpus_and_mem(500 * draw.below(4), 256 * draw.below(4)));
  some.scalars[StandardScalar::kDisk] = draw.below(3) == 0 ? 1 << 20 : 0;
  return some;
}

ResourceOperation some_operation(Draw& draw) {
  static constexpr std::int64_t kVolumeKib = 1 << 20;
  switch (draw.below(8)) {
    case 0:
    case 1:
    case 2:
      return operation::Reserve{some_amounts(draw), some_role(draw), {}, {"ops"}};
    case 3:
      return operation::Reserve{some_amounts(draw), {"a/x"}, {"a"}, {"ops"}};
    case 4:
    case 5:
      return operation::Unreserve{some_amounts(draw), some_role(draw)};
    case 6:
      return operation::CreateVolume{{"a"}, {"v", "data"}, kVolumeKib, draw.below(2) == 0};
    default:
      return operation::DestroyVolume{{"a"}, "v"};
  }
}

}  // namespace

void operation_event(AllocatorWorld& world, Draw& draw) {
  const std::uint32_t agent = draw.below(kAgents);
  const ResourceOperation operation = some_operation(draw);
  if (!world.totals.contains(agent)) return;
  Resources& total = world.totals.at(agent);
  Resources left = total;
  for (const auto& [key, held] : world.holdings) {
    if (std::get<0>(key) == agent) subtract(left, common_part(left, held));
  }
  Result<Conversion> done = convert(left, operation);
  if (!done || !convert(total, operation)) return;
  subtract(total, done->consumed);
  add(total, done->converted);
  world.step(allocation::AgentPaused{{agent}, "what is reserved is being changed"});
  world.step(allocation::AgentChanged{{agent}, total, *parse_attributes("rack:r1")});
  world.step(allocation::AgentResumed{{agent}});
}

}  // namespace fairlead
