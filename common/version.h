// The version of this build, for `--version`, registrations and the API. It comes from project()
// in the root's CMakeLists.txt and from nowhere else; wire and disk formats have numbers of their
// own. Thread-safe.
#pragma once

namespace fairlead {

/// "0.1.0".
const char* version();

}  // namespace fairlead
