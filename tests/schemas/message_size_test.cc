// What cores believe about sizes, against what the codec writes; and that nothing which is allowed
// to be large outgrows one envelope.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "agent/registration_parts.h"
#include "common/limits.h"
#include "common/message_sizes.h"
#include "schemas/agent_codec.h"
#include "schemas/framework_codec.h"
#include "tests/support/generators.h"

namespace fairlead {
namespace {

constexpr std::size_t kEnvelopeBytes = 1'024;  // header, list of messages, one registration's own

std::size_t believed(const RegisterAgent& registration) {
  std::size_t bytes = kEnvelopeBytes + encoded_bytes_max(registration.agent);
  for (const TaskReport& report : registration.tasks) bytes += encoded_bytes_max(report);
  return bytes;
}

std::size_t encoded(AgentToMaster message) {
  return encode(Envelope<AgentToMaster>{{}, {std::move(message)}}).size();
}

RC_GTEST_PROP(MessageSize, ARegistrationIsNeverLargerThanBelieved, ()) {
  for (const AgentToMaster& message : (*generators::agent_to_master_envelope()).messages) {
    if (const auto* whole = std::get_if<RegisterAgent>(&message)) {
      RC_ASSERT(encoded(*whole) <= believed(*whole));
    } else if (const auto* part = std::get_if<RegisterAgentPart>(&message)) {
      RC_ASSERT(encoded(*part) <= believed(part->content));
    }
  }
}

RC_GTEST_PROP(MessageSize, LaunchesAndDemandAreNeverLargerThanBelieved, ()) {
  for (const FrameworkToMaster& message : (*generators::framework_to_master_envelope()).messages) {
    std::size_t bytes = encode(Envelope<FrameworkToMaster>{{}, {message}}).size();
    if (const auto* accept = std::get_if<AcceptOffers>(&message)) {
      std::size_t believed = kEnvelopeBytes + accept->offers.size() * sizeof(std::uint64_t);
      for (const TaskLaunch& launch : accept->launches) believed += encoded_bytes_max(launch.spec);
      RC_ASSERT(bytes <= believed);
    } else if (const auto* demand = std::get_if<SetDemand>(&message)) {
      RC_ASSERT(bytes <= kEnvelopeBytes + encoded_bytes_max(*demand));
    }
  }
}

RC_GTEST_PROP(RegistrationParts, TogetherTheyAreTheRegistrationInOrder, ()) {
  RegisterAgent whole;
  for (const AgentToMaster& message : (*generators::agent_to_master_envelope()).messages) {
    if (const auto* one = std::get_if<RegisterAgent>(&message)) {
      whole.agent = one->agent;
      whole.epoch_seen = one->epoch_seen;
      whole.tasks.insert(whole.tasks.end(), one->tasks.begin(), one->tasks.end());
    }
  }
  std::size_t part_bytes_max = *rc::gen::inRange<std::size_t>(0, 20'000);
  std::vector<AgentToMaster> messages = in_parts(whole, part_bytes_max);
  if (messages.size() == 1) {
    RC_ASSERT(std::get<RegisterAgent>(messages[0]) == whole);
    return;
  }
  std::vector<TaskReport> tasks;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& part = std::get<RegisterAgentPart>(messages[i]);
    RC_ASSERT(part.part == i + 1);
    RC_ASSERT(part.parts == messages.size());
    RC_ASSERT(part.content.agent == whole.agent);
    RC_ASSERT(part.content.epoch_seen == whole.epoch_seen);
    RC_ASSERT(part.content.tasks.size() == 1 ||
              believed(part.content) - kEnvelopeBytes <= part_bytes_max);
    tasks.insert(tasks.end(), part.content.tasks.begin(), part.content.tasks.end());
  }
  RC_ASSERT(tasks == whole.tasks);
}

/// A report whose texts are as long as the master takes them.
TaskReport longest_report() {
  std::string id(limits::kIdCharsMax, 'i');
  TaskReport report;
  report.token = {.framework = {id}, .task = {id}, .attempt = 1, .agent = {id}};
  report.name = id;
  report.role = {std::string(limits::kRoleCharsMax, 'r')};
  report.resources = plain(*parse_amounts("cpus:1;mem:1GiB;disk:1GiB;ports:[1000-1100,2000-2100]"));
  report.status.framework = {id};
  report.status.task = {id + "2"};  // not the token's: both are written
  report.status.agent = {id};
  report.status.message = std::string(limits::kStatusMessageCharsMax, 'm');
  report.status.container_path = std::string(1'024, 'p');
  report.status.usage = ResourceUsage{};
  return report;
}

TEST(RegistrationParts, AsManyOfTheLongestTasksAsAnAgentMayHaveFitTheBounds) {
  RegisterAgent whole{.agent = {.id = {"a1"}}, .epoch_seen = {1}, .tasks = {}};
  whole.tasks.assign(limits::kTasksPerAgentMax, longest_report());
  EXPECT_LE(believed(whole), limits::kRegistrationBytesMax);
  std::vector<AgentToMaster> parts = in_parts(whole, limits::kRegistrationPartBytes);
  EXPECT_GT(parts.size(), 1U);
  EXPECT_LE(parts.size(), limits::kRegistrationPartsMax);
  for (AgentToMaster& part : parts) EXPECT_LE(encoded(std::move(part)), limits::kMessageBytesMax);
}

TEST(RegistrationParts, AnAgentOfFewTasksRegistersInOneMessage) {
  RegisterAgent whole{.agent = {.id = {"a1"}}, .epoch_seen = {1}, .tasks = {}};
  whole.tasks.assign(100, longest_report());
  EXPECT_EQ(in_parts(whole, limits::kRegistrationPartBytes).size(), 1U);
}

TEST(MessageSize, TheLongestReconcileFitsOneEnvelope) {
  std::string id(limits::kIdCharsMax, 'i');
  Reconcile all;
  all.tasks.assign(limits::kReconcileTasksMax, {.task = {id}, .attempt = 1, .agent = {id}});
  EXPECT_LE(encode(Envelope<FrameworkToMaster>{{}, {std::move(all)}}).size(),
            limits::kMessageBytesMax);
}

TEST(MessageSize, RescindingEveryOfferOfAFrameworkFitsOneEnvelope) {
  Rescind all{.offers = {}, .reason = std::string(limits::kErrorCharsMax, 'r')};
  all.offers.assign(limits::kOffersPerFrameworkMax, OfferId{1});
  EXPECT_LE(encode(Envelope<MasterToFramework>{{}, {std::move(all)}}).size(),
            limits::kMessageBytesMax);
}

}  // namespace
}  // namespace fairlead
