// Folders of volumes on a real disk: made once, set aside at once, deleted however they look
// inside.
#include "agent/daemon/volume_folders.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "agent/daemon/volume_deletion.h"
#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

namespace fs = std::filesystem;

class VolumeFolders : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(open_volume_root(root_, false).ok()); }

  Status make(const std::string& folder) {
    return make_volume_folders(root_, {{.folder = folder, .path = "data"}});
  }
  void write(const std::string& path) { std::ofstream(root_ + "/" + path) << "kept"; }
  bool exists(const std::string& path) const { return fs::exists(root_ + "/" + path); }
  std::set<std::string> folders() const {
    std::set<std::string> names;
    for (const auto& one : fs::directory_iterator(root_)) {
      names.insert(one.path().filename().string());
    }
    return names;
  }
  Status delete_all(const std::stop_token& stop = {}) {
    Status done;
    const Result<std::vector<std::string>> folders = volumes_set_aside(root_);
    for (const std::string& folder : *folders) {
      if (Status deleted = delete_set_aside(root_, folder, stop); !deleted) done = deleted;
    }
    return done;
  }

  const testing::TemporaryDirectory directory_;
  const std::string root_ = directory_.path() + "/volumes";
};

TEST_F(VolumeFolders, AreMadeOnceAndKeptAfterwards) {
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  write("web/db/row");
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  ASSERT_TRUE(open_volume_root(root_, false).ok());
  EXPECT_TRUE(exists("web/db/row"));
}

TEST_F(VolumeFolders, AreForNobodyButTheirContainers) {
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  for (const std::string& path : {root_, root_ + "/web"}) {
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0700U) << path;
  }
}

TEST_F(VolumeFolders, LieBelowTheirRootAndNowhereElse) {
  for (const std::string& folder : {root_ + "/web/../db", root_ + "/../db", root_ + "/web",
                                    root_ + "/a/b/c", root_ + "/.gone/0", root_ + "/web/.x",
                                    root_ + "x/web/db", std::string("/tmp/web/db"), root_}) {
    EXPECT_FALSE(make(folder).ok()) << folder;
    EXPECT_FALSE(set_volume_aside(root_, folder).ok()) << folder;
  }
}

TEST_F(VolumeFolders, DoNotFollowALinkInTheirPlace) {
  const std::string outside = directory_.path() + "/outside";
  fs::create_directories(outside + "/db");
  fs::create_directory_symlink(outside, root_ + "/web");
  EXPECT_FALSE(make(root_ + "/web/db").ok());
  EXPECT_FALSE(set_volume_aside(root_, root_ + "/web/db").ok());
  EXPECT_TRUE(fs::exists(outside + "/db"));
}

TEST_F(VolumeFolders, AreOutOfTheWayOnceTheyAreSetAsideAndGoneOnceTheyAreDeleted) {
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  ASSERT_TRUE(make(root_ + "/web/other").ok());
  write("web/db/row");
  ASSERT_TRUE(set_volume_aside(root_, root_ + "/web/db").ok());
  EXPECT_FALSE(exists("web/db"));
  EXPECT_FALSE(fs::is_empty(root_ + "/.gone"));
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  EXPECT_FALSE(exists("web/db/row")) << "a new one of the name begins empty";
  ASSERT_TRUE(delete_all().ok());
  EXPECT_TRUE(fs::is_empty(root_ + "/.gone"));
  EXPECT_TRUE(exists("web/db") && exists("web/other"));
}

TEST_F(VolumeFolders, ThatAreNotThereAreSetAsideAsWell) {
  EXPECT_TRUE(set_volume_aside(root_, root_ + "/web/db").ok());
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  EXPECT_TRUE(set_volume_aside(root_, root_ + "/web/other").ok());
  EXPECT_TRUE(set_volume_aside(root_, root_ + "/" + std::string(300, 'r') + "/db").ok());
  EXPECT_TRUE(exists("web/db"));
}

TEST_F(VolumeFolders, OfALifeBeforeAreDeletedToo) {
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  ASSERT_TRUE(make(root_ + "/web/two").ok());
  write("web/db/row");
  ASSERT_TRUE(set_volume_aside(root_, root_ + "/web/db").ok());
  // The agent died here. The volume is made and destroyed once more.
  ASSERT_TRUE(open_volume_root(root_, false).ok());
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  for (const char* id : {"two", "db"}) {
    ASSERT_TRUE(set_volume_aside(root_, root_ + "/web/" + id).ok());
  }
  EXPECT_EQ(volumes_set_aside(root_).value(),
            (std::vector<std::string>{root_ + "/web/db", root_ + "/web/two"}));
  ASSERT_TRUE(delete_all().ok());
  EXPECT_TRUE(fs::is_empty(root_ + "/.gone"));
  EXPECT_FALSE(exists("web")) << "the role's folder goes with its last volume";
}

TEST_F(VolumeFolders, AreDeletedHoweverDeepATaskHasMadeThem) {
  constexpr int kDepth = 3'000;  // beyond PATH_MAX, and beyond the descriptors of a process
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  const fs::path before = fs::current_path();
  fs::current_path(root_ + "/web/db");
  for (int i = 0; i < kDepth; ++i) {
    ASSERT_EQ(::mkdir("inside", 0755), 0);
    ASSERT_EQ(::chdir("inside"), 0);
  }
  fs::current_path(before);
  ASSERT_TRUE(set_volume_aside(root_, root_ + "/web/db").ok());
  Status deleted = delete_all();
  EXPECT_TRUE(deleted.ok()) << deleted.error().message;
  EXPECT_TRUE(fs::is_empty(root_ + "/.gone"));
}

TEST_F(VolumeFolders, AreDeletedWithTheirLinksButNotWithWhatTheseName) {
  const std::string outside = directory_.path() + "/outside";
  fs::create_directories(outside);
  std::ofstream(outside + "/row") << "another's";
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  fs::create_directory_symlink(outside, root_ + "/web/db/link");
  ASSERT_TRUE(set_volume_aside(root_, root_ + "/web/db").ok());
  ASSERT_TRUE(delete_all().ok());
  EXPECT_TRUE(fs::exists(outside + "/row"));
}

TEST_F(VolumeFolders, OfAnotherAgentAreKeptAside) {
  fs::create_directory(root_ + "/lost+found");
  ASSERT_TRUE(open_volume_root(root_, true).ok());
  EXPECT_EQ(folders(), (std::set<std::string>{".gone", "lost+found"})) << "there were none";
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  write("web/db/row");
  ASSERT_TRUE(open_volume_root(root_, true).ok());
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  EXPECT_FALSE(exists("web/db/row"));
  ASSERT_EQ(folders().size(), 4U);
  const std::set<std::string> now = folders();
  const std::string aside = *std::next(now.begin());
  EXPECT_TRUE(exists(aside + "/web/db/row")) << aside;
}

TEST_F(VolumeFolders, StayWhereTheyAreWhenTheDeletingIsStopped) {
  ASSERT_TRUE(make(root_ + "/web/db").ok());
  ASSERT_TRUE(set_volume_aside(root_, root_ + "/web/db").ok());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(delete_all(stop.get_token()).ok());
  EXPECT_FALSE(fs::is_empty(root_ + "/.gone"));
  EXPECT_TRUE(delete_all().ok());
  EXPECT_TRUE(fs::is_empty(root_ + "/.gone"));
}

}  // namespace
}  // namespace fairlead
