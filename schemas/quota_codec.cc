#include "schemas/quota_codec.h"

#include "schemas/wire_values.h"

namespace fairlead::codec {

constexpr std::int64_t kNoLimitOnWire = -1;

static void write(const StandardAmounts& amounts, capnp::List<std::int64_t>::Builder out) {
  for (capnp::uint i = 0; i < out.size(); ++i) {
    out.set(i, amounts[i] == kNoLimit ? kNoLimitOnWire : amounts[i]);
  }
}

static StandardAmounts read_amounts(capnp::List<std::int64_t>::Reader in, std::string_view field) {
  // With more of them, this version would not keep what somebody was promised.
  expect(in.size() == kStandardScalars, field, "expected one of cpus, mem, disk and gpus each");
  StandardAmounts amounts{};
  for (capnp::uint i = 0; i < in.size(); ++i) {
    amounts[i] = in[i] == kNoLimitOnWire ? kNoLimit : in[i];
  }
  return amounts;
}

void write(const WeightRecord& value, wire::WeightRecord::Builder out) {
  out.setRole(as_text(value.role.text));
  out.setWeightMilli(value.weight_milli);
}

void write(const QuotaRecord& value, wire::QuotaRecord::Builder out) {
  out.setRole(as_text(value.role.text));
  write(value.quota.guarantees, out.initGuarantees(kStandardScalars));
  write(value.quota.limits, out.initLimits(kStandardScalars));
}

WeightRecord read(wire::WeightRecord::Reader in) {
  WeightRecord value{.role = read_role(in.getRole(), Presence::kRequired, "role"),
                     .weight_milli = in.getWeightMilli()};
  bool in_range = value.weight_milli >= limits::kWeightMilliMin &&
                  value.weight_milli <= limits::kWeightMilliMax;
  expect(in_range, "weight", "expected 1..2^20 thousandths");
  return value;
}

QuotaRecord read(wire::QuotaRecord::Reader in) {
  QuotaRecord value{.role = read_role(in.getRole(), Presence::kRequired, "role"),
                    .quota = {.guarantees = read_amounts(in.getGuarantees(), "guarantees"),
                              .limits = read_amounts(in.getLimits(), "limits")}};
  Status valid = check_quota(value.role, value.quota);
  expect(valid.ok(), "quota", valid.ok() ? "" : valid.error().message);
  return value;
}

}  // namespace fairlead::codec
