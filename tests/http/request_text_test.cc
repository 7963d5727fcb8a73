#include "runtime/adapters/http/request_text.h"

#include <gtest/gtest.h>

#include "common/limits.h"

namespace fairlead {
namespace {

std::string head(std::string_view headers) {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n";
}

TEST(RequestHead, OrdinaryOnesPass) {
  EXPECT_TRUE(check_request_head("GET / HTTP/1.0\r\n\r\n").ok());
  EXPECT_TRUE(check_request_head(head("Content-Length: 12\r\n")).ok());
  EXPECT_TRUE(check_request_head(head("Transfer-Encoding: chunked\r\nX-Empty:\r\n")).ok());
}

TEST(RequestHead, WhatTwoParsersCouldReadDifferentlyIsRefused) {
  const std::string bad[] = {
      head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
      head("Content-Length: 1\r\nContent-Length: 1\r\n"),
      head("Content-Length: 1, 1\r\n"),
      head("Content-Length: +1\r\n"),
      head("Content-Length: -1\r\n"),
      head("Content-Length: 0x10\r\n"),
      head("Content-Length:\r\n"),
      head("Content-Length: 99999999999999999999\r\n"),
      head("Transfer-Encoding: gzip, chunked\r\n"),
      head("Transfer-Encoding: xchunked\r\n"),
      head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      head("Transfer-Encoding : chunked\r\n"),
      head("X: a\r\n folded\r\n"),
      head(" X: a\r\n"),
      head("X\r\n"),
      head(": empty name\r\n"),
      head("Host: b\r\n"),
      head("Authorization: a\r\nAuthorization: b\r\n"),
      head("X: a\rb\r\n"),
      head("X: a\nY: b\r\n"),
      head(std::string_view("X: a\0b\r\n", 8)),
      "GET / HTTP/1.1\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET HTTP/1.1\r\nHost: a\r\n\r\n",
      "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      "GET / HTTP/1.1\r\nHost: a\r\n",
      "",
  };
  for (const std::string& text : bad) {
    const Status status = check_request_head(text);
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalid) << text;
  }
}

TEST(RequestHead, TheNumberOfHeadersIsBounded) {
  std::string headers;
  for (std::size_t i = 1; i < limits::kHttpHeadersMax; ++i) headers += "X: 1\r\n";
  EXPECT_TRUE(check_request_head(head(headers)).ok());
  const Status status = check_request_head(head(headers + "X: 1\r\n"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kExhausted);
}

TEST(RequestTarget, PathIsDecodedAndNormalised) {
  struct Case {
    const char* target;
    const char* path;
  };
  for (const Case& c :
       {Case{"/", "/"}, Case{"/a//b/./c/", "/a/b/c"}, Case{"/a/../b", "/b"},
        Case{"/roles/a%2Fb/weight", "/roles/a/b/weight"}, Case{"/a+b%20c", "/a+b c"}}) {
    const auto parsed = parse_request_target(c.target);
    ASSERT_TRUE(parsed.ok()) << c.target;
    EXPECT_EQ(parsed->path, c.path);
  }
}

TEST(RequestTarget, EscapesFromTheRootAndBrokenEscapesAreRefused) {
  for (const char* target : {"/..", "/a/../../b", "/%2e%2e/etc/passwd", "/a%2f..%2f..%2fb", "/%00",
                             "/%", "/%4", "/%zz", "/a#b", "/a%0d%0ab", "/x?y=%00"}) {
    EXPECT_FALSE(parse_request_target(target).ok()) << target;
  }
}

TEST(RequestTarget, QueryIsDecodedAndTheLastOfANameWins) {
  const auto parsed = parse_request_target("/x?a=1&b=x+y%26z&&flag&a=2&empty=");
  ASSERT_TRUE(parsed.ok());
  const std::map<std::string, std::string> expected = {
      {"a", "2"}, {"b", "x y&z"}, {"flag", ""}, {"empty", ""}};
  EXPECT_EQ(parsed->query, expected);
}

TEST(Percent, EncodingIsUndoneByDecoding) {
  const std::string text = "a/b c?d=é&\x01%";
  EXPECT_EQ(*decode_percent(encode_percent(text), false), text);
  EXPECT_EQ(encode_percent("team/ads"), "team%2Fads");
}

}  // namespace
}  // namespace fairlead
