// The fuzz targets under every compiler: on their seeds, on what fuzzing once found
// (tests/fuzz/found/<target>/*), and on fixed mutations of the seeds.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "tests/fuzz/seeds.h"

namespace fairlead::fuzz {
namespace {

class FuzzTarget : public ::testing::TestWithParam<Target> {};

TEST_P(FuzzTarget, AcceptsItsSeedsAndTheirMutants) {
  constexpr std::uint64_t kSeeds = 20;
  constexpr int kMutants = 100;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Bytes valid = GetParam().seed_input(seed);
    GetParam().run(valid);
    std::mt19937_64 draws(seed);
    for (int i = 0; i < kMutants; ++i) {
      Bytes mutant = valid;
      for (std::uint64_t n = 1 + draws() % 3; n > 0; --n) {
        mutant[draws() % mutant.size()] = static_cast<std::uint8_t>(draws());
      }
      GetParam().run(mutant);
    }
  }
  EXPECT_EQ(GetParam().seed_input(1), GetParam().seed_input(1));
}

TEST_P(FuzzTarget, SurvivesWhatWasFoundBefore) {
  std::filesystem::path folder =
      std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/fuzz/found" / GetParam().name;
  ASSERT_TRUE(std::filesystem::exists(folder)) << folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    GetParam().run(Bytes(content.begin(), content.end()));
  }
}

INSTANTIATE_TEST_SUITE_P(Decoders, FuzzTarget, ::testing::ValuesIn(targets()),
                         [](const ::testing::TestParamInfo<Target>& param) {
                           return std::string(param.param.name);
                         });

}  // namespace
}  // namespace fairlead::fuzz
