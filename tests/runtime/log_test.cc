#include "runtime/adapters/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>

namespace fairlead {
namespace {

TEST(LogLine, PlainValuesStandBare) {
  EXPECT_EQ(format_log_line("agent_admitted", {{"agent", "a-1"}, {"ms", 12}}),
            "event=agent_admitted agent=a-1 ms=12");
}

TEST(LogLine, OtherTextIsQuotedAndEscaped) {
  EXPECT_EQ(format_log_line("e", {{"a", "two words"}, {"b", ""}, {"c", "x=\"1\"\n\x01"}}),
            "event=e a=\"two words\" b=\"\" c=\"x=\\\"1\\\"\\n\\x01\"");
}

TEST(LogLine, NobodyForgesASecondLine) {
  std::string line = format_log_line("e", {{"name", "x\nevent=forged"}});
  EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr("\n")));
}

TEST(LogLine, LongTextIsCut) {
  EXPECT_LT(format_log_line("e", {{"a", std::string(100'000, 'x')}}).size(), 1'100u);
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(SecretText, CannotBePrintedOrLogged) {
  EXPECT_FALSE(Printable<SecretText>);
  EXPECT_FALSE((std::is_constructible_v<LogField, std::string_view, SecretText>));
  EXPECT_FALSE((std::is_convertible_v<SecretText, std::string>));
  EXPECT_EQ(SecretText("key").reveal(), "key");
}

TEST(Log, StartingTwiceIsHarmless) {
  EXPECT_TRUE(start_log({.program = "runtime_test"}).ok());
  EXPECT_TRUE(start_log({.program = "runtime_test"}).ok());
}

}  // namespace
}  // namespace fairlead
