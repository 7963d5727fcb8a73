// What the tests of golden bytes share: values with every field set, and the files to compare with.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "common/agent_messages.h"
#include "common/bytes.h"
#include "common/envelope.h"
#include "common/result.h"

namespace fairlead {

/// The golden bytes, which `encoded` has to equal.
Bytes golden(const std::string& name, const Bytes& encoded);

EnvelopeHeader header();
Amounts all_amounts();
Resources all_resources();
TaskStatus status();
TaskSpec spec();
LaunchTask launch();
Attributes attributes();

template <class Message>
void expect_read(const Result<Envelope<Message>>& read, const Envelope<Message>& sent) {
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, sent);
}

}  // namespace fairlead
