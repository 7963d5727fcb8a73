// Every bound in Fairlead, with its unit and its reason. What is not bounded here does not grow.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/time.h"

namespace fairlead::limits {

// --- names ---------------------------------------------------------------------------------------
inline constexpr std::size_t kIdCharsMax = 128;    // fits a file name and a cgroup name
inline constexpr std::size_t kRoleCharsMax = 256;  // 8 words of 31 characters
inline constexpr std::size_t kRoleDepthMax = 8;    // levels; the share order walks them

// --- wire ----------------------------------------------------------------------------------------
inline constexpr std::size_t kMessageBytesMax = 4 << 20;      // ZMQ_MAXMSGSIZE
inline constexpr std::uint64_t kTraversalWordsMax = 2 << 20;  // Cap'n Proto: 16 MiB of reads
inline constexpr int kNestingMax = 32;                        // Cap'n Proto pointer depth
inline constexpr int kListenBacklog = 4096;                   // reconnect storms
inline constexpr std::size_t kPeerQueueMessagesMax = 10'000;  // ZMQ high-water mark per peer
inline constexpr std::size_t kLinksMax = 20'000;  // peers of one Router: descriptors per process
inline constexpr int kReceiveBurstMax = 256;      // messages taken per round, then others' turn
inline constexpr std::size_t kMailboxEventsMax = 100'000;  // events waiting for one core
inline constexpr Duration kLinkIdleMax = seconds(600);     // a silent peer's link is forgotten
inline constexpr std::size_t kRefusedPeersMax =
    10'000;  // bad peers remembered for rate-limited answers
// A master of 10,000 agents with 100,000 tasks needs less than a tenth of it.
inline constexpr std::uint64_t kMemoryWatermarkDefault = std::uint64_t{4} << 30;
// Above the watermark: a connection that holds so much is closed. Four of the largest messages.
inline constexpr std::uint64_t kHeldBytesCloseMin = 16 << 20;
// … and its key revoked: twice the largest registration, which is what a peer says at once at most.
inline constexpr std::uint64_t kHeldBytesRevokeMin = 128 << 20;
inline constexpr std::size_t kErrorCharsMax = 1'024;         // text sent to a peer
inline constexpr std::size_t kEnvelopeMessagesMax = 10'000;  // one envelope, split above
inline constexpr std::size_t kTextBytesMax = 4'096;  // names, addresses, paths, label values
inline constexpr std::size_t kPeerCharsMax = 160;    // "framework/" and an id
inline constexpr std::int64_t kDurationNsMax =
    std::int64_t{100} * 365 * 86'400 * 1'000'000'000;  // 100 years: a sum with a clock fits 63 bits

// --- resources -----------------------------------------------------------------------------------
inline constexpr std::int64_t kQuantityMax = std::int64_t{1}
                                             << 52;  // base units per resource, cluster total
inline constexpr std::int64_t kWeightMilliMax = std::int64_t{1} << 20;  // thousandths: 1048.576
inline constexpr std::int64_t kWeightMilliMin = 1;
// Shares are compared by cross multiplication: allocated * other_total * weight fits __int128.
// Of all lease debts together, beside what is used: used + debt stays below 2^54.
inline constexpr std::int64_t kLeaseDebtMax = 2 * kQuantityMax;
static_assert(54 + 52 + 20 <= 126, "a share comparison must fit a signed 128-bit product");
inline constexpr std::size_t kCustomScalarsMax = 12;    // names beside cpus, mem, disk, gpus
inline constexpr std::size_t kNamedRangesMax = 12;      // ranges resources in one amounts
inline constexpr std::size_t kNamedSetsMax = 12;        // set resources in one amounts
inline constexpr std::size_t kRangesMax = 4'096;        // intervals in one ranges resource
inline constexpr std::size_t kSetItemsMax = 1'024;      // items in one set resource
inline constexpr std::size_t kLotsMax = 256;            // distinct reservations/volumes per message
inline constexpr std::size_t kReservationDepthMax = 8;  // refinements, one per role level
inline constexpr std::size_t kAttributesMax = 64;       // per agent
inline constexpr std::size_t kLabelsMax = 64;           // per task or framework
// GPUs of one agent that it knows one by one.
inline constexpr std::size_t kDevicesMax = 128;

// --- tasks ---------------------------------------------------------------------------------------
inline constexpr std::size_t kArgumentsMax = 1'024;
inline constexpr std::size_t kArgumentBytesMax = 128 << 10;  // one argument, as Linux bounds it
inline constexpr std::size_t kEnvironmentMax = 1'024;
inline constexpr std::int64_t kPidsMax = 1 << 22;              // the kernel's own PID_MAX_LIMIT
inline constexpr Duration kRemovalKillGraceMax = seconds(20);  // of a removed framework's tasks
inline constexpr Duration kTaskDurationMax = seconds(365LL * 24 * 3600);  // a year
inline constexpr std::size_t kResourceLimitsMax = 32;                     // Linux has 16 kinds
inline constexpr std::size_t kLaunchesPerAcceptMax = 1'000;
inline constexpr std::size_t kOperationsPerAcceptMax =
    32;  // one agent's; one write of the registry
// Of one framework, that are not decided; each holds what it was offered.
inline constexpr std::size_t kGangsOpenMax = 1'000;
inline constexpr std::size_t kTasksPerFrameworkMax = 1'000'000;
inline constexpr std::size_t kTasksPerAgentMax = 10'000;
// Between the sessions of an agent's or a framework's lives; one a registration or subscription, so
// no life ever uses them up.
inline constexpr std::uint64_t kSessionsOfALifeMax = std::uint64_t{1} << 32;
// A registration above it goes in parts; half of kMessageBytesMax, as sizes are estimated.
inline constexpr std::size_t kRegistrationPartBytes = 2 << 20;
// One registration: kTasksPerAgentMax reports of 6 KiB, which is all texts at their bounds.
inline constexpr std::size_t kRegistrationBytesMax = 64 << 20;
inline constexpr std::size_t kRegistrationPartsMax = 64;
// Of all agents together, while parts are missing; who comes too much repeats later.
inline constexpr std::size_t kOpenRegistrationsMax = 256;
inline constexpr std::size_t kOpenRegistrationsBytesMax = 256 << 20;
inline constexpr Duration kRegistrationPartWait = seconds(10);  // for the next part
inline constexpr std::size_t kStatusMessageCharsMax = 1'024;

// --- master --------------------------------------------------------------------------------------
inline constexpr std::size_t kAgentsMax = 2'000'000;  // handles are dense indices
inline constexpr std::size_t kFrameworksMax = 10'000;
inline constexpr std::size_t kFrameworksPerPrincipalMax = 1'000;
inline constexpr std::size_t kRolesPerFrameworkMax = 64;
inline constexpr std::size_t kDemandShapesMax = 64;      // per framework and role
inline constexpr std::size_t kConstraintsMax = 32;       // per demand shape, or in a group
inline constexpr std::size_t kPreferencesMax = 8;        // of a shape; each is one more search
inline constexpr std::size_t kConstraintGroupsMax = 16;  // of a framework's role
// A regular expression over an attribute. The engine's memory bounds a match's as well: Mesos' own
// numbers, so that what runs there is taken here.
inline constexpr std::size_t kPatternBytesMax = 512;
inline constexpr std::int64_t kPatternMemoryBytesMax = 4 << 10;
inline constexpr int kPatternProgramMax = 100;         // instructions of the compiled one
inline constexpr std::size_t kPatternsKeptMax = 1024;  // compiled: some 8 MiB at most
// Answers that an allocator remembers; longer texts are asked about each time. 64 racks by 256
// patterns; some 20 MiB when every text is as long as it may be.
inline constexpr std::size_t kPatternAnswersMax = 16'384;
inline constexpr std::size_t kPatternTextBytesMax = 256;
inline constexpr std::uint32_t kDemandCountMax = 1'000'000;    // tasks of one shape
inline constexpr std::size_t kOffersPerFrameworkMax = 10'000;  // outstanding
// Declined (role, agent) pairs that are remembered; the one that ends first makes room.
inline constexpr std::size_t kFiltersPerFrameworkMax = 16'384;
inline constexpr std::size_t kCompletedTasksMax = 1'000;  // history per framework
inline constexpr std::size_t kCompletedFrameworksMax = 50;
inline constexpr std::size_t kEventHistoryMax = 10'000;        // resume window of /api/v1/events
inline constexpr std::size_t kEventHistoryBytesMax = 4 << 20;  // long texts shorten the window
inline constexpr std::size_t kEventStreamsMax = 1'000;         // the oldest is closed for a new one
inline constexpr std::size_t kOperatorCallsMax =
    1'000;  // operators' calls that wait for the registry
inline constexpr std::size_t kAuditLinesMax = 10'000;  // kept in memory; the file keeps all
inline constexpr std::size_t kWindowsMax = 256;        // of maintenance, that are not over
// In one window: its beginning is one write with a record for each, below kZnodeOpsMax.
inline constexpr std::size_t kWindowAgentsMax = 128;
// Questions to frameworks about windows ahead that the master keeps, with their answers: some 40
// MiB. Above it nobody more is asked.
inline constexpr std::size_t kInverseOffersMax = 100'000;
inline constexpr std::size_t kInverseOffersPerMessageMax = 256;  // all texts at their bounds: 2 MiB
inline constexpr std::size_t kInverseReasonBytesMax = 256;       // of an answer, kept and shown
inline constexpr Duration kInverseAskAgainMin = seconds(1);      // a declined one is said again
inline constexpr std::size_t kInverseAnswersShownMax = 1'000;    // of one window, to operators
inline constexpr std::int64_t kWallMsMax = 253'402'300'799'000;  // the end of the year 9999
inline constexpr std::size_t kReconcileTasksMax = 10'000;        // per request
// After a leader's change agents register again in slots (common/return_window.h): at most so many
// a second, half as many when their loads are alike. A leader takes some 20,000 a second from
// agents with few tasks, and queues hold what comes faster for a while.
inline constexpr std::int64_t kRegistrationsPerSecondMax = 40'000;
inline constexpr std::int64_t kSubscriptionsPerSecondMax = 8'000;  // of frameworks, likewise
// Peers that would all be back within this span do not wait: a small cluster has no storm.
inline constexpr Duration kReturnWindowMin = milliseconds(5);
// What reaches a master just before it leads is kept for that moment: some 4,000 registrations with
// ten tasks each, which it takes in a fraction of its lease. What is older makes room, and its
// sender repeats it.
inline constexpr std::size_t kHeldBytesMax = 8 << 20;

// One explanation (allocator/explain.h): lines of holders and roles, changes that are named, and
// copies of the allocator on which changes are tried, some milliseconds each at that many agents.
inline constexpr std::size_t kExplainHoldersMax = 5;
inline constexpr std::size_t kExplainChangesMax = 5;
inline constexpr std::size_t kExplainTriesMax = 8;
inline constexpr std::size_t kExplainTrialAgentsMax = 10'000;
inline constexpr std::uint32_t kExplainAgentsMax = 8;    // that are added at most in one try
inline constexpr std::size_t kExplainListedMax = 1'000;  // agents in one answer

// --- agent ---------------------------------------------------------------------------------------
inline constexpr std::size_t kUnackedUpdatesPerTaskMax = 16;  // older non-terminal ones are dropped
inline constexpr std::int64_t kLogBytesMaxDefault = 10 << 20;  // per stream before rotation
inline constexpr int kLogFilesMaxDefault = 2;                  // rotated files kept per stream
inline constexpr std::size_t kStoreKeyCharsMax = 512;          // one row's key
// One row of a framework's own state. It fits a node of ZooKeeper, so that a state can move there.
inline constexpr std::size_t kStateRowBytesMax = 500'000;
inline constexpr std::size_t kStoreQueueBatchesMax = 100'000;  // commits that wait for the disk
inline constexpr int kWalPagesMax = 1'000;                     // 4 MiB of log, then a checkpoint
inline constexpr std::int64_t kReserveFileBytes = 1 << 20;     // released on a full disk

// --- zookeeper -----------------------------------------------------------------------------------
// A server drops the connection at 1 MiB of request (jute.maxbuffer), without saying why.
inline constexpr std::size_t kZnodeBytesMax = 512 << 10;       // data of one node
inline constexpr std::size_t kZnodeOpsMax = 200;               // operations of one write
inline constexpr std::size_t kZnodeWriteBytesMax = 1'000'000;  // data and paths of one write
// The registry's log is compacted when it is longer than this and than the snapshot.
inline constexpr std::size_t kRegistryLogBytesMin = 4 << 20;
inline constexpr std::size_t kRegistryLogEntriesMax = 1'000;  // a takeover reads them one by one
inline constexpr std::size_t kZnodePathCharsMax = 512;
inline constexpr std::size_t kZookeeperServersMax = 32;  // in one connect string
inline constexpr std::size_t kZnodeWaitingMax = 10'000;  // asked for while there is no connection

// --- files and forms -----------------------------------------------------------------------------
inline constexpr std::size_t kConfigBytesMax = 1 << 20;  // one YAML file
inline constexpr std::size_t kHttpHeaderBytesMax = 16 << 10;
inline constexpr std::size_t kHttpHeadersMax = 100;
inline constexpr std::size_t kHttpBodyBytesMax = 8 << 20;
inline constexpr std::size_t kHttpConnectionsMax = 4'096;
inline constexpr std::size_t kHttpConnectionsPerAddressMax = 1'024;  // one host cannot take all
inline constexpr std::int64_t kHttpHeaderMsMax = 10'000;             // slowloris
inline constexpr std::size_t kTlsUnsentBytesMax = 256 << 10;  // handshakes and alerts, a peer
inline constexpr std::size_t kJsonDepthMax = 64;

}  // namespace fairlead::limits
