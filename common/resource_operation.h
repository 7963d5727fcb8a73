// Operations on what an agent has: reserving for a role and taking that back, making a persistent
// volume of reserved disk and destroying it. An operation converts lots into others; how much there
// is of everything stays the same. Pure functions of values: who may ask, and whether somebody uses
// what is converted, is decided by the master (docs/decisions/0043-reservations-and-volumes.md).
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "common/resources.h"

namespace fairlead {
namespace operation {

/// Amounts that belong to `from` come to belong to `role`, one level above what is there.
struct Reserve {
  Amounts amounts;      ///< ranges and sets by value: these ports
  RoleName role;        ///< below `from`
  RoleName from;        ///< whose they are now; empty: nobody's
  Principal principal;  ///< who asks
  friend bool operator==(const Reserve&, const Reserve&) = default;
};

/// The last level of amounts that are reserved for `role` by an operation is taken away.
struct Unreserve {
  Amounts amounts;
  RoleName role;
  friend bool operator==(const Unreserve&, const Unreserve&) = default;
};

/// Disk that is reserved for `role` becomes a volume of it.
struct CreateVolume {
  RoleName role;
  Volume volume;
  std::int64_t disk_kib = 0;
  bool shared = false;  ///< for many tasks at a time
  friend bool operator==(const CreateVolume&, const CreateVolume&) = default;
};

/// The volume becomes reserved disk again. What is in it is lost.
struct DestroyVolume {
  RoleName role;
  std::string id;
  friend bool operator==(const DestroyVolume&, const DestroyVolume&) = default;
};

}  // namespace operation

using ResourceOperation = std::variant<operation::Reserve, operation::Unreserve,
                                       operation::CreateVolume, operation::DestroyVolume>;

/// What an operation takes and what it makes of it. Both hold the same amounts.
struct Conversion {
  Resources consumed;
  Resources converted;
};

/// What a peer asks for, whatever the agent has. kInvalid.
Status check_operation(const ResourceOperation& operation);
/// What the operation would do to an agent that has `whole`; why it may not be done otherwise:
/// kInvalid for what no agent allows, kConflict for what this one does not, kNotFound for a volume
/// that is not there. O(lots).
Result<Conversion> convert(const Resources& whole, const ResourceOperation& operation);
/// What the agent has then. Also refused when it passes a bound.
Result<Resources> after_operation(const Resources& whole, const ResourceOperation& operation);

/// Whose the lot is: the role of its last reservation; empty: nobody's.
RoleName owner_of(const LotKind& kind);
/// REQUIRES a volume.
VolumeName volume_name_of(const LotKind& kind);
/// What a peer calls a volume, before a path is made of it.
Status check_volume_name(const VolumeName& name);
/// "volume db of web"
std::string to_string(const VolumeName& name);
/// Within a sandbox: relative, and no "." or ".." on the way.
Status check_volume_path(const std::string& path);
/// "reserve cpus:4 for a/b", as in the audit log.
std::string to_string(const ResourceOperation& operation);

}  // namespace fairlead
