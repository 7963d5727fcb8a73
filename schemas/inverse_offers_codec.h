// Maintenance ahead between values and Cap'n Proto structs. Private to schemas/: sees Cap'n Proto.
#pragma once

#include "common/inverse_offers.h"
#include "schemas/framework.capnp.h"

namespace fairlead::codec {

void write(const Unavailability& value, wire::Unavailability::Builder out);
void write(const InverseOffer& value, wire::InverseOffer::Builder out);
void write(const InverseOffersWithdrawn& value, wire::InverseOffersWithdrawn::Builder out);
void write(const AnswerInverseOffer& value, wire::AnswerInverseOffer::Builder out);

Unavailability read(wire::Unavailability::Reader in);
InverseOffer read(wire::InverseOffer::Reader in);
InverseOffersWithdrawn read(wire::InverseOffersWithdrawn::Reader in);
AnswerInverseOffer read(wire::AnswerInverseOffer::Reader in);

}  // namespace fairlead::codec
