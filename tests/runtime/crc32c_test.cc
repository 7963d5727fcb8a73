#include "common/crc32c.h"

#include <gtest/gtest.h>

#include <string_view>

namespace fairlead {
namespace {

std::uint32_t crc_of(std::string_view text) {
  Bytes bytes(text.begin(), text.end());
  return crc32c(bytes);
}

TEST(Crc32c, MatchesTheVectorsOfRfc3720) {
  EXPECT_EQ(crc32c(Bytes(32, 0x00)), 0x8a9136aau);
  EXPECT_EQ(crc32c(Bytes(32, 0xff)), 0x62a8ab43u);
  Bytes rising;
  for (int i = 0; i < 32; ++i) rising.push_back(static_cast<std::uint8_t>(i));
  EXPECT_EQ(crc32c(rising), 0x46dd794eu);
  EXPECT_EQ(crc32c(Bytes(rising.rbegin(), rising.rend())), 0x113fdb5cu);
}

TEST(Crc32c, MatchesTheCheckValue) {
  EXPECT_EQ(crc_of("123456789"), 0xe3069283u);
  EXPECT_EQ(crc_of(""), 0u);
}

TEST(Crc32c, GoesOnOverSeveralRuns) {
  Bytes all;
  for (int i = 0; i < 100; ++i) all.push_back(static_cast<std::uint8_t>(i * 37));
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    BytesView view(all);
    EXPECT_EQ(crc32c(view.subspan(cut), crc32c(view.first(cut))), crc32c(all)) << cut;
  }
}

}  // namespace
}  // namespace fairlead
