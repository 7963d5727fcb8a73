// The SDK's durable rows: one line of words each, readable with sqlite3 on a bad day.
//   sdk/identity                  "<framework> <cluster> <epoch>"
//   sdk/life                      "<kind> <session>": of the life that wrote it
//   sdk/launch/<task>/<attempt>   "<agent> <spec digest> <state> <update>"; agent "-": is_refused
//   app/<key>                     the framework's own bytes
// Not a wire format: nobody but this framework's next life reads them.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/task.h"
#include "frameworks/sdk/scheduler.h"

namespace fairlead::sdk {

inline constexpr std::string_view kIdentityKey = "sdk/identity";
inline constexpr std::string_view kLifeKey = "sdk/life";
inline constexpr std::string_view kLaunchPrefix = "sdk/launch/";
inline constexpr std::string_view kAppPrefix = "app/";

struct Identity {
  FrameworkId framework;
  ClusterId cluster;
  Epoch epoch;
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// Written before a life speaks to the master.
struct LifeRecord {
  std::string kind;  ///< FrameworkInfo::kind
  Session session;   ///< that its sessions count from
  friend bool operator==(const LifeRecord&, const LifeRecord&) = default;
};

struct LaunchKey {
  TaskId task;
  std::uint32_t attempt = 0;
  friend auto operator<=>(const LaunchKey&, const LaunchKey&) = default;
};

struct LaunchRecord {
  AgentId agent;
  std::uint64_t spec_digest = 0;
  TaskState state = TaskState::kStaging;  ///< last one delivered
  std::uint64_t update = 0;               ///< highest one delivered
  friend bool operator==(const LaunchRecord&, const LaunchRecord&) = default;
};

/// The SDK itself refused the launch: it never left, and its kDropped is not durable yet.
inline bool is_refused(const LaunchRecord& record) {
  return record.agent.empty() && record.state == TaskState::kStaging && record.update == 0;
}

std::string launch_row_key(const LaunchKey& key);
/// kCorrupt when it is not what launch_row_key makes.
Result<LaunchKey> parse_launch_row_key(std::string_view key);

Bytes encode(const Identity& identity);
Bytes encode(const LifeRecord& life);
Bytes encode(const LaunchRecord& record);
/// kCorrupt for anything that encode does not make.
Result<Identity> decode_identity(BytesView bytes);
Result<LifeRecord> decode_life(BytesView bytes);
Result<LaunchRecord> decode_launch_record(BytesView bytes);

/// Are these rows the state of a framework of `kind`? kConflict: a master's registry, another kind.
/// Rows of a version before sdk/life, and no rows, are anybody's. O(rows).
Status check_state(const std::vector<StateRow>& rows, const std::string& kind);

/// FNV-1a over what decides what runs: id, argv, environment, directory, user, limits. Two specs of
/// one token that differ show a mistake of the framework. O(spec bytes).
std::uint64_t spec_digest(const TaskSpec& spec);

}  // namespace fairlead::sdk
