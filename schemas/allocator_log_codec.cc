#include "schemas/allocator_log_codec.h"

#include "schemas/allocator_event_codec.h"
#include "schemas/record_message.h"

namespace fairlead {
namespace codec {

using Root = wire::AllocatorLogRecord;

constexpr std::size_t kSettingsMax = 256;

static void write(const AllocatorLogStart& value, Root::Builder root) {
  const auto& [version, program, cluster, epoch, at, offer_hold_max, settings] = value;
  wire::AllocatorLogStart::Builder out = root.initStart();
  out.setVersion(version);
  out.setProgram(as_text(program));
  out.setCluster(as_text(cluster.text));
  out.setEpoch(epoch.number);
  out.setWallUnixMs(at.unix_ms);
  out.setOfferHoldNs(offer_hold_max.ns);
  write_list(settings, out.initSettings(count_of_list(settings)),
             [](const AllocatorSetting& one, wire::AllocatorSetting::Builder o) {
               o.setName(as_text(one.name));
               o.setValue(as_text(one.value));
             });
}

static void write_step(Instant at, const allocation::Event& event, std::uint32_t actions,
                       std::uint64_t hash, Root::Builder root) {
  wire::AllocatorLogStep::Builder out = root.initStep();
  out.setAtNs(at.ns);
  out.setActions(actions);
  out.setHash(hash);
  codec::write(event, out.initEvent());
}

static void write(const AllocatorLogStep& value, Root::Builder root) {
  write_step(value.at, value.event, value.actions, value.hash, root);
}

static AllocatorLogStart read(wire::AllocatorLogStart::Reader in) {
  expect_version(in.getVersion(), kAllocatorLogVersion);
  bool is_a_date = in.getWallUnixMs() >= 0 && in.getWallUnixMs() <= limits::kWallMsMax;
  expect(is_a_date, "begin", "expected a time in the years 1970 to 9999");
  return {.version = in.getVersion(),
          .program = read_text(in.getProgram(), limits::kIdCharsMax, "program"),
          .cluster = read_id<ClusterId>(in.getCluster(), "cluster id", Presence::kMayBeEmpty),
          .epoch = Epoch{in.getEpoch()},
          .at = WallTime{in.getWallUnixMs()},
          .offer_hold_max = read_duration(in.getOfferHoldNs(), "offer hold"),
          .settings = read_list<AllocatorSetting>(
              in.getSettings(), kSettingsMax, "settings", [](wire::AllocatorSetting::Reader one) {
                return AllocatorSetting{
                    read_text(one.getName(), limits::kIdCharsMax, "name of a setting"),
                    read_text(one.getValue(), limits::kConfigBytesMax, "value of a setting")};
              })};
}

static AllocatorLogStep read(wire::AllocatorLogStep::Reader in) {
  AllocatorLogStep value{.at = Instant{in.getAtNs()},
                         .event = codec::read(in.getEvent()),
                         .actions = in.getActions(),
                         .hash = in.getHash()};
  bool is_time = value.at.ns >= 0 && value.at.ns <= limits::kDurationNsMax;
  expect(is_time, "time of a step", "expected 0..100 years in ns");
  return value;
}

static AllocatorLogRecord read(Root::Reader in) {
  switch (in.which()) {
    case Root::START:
      return read(in.getStart());
    case Root::STEP:
      return read(in.getStep());
    case Root::NOTHING:
      fail(ErrorCode::kCorrupt, "record", "it is empty");
  }
  fail(ErrorCode::kUnsupported, "record", "a kind that this version does not know");
}

}  // namespace codec

Bytes encode(const AllocatorLogRecord& record) {
  return codec::build<wire::AllocatorLogRecord>([&](codec::Root::Builder root) {
    std::visit([&root](const auto& value) { codec::write(value, root); }, record);
  });
}

Bytes encode_step(Instant at, const allocation::Event& event, std::uint32_t actions,
                  std::uint64_t hash) {
  return codec::build<wire::AllocatorLogRecord>(
      [&](codec::Root::Builder root) { codec::write_step(at, event, actions, hash, root); });
}

Result<AllocatorLogRecord> decode_allocator_log_record(BytesView bytes) {
  return codec::read_message<wire::AllocatorLogRecord>(
      bytes, [](codec::Root::Reader in) -> Result<AllocatorLogRecord> { return codec::read(in); });
}

}  // namespace fairlead
