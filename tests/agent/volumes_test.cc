// Which folder is whose, and what no folder is made of.
#include "agent/volumes.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace fairlead {
namespace {

Resources lots_of(std::string_view text) {
  return parse_resources(text).value();
}

Resources volume(std::string role, std::string id, std::string path) {
  LotKind kind;
  if (!role.empty()) {
    kind.reservations.push_back(
        {.role = {std::move(role)}, .kind = ReservationKind::kDynamic, .principal = {"ops"}});
  }
  kind.volume = Volume{.id = std::move(id), .container_path = std::move(path)};
  Amounts disk;
  disk.scalars[StandardScalar::kDisk] = 1'024;
  return {{{std::move(kind), std::move(disk)}}};
}

TEST(VolumeFolder, IsBelowItsRoleAsOneWord) {
  EXPECT_EQ(volume_folder("/v", {{"web"}, "db"}), "/v/web/db");
  EXPECT_EQ(volume_folder("/v", {{"web/shop"}, "db"}), "/v/web%2Fshop/db");
  EXPECT_EQ(volume_folder("/v", {{".gone"}, "db"}), "/v/%2Egone/db")
      << "what begins with a dot in the root is the agent's own";
}

TEST(VolumeFolder, IsAnotherOneForEveryName) {
  std::set<std::string> folders;
  const std::vector<std::string> roles = {"a", "a.b", "a/b", "a-b", ".a", "a/.b"};
  for (const std::string& role : roles) folders.insert(volume_folder("/v", {{role}, "b"}));
  EXPECT_EQ(folders.size(), roles.size());
}

TEST(VolumeMounts, AreWhatATaskHoldsTheOuterPathFirst) {
  Resources held = lots_of(
      "cpus:1;disk(web@ops):1GiB;disk(web@ops){volume:in:data/db}:1GiB;"
      "disk(web@ops){volume:out:data}:1GiB");
  EXPECT_EQ(volume_mounts("/v", held),
            (std::vector<VolumeMount>{{"/v/web/out", "data"}, {"/v/web/in", "data/db"}}));
  EXPECT_TRUE(volume_mounts("/v", lots_of("cpus:1;disk(web):1GiB")).empty());
}

TEST(VolumesOfALaunch, AreRefusedWhenTheyWouldLeadOutOfTheirFolders) {
  EXPECT_TRUE(check_volumes(volume("web", "db", "data/db")).ok());
  for (const char* id : {"", ".", "..", "a/b", "../x", "-x"}) {
    EXPECT_FALSE(check_volumes(volume("web", id, "data")).ok()) << id;
  }
  for (const char* path : {"", "/data", "..", "a/../..", "a//b", "."}) {
    EXPECT_FALSE(check_volumes(volume("web", "db", path)).ok()) << path;
  }
  for (const char* role : {"", "a//b", "../web", "a/.."}) {
    EXPECT_FALSE(check_volumes(volume(role, "db", "data")).ok()) << role;
  }
}

TEST(VolumesOfALaunch, DoNotShareAPath) {
  Resources two = volume("web", "one", "data");
  add(two, volume("web", "two", "data"));
  Status refused = check_volumes(two);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("'data' twice"), std::string::npos)
      << refused.error().message;
}

TEST(VolumesOfALaunch, DoNotLieWithinASharedOne) {
  const std::string inner = "disk(web@ops){volume:in:data/db}:1GiB;";
  EXPECT_TRUE(check_volumes(lots_of(inner + "disk(web@ops){volume:out:data}:1GiB")).ok());
  Status refused = check_volumes(lots_of(inner + "disk(web@ops){shared}{volume:out:data}:1GiB"));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("'data/db' within 'data'"), std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(check_volumes(lots_of(inner + "disk(web@ops){shared}{volume:out:dat}:1GiB")).ok());
}

}  // namespace
}  // namespace fairlead
