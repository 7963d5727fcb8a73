#include "schemas/resources_codec.h"

#include <algorithm>

#include "schemas/wire_enums.h"

namespace fairlead::codec {

// --- amounts -------------------------------------------------------------------------------------

static void write(const Interval& value, wire::Interval::Builder out) {
  out.setBegin(value.begin);
  out.setEnd(value.end);
}

static void write(const CustomScalar& value, wire::CustomScalar::Builder out) {
  out.setName(as_text(value.name));
  out.setMilli(value.milli);
}

static void write(const NamedRanges& value, wire::NamedRanges::Builder out) {
  out.setName(as_text(value.name));
  write_list(value.intervals, out.initIntervals(count_of_list(value.intervals)),
             [](const Interval& i, wire::Interval::Builder o) { write(i, o); });
}

static void write(const NamedSet& value, wire::NamedSet::Builder out) {
  out.setName(as_text(value.name));
  write_texts(value.items, out.initItems(count_of_list(value.items)));
}

static void write_more(const Amounts& value, wire::MoreAmounts::Builder out) {
  auto write_one = [](const auto& one, auto o) { write(one, o); };
  const RareVector<CustomScalar>& custom = value.scalars.custom;
  if (!custom.empty()) write_list(custom, out.initCustom(count_of_list(custom)), write_one);
  if (!value.ranges.empty()) {
    write_list(value.ranges, out.initRanges(count_of_list(value.ranges)), write_one);
  }
  if (!value.sets.empty()) {
    write_list(value.sets, out.initSets(count_of_list(value.sets)), write_one);
  }
}

static std::string read_name(capnp::Text::Reader text, std::string_view field) {
  expect(text.size() > 0, field, "expected a name");
  return read_text(text, limits::kIdCharsMax, field);
}

static Interval read_interval(wire::Interval::Reader in) {
  Interval value{.begin = in.getBegin(), .end = in.getEnd()};
  expect(value.begin <= value.end, "interval", "expected begin <= end");
  return value;
}

static std::vector<Interval> read_intervals(capnp::List<wire::Interval>::Reader list) {
  return read_list<Interval>(list, limits::kRangesMax, "intervals", read_interval);
}

static CustomScalar read_custom(wire::CustomScalar::Reader in) {
  CustomScalar value{.name = read_name(in.getName(), "custom scalar"),
                     .milli = read_quantity(in.getMilli(), "custom scalar")};
  expect(value.milli > 0, "custom scalar", "expected no stored zero");
  return value;
}

static NamedRanges read_ranges(wire::NamedRanges::Reader in) {
  NamedRanges value{.name = read_name(in.getName(), "ranges"),
                    .intervals = read_intervals(in.getIntervals())};
  expect(!value.intervals.empty(), "ranges", "expected at least one interval");
  // Not adjacent either: a gap of at least one value between two intervals.
  auto touching = [](const Interval& a, const Interval& b) {
    return b.begin <= a.end || b.begin - a.end < 2;
  };
  bool normal = std::adjacent_find(value.intervals.begin(), value.intervals.end(), touching) ==
                value.intervals.end();
  expect(normal, "ranges", "expected sorted intervals that neither overlap nor touch");
  return value;
}

static NamedSet read_set(wire::NamedSet::Reader in) {
  NamedSet value{
      .name = read_name(in.getName(), "set"),
      .items = read_texts(in.getItems(), limits::kSetItemsMax, limits::kTextBytesMax, "set items")};
  expect(!value.items.empty(), "set", "expected at least one item");
  bool sorted = std::adjacent_find(value.items.begin(), value.items.end(),
                                   std::greater_equal<>()) == value.items.end();
  expect(sorted, "set", "expected sorted items, each once");
  return value;
}

template <class NamedList>
static void expect_sorted_by_name(const NamedList& values, std::string_view field) {
  auto misplaced = [](const auto& a, const auto& b) { return a.name >= b.name; };
  bool sorted = std::adjacent_find(values.begin(), values.end(), misplaced) == values.end();
  expect(sorted, field, "expected names sorted, each once");
}

static void read_more(wire::MoreAmounts::Reader in, Amounts& value) {
  value.scalars.custom = read_list<CustomScalar>(in.getCustom(), limits::kCustomScalarsMax,
                                                 "custom scalars", read_custom);
  value.ranges =
      read_list<NamedRanges>(in.getRanges(), limits::kNamedRangesMax, "ranges", read_ranges);
  value.sets = read_list<NamedSet>(in.getSets(), limits::kNamedSetsMax, "sets", read_set);
  expect_sorted_by_name(value.scalars.custom, "custom scalars");
  expect_sorted_by_name(value.ranges, "ranges");
  expect_sorted_by_name(value.sets, "sets");
}

// --- lots ----------------------------------------------------------------------------------------

static void write(const Reservation& value, wire::Reservation::Builder out) {
  out.setRole(as_text(value.role.text));
  out.setKind(to_wire(value.kind));
  put(out, &wire::Reservation::Builder::setPrincipal, value.principal.text);
}

static void write(const Lot& value, wire::Lot::Builder out) {
  codec::write(value.amounts, out.initAmounts());
  const LotKind& kind = value.kind;
  if (!kind.reservations.empty()) {
    write_list(kind.reservations, out.initReservations(count_of_list(kind.reservations)),
               [](const Reservation& r, wire::Reservation::Builder o) { write(r, o); });
  }
  if (kind.volume) {
    wire::Volume::Builder volume = out.initVolume();
    volume.setId(as_text(kind.volume->id));
    volume.setContainerPath(as_text(kind.volume->container_path));
  }
  out.setRevocable(kind.revocable);
  out.setShared(kind.shared);
}

static Reservation read_reservation(wire::Reservation::Reader in) {
  return {.role = read_role(in.getRole(), Presence::kRequired, "reservation role"),
          .kind = from_wire(in.getKind()),
          .principal = Principal{
              read_text(in.getPrincipal(), limits::kIdCharsMax, "reservation principal")}};
}

static Lot read_lot(wire::Lot::Reader in) {
  Lot value;
  value.amounts = read(in.getAmounts());
  value.kind.reservations = read_list<Reservation>(
      in.getReservations(), limits::kReservationDepthMax, "reservations", read_reservation);
  if (in.hasVolume()) {
    wire::Volume::Reader volume = in.getVolume();
    value.kind.volume = Volume{
        .id = read_text(volume.getId(), limits::kIdCharsMax, "volume id"),
        .container_path = read_text(volume.getContainerPath(), limits::kTextBytesMax, "volume")};
  }
  value.kind.revocable = in.getRevocable();
  value.kind.shared = in.getShared();
  return value;
}

static bool is_empty(const Amounts& amounts) {
  return amounts == Amounts{};
}

void write(const Amounts& value, wire::Amounts::Builder out) {
  out.setCpusMilli(value.scalars[StandardScalar::kCpus]);
  out.setMemKib(value.scalars[StandardScalar::kMem]);
  out.setDiskKib(value.scalars[StandardScalar::kDisk]);
  out.setGpusMilli(value.scalars[StandardScalar::kGpus]);
  if (!value.scalars.custom.empty() || !value.ranges.empty() || !value.sets.empty()) {
    write_more(value, out.initMore());
  }
}

Amounts read(wire::Amounts::Reader in) {
  Amounts value;
  value.scalars[StandardScalar::kCpus] = read_quantity(in.getCpusMilli(), "cpus");
  value.scalars[StandardScalar::kMem] = read_quantity(in.getMemKib(), "mem");
  value.scalars[StandardScalar::kDisk] = read_quantity(in.getDiskKib(), "disk");
  value.scalars[StandardScalar::kGpus] = read_quantity(in.getGpusMilli(), "gpus");
  if (in.hasMore()) read_more(in.getMore(), value);
  return value;
}

void write(const StandardAmounts& value, wire::Amounts::Builder out) {
  Amounts amounts;
  amounts.scalars.standard = value;
  write(amounts, out);
}

StandardAmounts read_standard(wire::Amounts::Reader in) {
  return read(in).scalars.standard;
}

void write(const Resources& value, wire::Resources::Builder out) {
  // Lots are sorted by kind and the plain kind is the smallest.
  std::size_t begin = 0;
  if (!value.lots.empty() && value.lots.front().kind == LotKind{}) {
    write(value.lots.front().amounts, out.initPlain());
    begin = 1;
  }
  if (begin == value.lots.size()) return;
  auto others = out.initOthers(static_cast<capnp::uint>(value.lots.size() - begin));
  for (capnp::uint i = 0; i < others.size(); ++i) write(value.lots[begin + i], others[i]);
}

Resources read(wire::Resources::Reader in) {
  Resources value;
  capnp::List<wire::Lot>::Reader others = in.getOthers();
  expect_at_most(others.size(), limits::kLotsMax, "lots");
  if (in.hasPlain()) value.lots.push_back(Lot{.kind = {}, .amounts = read(in.getPlain())});
  for (wire::Lot::Reader lot : others) value.lots.push_back(read_lot(lot));
  for (std::size_t i = 0; i < value.lots.size(); ++i) {
    expect(!is_empty(value.lots[i].amounts), "lots", "expected no empty one");
    bool sorted = i == 0 || value.lots[i - 1].kind < value.lots[i].kind;
    expect(sorted, "lots", "expected them sorted by kind, each kind once");
  }
  return value;
}

// --- attributes, labels, errors ------------------------------------------------------------------

void write(const VolumeName& value, wire::VolumeName::Builder out) {
  out.setRole(as_text(value.role.text));
  out.setId(as_text(value.id));
}

VolumeName read(wire::VolumeName::Reader in) {
  return {.role = read_role(in.getRole(), Presence::kRequired, "role of a volume"),
          .id = read_id_text(in.getId(), Presence::kRequired, "volume id")};
}

void write(const Attribute& value, wire::Attribute::Builder out) {
  out.setName(as_text(value.name));
  if (const auto* text = std::get_if<std::string>(&value.value)) {
    out.setText(as_text(*text));
  } else if (const auto* milli = std::get_if<std::int64_t>(&value.value)) {
    out.setMilli(*milli);
  } else {
    const auto& intervals = std::get<std::vector<Interval>>(value.value);
    write_list(intervals, out.initIntervals(count_of_list(intervals)),
               [](const Interval& i, wire::Interval::Builder o) { write(i, o); });
  }
}

Attributes read_attributes(capnp::List<wire::Attribute>::Reader list) {
  expect_at_most(list.size(), limits::kAttributesMax, "attributes");
  Attributes values;
  for (wire::Attribute::Reader in : list) {
    std::string name = read_name(in.getName(), "attribute");
    bool sorted = values.empty() || values.back().name <= name;
    expect(sorted, "attributes", "expected them sorted by name");
    switch (in.which()) {
      case wire::Attribute::TEXT:
        values.push_back({name, read_text(in.getText(), limits::kTextBytesMax, "attribute")});
        break;
      case wire::Attribute::MILLI:
        values.push_back({name, in.getMilli()});
        break;
      case wire::Attribute::INTERVALS:
        values.push_back({name, read_intervals(in.getIntervals())});
        break;
      default:
        break;  // A kind that a newer version added: nothing here could match it.
    }
  }
  return values;
}

void write(const Label& value, wire::Label::Builder out) {
  out.setKey(as_text(value.key));
  out.setValue(as_text(value.value));
}

Label read(wire::Label::Reader in) {
  return {.key = read_text(in.getKey(), limits::kTextBytesMax, "label key"),
          .value = read_text(in.getValue(), limits::kTextBytesMax, "label value")};
}

std::vector<Label> read_labels(capnp::List<wire::Label>::Reader list) {
  return read_list<Label>(list, limits::kLabelsMax, "labels",
                          [](wire::Label::Reader in) { return read(in); });
}

void write(const Constraint& value, wire::Constraint::Builder out) {
  out.setAttribute(as_text(value.attribute));
  out.setRule(to_wire(value.rule));
  put(out, &wire::Constraint::Builder::setValue, value.value);
}

Constraint read(wire::Constraint::Reader in) {
  return {.attribute = read_name(in.getAttribute(), "constraint attribute"),
          .rule = from_wire(in.getRule()),
          .value = read_text(in.getValue(), limits::kTextBytesMax, "constraint value")};
}

void write(const Error& value, wire::Error::Builder out) {
  out.setCode(to_wire(value.code));
  put_clipped(out, &wire::Error::Builder::setMessage, value.message, limits::kErrorCharsMax);
}

Error read(wire::Error::Reader in) {
  return {.code = from_wire(in.getCode()),
          .message = read_text(in.getMessage(), limits::kErrorCharsMax, "error message")};
}

}  // namespace fairlead::codec
