// `fairlead-master registry …`: backup and restore of the registry. Flags in, one line or one
// message out. Called by main() before any thread.
#pragma once

namespace fairlead {

/// `argv[1]` is "registry". The exit code.
int run_registry_command(int argc, const char* const* argv);

}  // namespace fairlead
