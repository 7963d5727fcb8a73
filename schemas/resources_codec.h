// Amounts, resources, attributes and labels between values and Cap'n Proto structs. Private to
// schemas/: sees Cap'n Proto. Readers check the invariants of the value types and throw a Failure.
#pragma once

#include "common/attributes.h"
#include "common/quota.h"
#include "common/resources.h"
#include "schemas/common.capnp.h"
#include "schemas/wire_values.h"

namespace fairlead::codec {

void write(const Amounts& value, wire::Amounts::Builder out);
void write(const StandardAmounts& value, wire::Amounts::Builder out);
void write(const Resources& value, wire::Resources::Builder out);
void write(const VolumeName& value, wire::VolumeName::Builder out);
void write(const Attribute& value, wire::Attribute::Builder out);
void write(const Label& value, wire::Label::Builder out);
void write(const Constraint& value, wire::Constraint::Builder out);
void write(const Error& value, wire::Error::Builder out);

Amounts read(wire::Amounts::Reader in);
/// The four scalars; others are left out.
StandardAmounts read_standard(wire::Amounts::Reader in);
Resources read(wire::Resources::Reader in);
VolumeName read(wire::VolumeName::Reader in);
Label read(wire::Label::Reader in);
Constraint read(wire::Constraint::Reader in);
Error read(wire::Error::Reader in);
Attributes read_attributes(capnp::List<wire::Attribute>::Reader list);
std::vector<Label> read_labels(capnp::List<wire::Label>::Reader list);

/// write() as an object, for write_list().
inline constexpr auto kWrite = [](const auto& value, auto out) { write(value, out); };

}  // namespace fairlead::codec
