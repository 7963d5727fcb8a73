#include "agent/shim/spec_codec.h"

#include <gtest/gtest.h>

namespace fairlead::shim {
namespace {

LaunchDescription full_launch() {
  LaunchDescription launch;
  ContainerSpec& spec = launch.spec;
  spec.id = {"web-1"};
  spec.hostname = "web-1";
  spec.command.argv = {"sh", "-c", "", "echo 'x\ny'"};
  spec.command.environment = {{"A", "1"}, {"B", ""}};
  spec.command.user = "nobody";
  spec.command.working_directory = "sub";
  spec.sandbox = "/s";
  spec.meta = "/m";
  spec.cpu_milli = 1'500;
  spec.cpu_limit_milli = 2'000;
  spec.memory_limit_kib = 65'536;
  spec.pids_max = 50;
  spec.rlimits = {{"nofile", 1, UINT64_MAX}};
  spec.log_bytes_max = 1 << 20;
  spec.log_files_max = 3;
  spec.volumes = {{"/v/web/db", "data/db"}, {"/v/web/log", "log", true}};
  launch.host = {.layout = isolators::CgroupLayout::kHybrid,
                 .cpu_mount = "/cg/cpu",
                 .cpuacct_mount = "/cg/cpuacct",
                 .memory_mount = "/cg/memory",
                 .pids_mount = "/cg/pids",
                 .freezer_mount = "/cg/freezer",
                 .unified_mount = "/cg/unified",
                 .has_memsw = true};
  launch.cgroup_parent = "fairlead/a1";
  return launch;
}

ContainerExit full_exit() {
  return {.id = {"web-1"},
          .exit = ExitStatus{.code = 7, .signal = {}},
          .oom_killed = true,
          .usage = {.cpu_ns = 1,
                    .memory_bytes = 2,
                    .memory_peak_bytes = 3,
                    .pids = 4,
                    .throttled_ns = 5},
          .launch_error = "",
          .log_bytes_dropped = 6};
}

TEST(ShimDocuments, LaunchSurvivesTheRoundTrip) {
  const Result<LaunchDescription> back = decode_launch(encode(full_launch()));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(*back, full_launch());
}

TEST(ShimDocuments, ExitSurvivesTheRoundTripWithCodeSignalOrError) {
  ContainerExit exit = full_exit();
  EXPECT_EQ(decode_exit(encode(exit)).value(), exit);
  exit.exit = ExitStatus{.code = {}, .signal = 9};
  EXPECT_EQ(decode_exit(encode(exit)).value(), exit);
  exit.exit.reset();
  exit.launch_error = "exec x: No such file or directory";
  EXPECT_EQ(decode_exit(encode(exit)).value(), exit);
  exit.is_machine_full = true;
  EXPECT_EQ(decode_exit(encode(exit)).value(), exit);
}

TEST(ShimDocuments, IdentityAndStartSurviveTheRoundTrip) {
  const ShimIdentity identity{123, 456'789};
  EXPECT_EQ(decode_identity(encode(identity)).value(), identity);
  const Started started{identity, 124};
  EXPECT_EQ(decode_started(encode(started)).value(), started);
}

TEST(ShimDocuments, UnknownFieldsOfANewerWriterAreSkipped) {
  FieldWriter fields;
  fields.text(900, "from the future");
  fields.number(1, 5);
  fields.unsigned_number(2, 6);
  fields.number(901, 1);
  const Result<ShimIdentity> back = decode_identity(make_document(DocumentKind::kIdentity, fields));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(*back, (ShimIdentity{5, 6}));
}

TEST(ShimDocuments, DocumentThatNeedsANewerReaderIsUnsupported) {
  Bytes bytes = encode(full_launch());
  bytes[4] = 2;  // written by version 2, still readable
  EXPECT_TRUE(decode_launch(bytes).ok());
  bytes[6] = 2;
  EXPECT_EQ(decode_launch(bytes).error().code, ErrorCode::kUnsupported);
}

TEST(ShimDocuments, AnotherKindIsRefused) {
  EXPECT_EQ(decode_exit(encode(full_launch())).error().code, ErrorCode::kCorrupt);
}

TEST(ShimDocuments, EveryTruncationGivesAnErrorOrAValueNeverACrash) {
  const Bytes whole = encode(full_launch());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Result<LaunchDescription> back = decode_launch(BytesView(whole).first(size));
    EXPECT_FALSE(back.ok() && *back == full_launch()) << size;
  }
}

TEST(ShimDocuments, EveryFlippedByteGivesAnErrorOrAValueNeverACrash) {
  std::size_t values = 0;
  std::size_t errors = 0;
  for (const Bytes& whole : {encode(full_launch()), encode(full_exit())}) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const int change : {0x01, 0x80, 0xff}) {
        Bytes bytes = whole;
        bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ change);
        for (bool is_value : {decode_launch(bytes).ok(), decode_exit(bytes).ok()}) {
          ++(is_value ? values : errors);
        }
      }
    }
  }
  // A flipped byte of a text is another text; a flipped length is an error: both must occur.
  EXPECT_GT(values, 0U);
  EXPECT_GT(errors, values);
}

TEST(ShimDocuments, ExitWithoutAnyOutcomeOrWithTwoIsCorrupt) {
  ContainerExit none = full_exit();
  none.exit.reset();
  EXPECT_FALSE(decode_exit(encode(none)).ok());
  ContainerExit both = full_exit();
  both.exit = ExitStatus{.code = 1, .signal = 2};
  EXPECT_FALSE(decode_exit(encode(both)).ok());
}

}  // namespace
}  // namespace fairlead::shim
