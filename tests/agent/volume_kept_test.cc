// A volume in which something cannot be deleted: here a file system is mounted there, in a mount
// namespace of the test's own. Needs root.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "agent/daemon/volume_deletion.h"
#include "agent/daemon/volume_folders.h"
#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

namespace fs = std::filesystem;

TEST(VolumeKept, HoldsUpNoOtherAndGoesOnceItCan) {
  ASSERT_EQ(::unshare(CLONE_NEWNS), 0) << std::strerror(errno) << "; hint: run it as root";
  ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0) << std::strerror(errno);
  const testing::TemporaryDirectory directory;
  const std::string root = directory.path() + "/volumes";
  ASSERT_TRUE(open_volume_root(root, false).ok());
  for (const char* folder : {"/web/db", "/web/two"}) {
    ASSERT_TRUE(make_volume_folders(root, {{.folder = root + folder, .path = "data"}}).ok());
  }
  const std::string busy = root + "/web/db/busy";
  fs::create_directory(busy);
  ASSERT_EQ(::mount("none", busy.c_str(), "tmpfs", 0, nullptr), 0) << std::strerror(errno);
  for (const char* folder : {"/web/db", "/web/two"}) {
    ASSERT_TRUE(set_volume_aside(root, root + folder).ok());
  }
  EXPECT_FALSE(delete_set_aside(root, root + "/web/db", {}).ok());
  EXPECT_TRUE(delete_set_aside(root, root + "/web/two", {}).ok());
  EXPECT_FALSE(delete_set_aside(root, root + "/web/db", {}).ok()) << "it is still there";
  for (const auto& one : fs::recursive_directory_iterator(root + "/.gone/web/db")) {
    if (::umount2(one.path().c_str(), 0) == 0) break;
  }
  const Status deleted = delete_set_aside(root, root + "/web/db", {});
  EXPECT_TRUE(deleted.ok()) << deleted.error().message;
  EXPECT_TRUE(fs::is_empty(root + "/.gone"));
}

}  // namespace
}  // namespace fairlead
