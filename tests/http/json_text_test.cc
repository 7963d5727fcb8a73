#include "runtime/adapters/http/json_text.h"

#include <gtest/gtest.h>

#include "common/limits.h"

namespace fairlead {
namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonText, DeepDocumentsAreDiscardedAtTheBound) {
  EXPECT_TRUE(parse_json(nested(limits::kJsonDepthMax)).is_array());
  EXPECT_TRUE(parse_json(nested(limits::kJsonDepthMax + 1)).is_discarded());
  EXPECT_TRUE(parse_json(std::string(8 << 20, '[')).is_discarded());
  EXPECT_TRUE(parse_json(R"({"a":)").is_discarded());
}

TEST(JsonText, BracketsInStringsAreText) {
  const std::string text = R"(["\")" + std::string(1'000, '[') + R"(\\"])";
  const nlohmann::json json = parse_json(text);
  ASSERT_TRUE(json.is_array());
  EXPECT_EQ(json[0].get<std::string>().size(), 1'002U);
  EXPECT_TRUE(parse_json(R"(["\\",)" + nested(64) + "]").is_discarded());
}

TEST(JsonText, SiblingsDoNotAddUp) {
  std::string text = "[";
  for (int i = 0; i < 1'000; ++i) text += nested(10) + ",";
  EXPECT_EQ(parse_json(text + "0]").size(), 1'001U);
}

}  // namespace
}  // namespace fairlead
