#include "allocator/lots.h"

namespace fairlead::allocation {

Resources cuttable(const Resources& resources, const DemandShape&, const RoleName& role) {
  Resources usable = usable_by(resources, role);
  std::erase_if(usable.lots, [](const Lot& lot) {
    return lot.kind.volume || lot.kind.shared || lot.kind.revocable;
  });
  return usable;
}

std::optional<Resources> cut_out(const Resources& resources, const DemandShape& shape,
                                 const RoleName& role) {
  return take(resources, shape.amounts, role);
}

}  // namespace fairlead::allocation
