#include "simulator/chaos/trace.h"

#include "common/crc32c.h"

namespace fairlead::chaos {
namespace {

std::string time_text(Instant now) {
  std::string ns = std::to_string(now.ns % 1'000'000'000);
  return std::to_string(now.ns / 1'000'000'000) + "." + std::string(9 - ns.size(), '0') + ns;
}

}  // namespace

void Trace::mix(std::uint64_t value) {
  hash_ = (hash_ ^ value) * 0x100000001B3ULL;
  hash_ ^= hash_ >> 29;
}

void Trace::mix(BytesView bytes) {
  mix(bytes.size());
  mix(crc32c(bytes));
}

void Trace::line(Instant now, std::string_view who, std::string_view what) {
  mix(static_cast<std::uint64_t>(now.ns));
  for (std::string_view text : {who, what}) {
    mix(BytesView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  }
  if (read_) show(now, who, what);
}

void Trace::show(Instant now, std::string_view who, std::string_view what) const {
  read_(time_text(now) + " " + std::string(who) + " " + std::string(what));
}

void Trace::bytes(Instant now, BytesView bytes) {
  mix(static_cast<std::uint64_t>(now.ns));
  mix(bytes);
}

}  // namespace fairlead::chaos
