// What an agent's launcher and a shim agree on beside the bytes of spec_codec.h: descriptors,
// file names, signals. Both sides may be of neighbouring versions; change nothing here, only add.
#pragma once

#include <csignal>

namespace fairlead::shim {

inline constexpr int kLaunchDescriptor = 3;  ///< a memory file with the LaunchDescription
inline constexpr int kReadyDescriptor = 4;   ///< pipe to the agent: one `Started`; or one
                                             ///< `ContainerExit` when it cannot be left on disk
inline constexpr int kLockDescriptor = 5;  ///< `<meta>/shim`, under flock as long as the shim lives

inline constexpr const char* kIdentityFile = "shim";    ///< ShimIdentity
inline constexpr const char* kStartedFile = "started";  ///< Started
inline constexpr const char* kExitFile = "exit";  ///< ContainerExit; complete when it is there

inline constexpr int kStopSignal = SIGTERM;  ///< forwarded to the task's process group
inline constexpr int kKillSignal = SIGUSR1;  ///< ends everything inside at once

}  // namespace fairlead::shim
