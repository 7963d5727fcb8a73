// Enums of common/ and their numbers on the wire, which are for good. Private to schemas/.
//
// What a reader makes of a number that only a newer version knows:
//   TaskState      kUnknown: not terminal, so nothing is given up before the next status
//   TaskReason     kNone     ErrorCode    kInvalid    DeclineReason  kOther
//   StatusSource   kAgent    (all explain, none decides)
//   the others     a Failure kUnsupported: an envelope skips the message, a record is refused
#pragma once

#include "common/records.h"
#include "schemas/checkpoint.capnp.h"
#include "schemas/common.capnp.h"
#include "schemas/framework.capnp.h"
#include "schemas/registry.capnp.h"
#include "schemas/task.capnp.h"

namespace fairlead::codec {

wire::TaskState to_wire(TaskState value);
wire::TaskReason to_wire(TaskReason value);
wire::StatusSource to_wire(StatusSource value);
wire::ErrorCode to_wire(ErrorCode value);
wire::DeclineReason to_wire(DeclineReason value);
wire::ReservationKind to_wire(ReservationKind value);
wire::ConstraintRule to_wire(ConstraintRule value);
wire::AgentStanding to_wire(AgentStanding value);
wire::LaunchPhase to_wire(LaunchPhase value);
wire::ReclaimKind to_wire(ReclaimKind value);

TaskState from_wire(wire::TaskState number);
TaskReason from_wire(wire::TaskReason number);
StatusSource from_wire(wire::StatusSource number);
ErrorCode from_wire(wire::ErrorCode number);
DeclineReason from_wire(wire::DeclineReason number);
ReservationKind from_wire(wire::ReservationKind number);
ConstraintRule from_wire(wire::ConstraintRule number);
AgentStanding from_wire(wire::AgentStanding number);
LaunchPhase from_wire(wire::LaunchPhase number);
ReclaimKind from_wire(wire::ReclaimKind number);

}  // namespace fairlead::codec
