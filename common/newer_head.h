// How a store says that another leader wrote: the core steps down then. A value.
#pragma once

namespace fairlead {

/// A refusal's reason that begins so means: the registry has a newer head.
inline constexpr const char* kNewerHead = "newer head";

}  // namespace fairlead
