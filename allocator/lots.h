// Which lots of an agent may go to whom, whatever is free there.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// The lots out of which one task of the shape may be cut for the role.
Resources cuttable(const Resources& resources, const DemandShape& shape, const RoleName& role);
/// One task's worth of the shape; nullopt when it does not fit.
std::optional<Resources> cut_out(const Resources& resources, const DemandShape& shape,
                                 const RoleName& role);

}  // namespace fairlead::allocation
