#include "schemas/wire_enums.h"

#include <array>

#include "common/check.h"
#include "schemas/wire_values.h"

namespace fairlead::codec {
namespace {

template <class Value, class Number>
struct Row {
  Value value;
  Number number;
};

template <class Value, class Number, std::size_t kRows>
Number number_of(const std::array<Row<Value, Number>, kRows>& rows, Value value) {
  for (const auto& row : rows) {
    if (row.value == value) return row.number;
  }
  unreachable("every value of an enum has a number on the wire");
}

template <class Value, class Number, std::size_t kRows>
Value value_of(const std::array<Row<Value, Number>, kRows>& rows, Number number, Value otherwise) {
  for (const auto& row : rows) {
    if (row.number == number) return row.value;
  }
  return otherwise;
}

template <class Value, class Number, std::size_t kRows>
Value value_of(const std::array<Row<Value, Number>, kRows>& rows, Number number,
               std::string_view name) {
  for (const auto& row : rows) {
    if (row.number == number) return row.value;
  }
  fail(ErrorCode::kUnsupported, name,
       "number " + std::to_string(static_cast<unsigned>(number)) + " is not known to this version");
}

constexpr std::array<Row<TaskState, wire::TaskState>, 13> kTaskStateRows{{
    {TaskState::kStaging, wire::TaskState::STAGING},
    {TaskState::kStarting, wire::TaskState::STARTING},
    {TaskState::kRunning, wire::TaskState::RUNNING},
    {TaskState::kKilling, wire::TaskState::KILLING},
    {TaskState::kFinished, wire::TaskState::FINISHED},
    {TaskState::kFailed, wire::TaskState::FAILED},
    {TaskState::kKilled, wire::TaskState::KILLED},
    {TaskState::kError, wire::TaskState::ERROR},
    {TaskState::kDropped, wire::TaskState::DROPPED},
    {TaskState::kUnreachable, wire::TaskState::UNREACHABLE},
    {TaskState::kGone, wire::TaskState::GONE},
    {TaskState::kGoneByOperator, wire::TaskState::GONE_BY_OPERATOR},
    {TaskState::kUnknown, wire::TaskState::UNKNOWN},
}};

constexpr std::array<Row<TaskReason, wire::TaskReason>, 24> kTaskReasonRows{{
    {TaskReason::kNone, wire::TaskReason::NONE},
    {TaskReason::kCommandFailed, wire::TaskReason::COMMAND_FAILED},
    {TaskReason::kLaunchFailed, wire::TaskReason::LAUNCH_FAILED},
    {TaskReason::kMemoryLimit, wire::TaskReason::MEMORY_LIMIT},
    {TaskReason::kDiskLimit, wire::TaskReason::DISK_LIMIT},
    {TaskReason::kDurationLimit, wire::TaskReason::DURATION_LIMIT},
    {TaskReason::kKilledByFramework, wire::TaskReason::KILLED_BY_FRAMEWORK},
    {TaskReason::kKilledByOperator, wire::TaskReason::KILLED_BY_OPERATOR},
    {TaskReason::kFrameworkRemoved, wire::TaskReason::FRAMEWORK_REMOVED},
    {TaskReason::kTaskInvalid, wire::TaskReason::TASK_INVALID},
    {TaskReason::kTaskUnauthorized, wire::TaskReason::TASK_UNAUTHORIZED},
    {TaskReason::kInvalidOffers, wire::TaskReason::INVALID_OFFERS},
    {TaskReason::kAgentUnknown, wire::TaskReason::AGENT_UNKNOWN},
    {TaskReason::kAgentUnreachable, wire::TaskReason::AGENT_UNREACHABLE},
    {TaskReason::kAgentReregistered, wire::TaskReason::AGENT_REREGISTERED},
    {TaskReason::kAgentRestarted, wire::TaskReason::AGENT_RESTARTED},
    {TaskReason::kAgentDraining, wire::TaskReason::AGENT_DRAINING},
    {TaskReason::kAgentGone, wire::TaskReason::AGENT_GONE},
    {TaskReason::kStaleLaunch, wire::TaskReason::STALE_LAUNCH},
    {TaskReason::kAgentOverloaded, wire::TaskReason::AGENT_OVERLOADED},
    {TaskReason::kStatusLost, wire::TaskReason::STATUS_LOST},
    {TaskReason::kReconciliation, wire::TaskReason::RECONCILIATION},
    {TaskReason::kPreempted, wire::TaskReason::PREEMPTED},
    {TaskReason::kGangAborted, wire::TaskReason::GANG_ABORTED},
}};

constexpr std::array<Row<StatusSource, wire::StatusSource>, 2> kStatusSourceRows{{
    {StatusSource::kMaster, wire::StatusSource::MASTER},
    {StatusSource::kAgent, wire::StatusSource::AGENT},
}};

constexpr std::array<Row<ErrorCode, wire::ErrorCode>, 9> kErrorCodeRows{{
    {ErrorCode::kInvalid, wire::ErrorCode::INVALID},
    {ErrorCode::kNotFound, wire::ErrorCode::NOT_FOUND},
    {ErrorCode::kDenied, wire::ErrorCode::DENIED},
    {ErrorCode::kConflict, wire::ErrorCode::CONFLICT},
    {ErrorCode::kExhausted, wire::ErrorCode::EXHAUSTED},
    {ErrorCode::kUnavailable, wire::ErrorCode::UNAVAILABLE},
    {ErrorCode::kTimedOut, wire::ErrorCode::TIMED_OUT},
    {ErrorCode::kCorrupt, wire::ErrorCode::CORRUPT},
    {ErrorCode::kUnsupported, wire::ErrorCode::UNSUPPORTED},
}};

constexpr std::array<Row<DeclineReason, wire::DeclineReason>, 5> kDeclineReasonRows{{
    {DeclineReason::kNoWork, wire::DeclineReason::NO_WORK},
    {DeclineReason::kTooSmall, wire::DeclineReason::TOO_SMALL},
    {DeclineReason::kConstraint, wire::DeclineReason::CONSTRAINT},
    {DeclineReason::kSpread, wire::DeclineReason::SPREAD},
    {DeclineReason::kOther, wire::DeclineReason::OTHER},
}};

constexpr std::array<Row<ReservationKind, wire::ReservationKind>, 2> kReservationKindRows{{
    {ReservationKind::kStatic, wire::ReservationKind::STATIC},
    {ReservationKind::kDynamic, wire::ReservationKind::DYNAMIC},
}};

constexpr std::array<Row<ConstraintRule, wire::ConstraintRule>, 4> kConstraintRuleRows{{
    {ConstraintRule::kExists, wire::ConstraintRule::EXISTS},
    {ConstraintRule::kNotExists, wire::ConstraintRule::NOT_EXISTS},
    {ConstraintRule::kEquals, wire::ConstraintRule::EQUALS},
    {ConstraintRule::kNotEquals, wire::ConstraintRule::NOT_EQUALS},
}};

constexpr std::array<Row<AgentStanding, wire::AgentStanding>, 3> kAgentStandingRows{{
    {AgentStanding::kAdmitted, wire::AgentStanding::ADMITTED},
    {AgentStanding::kUnreachable, wire::AgentStanding::UNREACHABLE},
    {AgentStanding::kGone, wire::AgentStanding::GONE},
}};

constexpr std::array<Row<LaunchPhase, wire::LaunchPhase>, 4> kLaunchPhaseRows{{
    {LaunchPhase::kAccepted, wire::LaunchPhase::ACCEPTED},
    {LaunchPhase::kStarted, wire::LaunchPhase::STARTED},
    {LaunchPhase::kExited, wire::LaunchPhase::EXITED},
    {LaunchPhase::kPrepared, wire::LaunchPhase::PREPARED},
}};

constexpr std::array<Row<ReclaimKind, wire::ReclaimKind>, 3> kReclaimKindRows{{
    {ReclaimKind::kGuarantee, wire::ReclaimKind::GUARANTEE},
    {ReclaimKind::kPriority, wire::ReclaimKind::PRIORITY},
    {ReclaimKind::kFairness, wire::ReclaimKind::FAIRNESS},
}};

}  // namespace

wire::TaskState to_wire(TaskState value) {
  return number_of(kTaskStateRows, value);
}
wire::TaskReason to_wire(TaskReason value) {
  return number_of(kTaskReasonRows, value);
}
wire::StatusSource to_wire(StatusSource value) {
  return number_of(kStatusSourceRows, value);
}
wire::ErrorCode to_wire(ErrorCode value) {
  return number_of(kErrorCodeRows, value);
}
wire::DeclineReason to_wire(DeclineReason value) {
  return number_of(kDeclineReasonRows, value);
}
wire::ReservationKind to_wire(ReservationKind value) {
  return number_of(kReservationKindRows, value);
}
wire::ConstraintRule to_wire(ConstraintRule value) {
  return number_of(kConstraintRuleRows, value);
}
wire::AgentStanding to_wire(AgentStanding value) {
  return number_of(kAgentStandingRows, value);
}
wire::LaunchPhase to_wire(LaunchPhase value) {
  return number_of(kLaunchPhaseRows, value);
}
wire::ReclaimKind to_wire(ReclaimKind value) {
  return number_of(kReclaimKindRows, value);
}

TaskState from_wire(wire::TaskState number) {
  return value_of(kTaskStateRows, number, TaskState::kUnknown);
}
TaskReason from_wire(wire::TaskReason number) {
  return value_of(kTaskReasonRows, number, TaskReason::kNone);
}
StatusSource from_wire(wire::StatusSource number) {
  return value_of(kStatusSourceRows, number, StatusSource::kAgent);
}
ErrorCode from_wire(wire::ErrorCode number) {
  return value_of(kErrorCodeRows, number, ErrorCode::kInvalid);
}
DeclineReason from_wire(wire::DeclineReason number) {
  return value_of(kDeclineReasonRows, number, DeclineReason::kOther);
}
ReservationKind from_wire(wire::ReservationKind number) {
  return value_of(kReservationKindRows, number, "reservation kind");
}
ConstraintRule from_wire(wire::ConstraintRule number) {
  return value_of(kConstraintRuleRows, number, "constraint rule");
}
AgentStanding from_wire(wire::AgentStanding number) {
  return value_of(kAgentStandingRows, number, "agent standing");
}
LaunchPhase from_wire(wire::LaunchPhase number) {
  return value_of(kLaunchPhaseRows, number, "launch phase");
}
ReclaimKind from_wire(wire::ReclaimKind number) {
  return value_of(kReclaimKindRows, number, ReclaimKind::kGuarantee);
}

}  // namespace fairlead::codec
