#include "runtime/adapters/http/answer_reader.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(AnswerReader, AnEndBeforeTheAnswersEndIsACutConnection) {
  AnswerReader nothing(1'000, nullptr);  // the server was killed while the call waited
  EXPECT_EQ(nothing.put_end().error().code, ErrorCode::kUnavailable);
  AnswerReader half(1'000, nullptr);
  EXPECT_TRUE(half.put("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab").ok());
  EXPECT_EQ(half.put_end().error().code, ErrorCode::kUnavailable);
}

TEST(AnswerReader, AnAnswerWithoutALengthEndsWithTheConnection) {
  AnswerReader whole(1'000, nullptr);
  EXPECT_TRUE(whole.put("HTTP/1.0 200 OK\r\n\r\nab").ok());
  EXPECT_FALSE(whole.is_done());
  ASSERT_TRUE(whole.put_end().ok());
  EXPECT_EQ(whole.take().body, "ab");
}

}  // namespace
}  // namespace fairlead
