#include "tests/schemas/golden_bytes.h"

#include <cctype>

#include "tests/support/golden_file.h"

namespace fairlead {
namespace {

std::string hex_of(BytesView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 0xfU];
    if (i % 8 == 7) out += i % 32 == 31 ? '\n' : ' ';
  }
  return out + "\n";
}

Bytes bytes_of(const std::string& hex) {
  Bytes out;
  std::string digits;
  for (char c : hex) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0) digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return out;
}

}  // namespace

Bytes golden(const std::string& name, const Bytes& encoded) {
  std::string path = std::string(FAIRLEAD_SOURCE_DIR) + "/tests/golden/schemas/" + name + ".hex";
  EXPECT_TRUE(test::matches_golden(path, hex_of(encoded)));
  return bytes_of(test::read_golden(path));
}

EnvelopeHeader header() {
  return {.cluster = {"0123456789abcdef0123456789abcdef"},
          .epoch = {3},
          .session = {77},
          .sequence = 5,
          .peer = {"agent/a1"},
          .lease_ns = 1'000'000'000};
}

Amounts all_amounts() {
  Amounts out;
  out.scalars.standard = {1'500, 2 << 20, 10 << 20, 1'000};
  out.scalars.custom = {{"licenses", 4'000}};
  out.ranges = {{"ports", {{31'000, 32'000}, {33'000, 33'010}}}};
  out.sets = {{"racks", {"a", "b"}}};
  return out;
}

Resources all_resources() {
  LotKind reserved{
      .reservations = {{.role = {"a"}},
                       {.role = {"a/b"}, .kind = ReservationKind::kDynamic, .principal = {"ops"}}},
      .volume = Volume{.id = "v1", .container_path = "data"},
      .revocable = true,
      .shared = true};
  return {{{{}, all_amounts()}, {reserved, all_amounts()}}};
}

TaskStatus status() {
  return {.framework = {"f1"},
          .task = {"t1"},
          .attempt = 2,
          .agent = {"a1"},
          .state = TaskState::kFailed,
          .reason = TaskReason::kMemoryLimit,
          .message = "over its limit",
          .source = StatusSource::kAgent,
          .update = 4,
          .at = {1'700'000'000'000},
          .exit = ExitStatus{.code = std::nullopt, .signal = 9},
          .usage = ResourceUsage{1, 2, 3, 4, 5},
          .container_path = "f1/t1/2"};
}

TaskSpec spec() {
  return {.id = {"t1"},
          .name = "work",
          .command = {.argv = {"/bin/sh", "-c", "true"},
                      .environment = {{"HOME", "/"}},
                      .user = "nobody",
                      .working_directory = "/tmp"},
          .resources = all_resources(),
          .limits = {.cpu_milli = 2'000,
                     .memory_kib = 1 << 20,
                     .pids = 100,
                     .rlimits = {{"nofile", 1'024, 4'096}}},
          .kill_grace = seconds(10),
          .duration_max = seconds(3'600),
          .labels = {{"team", "red"}}};
}

LaunchTask launch() {
  return {.token = {{"f1"}, {"t1"}, 2, {"a1"}},
          .role = {"a/b"},
          .framework_name = "batch",
          .spec = spec()};
}

Attributes attributes() {
  return {{"level", std::int64_t{3'500}},
          {"rack", std::string("a1")},
          {"slots", std::vector<Interval>{{1, 4}}}};
}

}  // namespace fairlead
