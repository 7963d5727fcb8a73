// Frameworks come, change their roles, connect and disconnect, are suppressed and go.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

Status on_framework_added(Context& context, const FrameworkAdded& event);
Status on_framework_changed(Context& context, const FrameworkChanged& event);
Status on_framework_activated(Context& context, const FrameworkActivated& event);
Status on_framework_removed(Context& context, const FrameworkRemoved& event);
/// An empty list of roles means all of them, here and in the next one.
Status on_roles_suppressed(Context& context, const RolesSuppressed& event);
Status on_roles_revived(Context& context, const RolesRevived& event);

}  // namespace fairlead::allocation
