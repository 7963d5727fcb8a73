#include "schemas/demand_codec.h"

#include "schemas/resources_codec.h"
#include "schemas/wire_enums.h"

namespace fairlead::codec {

void write(const DemandShape& value, wire::DemandShape::Builder out) {
  out.setName(as_text(value.name));
  write(value.amounts, out.initAmounts());
  out.setCount(value.count);
  out.setPriority(value.priority);
  out.setGangSize(value.gang_size);
  out.setPerAgentMax(value.per_agent_max);
  out.setRevocable(value.revocable);
  if (!value.prefer.empty()) {
    write_list(value.prefer, out.initPrefer(count_of_list(value.prefer)), kWrite);
  }
  if (!value.constraints.empty()) {
    write_list(value.constraints, out.initConstraints(count_of_list(value.constraints)), kWrite);
  }
}

static std::vector<Constraint> read(capnp::List<wire::Constraint>::Reader list) {
  return read_list<Constraint>(list, limits::kConstraintsMax, "constraints",
                               [](wire::Constraint::Reader one) { return read(one); });
}

DemandShape read(wire::DemandShape::Reader in) {
  DemandShape value;
  value.name = read_text(in.getName(), limits::kTextBytesMax, "demand shape name");
  value.amounts = read(in.getAmounts());
  value.count = in.getCount();
  expect_at_most(value.count, limits::kDemandCountMax, "demand count");
  value.priority = in.getPriority();
  value.gang_size = in.getGangSize();
  expect_at_most(value.gang_size, limits::kDemandCountMax, "gang size");
  value.per_agent_max = in.getPerAgentMax();
  value.revocable = in.getRevocable();
  value.prefer = read(in.getPrefer());
  value.constraints = read(in.getConstraints());
  return value;
}

void write(const RoleConstraints& value, wire::RoleConstraints::Builder out) {
  out.setRole(as_text(value.role.text));
  write_list(value.groups, out.initGroups(count_of_list(value.groups)),
             [](const std::vector<Constraint>& group, wire::ConstraintGroup::Builder o) {
               write_list(group, o.initConstraints(count_of_list(group)), kWrite);
             });
}

RoleConstraints read(wire::RoleConstraints::Reader in) {
  return {.role = read_role(in.getRole(), Presence::kRequired, "role of offer constraints"),
          .groups = read_list<std::vector<Constraint>>(
              in.getGroups(), limits::kConstraintGroupsMax, "groups of constraints",
              [](wire::ConstraintGroup::Reader group) { return read(group.getConstraints()); })};
}

}  // namespace fairlead::codec
