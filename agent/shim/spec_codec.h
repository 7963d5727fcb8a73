// What the agent hands to a shim, and what a shim leaves behind, as bytes. Decoders take anything:
// damaged bytes give kCorrupt, bytes of a newer format kUnsupported, never a crash. Pure.
#pragma once

#include "agent/shim/fields.h"
#include "common/container.h"
#include "isolators/plan.h"

namespace fairlead::shim {

/// Everything that a shim needs; it plans for itself, from the same pure function as the agent.
struct LaunchDescription {
  ContainerSpec spec;
  isolators::HostFacts host;
  std::string cgroup_parent;
  friend bool operator==(const LaunchDescription&, const LaunchDescription&) = default;
};

/// `<meta>/started`, and the first message on the ready pipe.
struct Started {
  ShimIdentity shim;
  std::int32_t init_pid = 0;  ///< the container's pid 1, as the host sees it
  friend bool operator==(const Started&, const Started&) = default;
};

inline constexpr std::size_t kDocumentBytesMax = 8 << 20;  // kMessageBytesMax with room to spare

Bytes encode(const LaunchDescription& launch);
Bytes encode(const ShimIdentity& identity);
Bytes encode(const Started& started);
Bytes encode(const ContainerExit& exit);

Result<LaunchDescription> decode_launch(BytesView bytes);
Result<ShimIdentity> decode_identity(BytesView bytes);
Result<Started> decode_started(BytesView bytes);
Result<ContainerExit> decode_exit(BytesView bytes);

}  // namespace fairlead::shim
