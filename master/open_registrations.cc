#include "master/open_registrations.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/message_sizes.h"

namespace fairlead::master {
namespace {

std::size_t bytes_of(const RegisterAgent& content) {
  std::size_t bytes = encoded_bytes_max(content.agent);
  for (const TaskReport& report : content.tasks) bytes += encoded_bytes_max(report);
  return bytes;
}

}  // namespace

OpenRegistrations::Outcome OpenRegistrations::take(Instant now, const Sender& sender,
                                                   RegisterAgentPart part) {
  if (part.part == 1) forget_others(part.content.agent.id, sender);
  auto found = open_.find(sender.connection.number);
  if (found == open_.end()) {
    if (open_.size() >= bounds_.registrations_max) return {PartTaken::kNoRoom, std::nullopt};
    found = open_.emplace(sender.connection.number, Open{}).first;
    found->second.sender = sender;
    found->second.parts = part.parts;
    found->second.whole.agent = part.content.agent;
  }
  Open& open = found->second;
  open.wait_end = now + bounds_.part_wait;
  if (open.is_given_up || part.part <= open.taken) return {PartTaken::kRepeated, std::nullopt};
  std::size_t bytes = bytes_of(part.content);
  PartTaken taken = why_not(open, part, bytes);
  if (taken != PartTaken::kMore) {
    empty(open);
    return {taken, std::nullopt};
  }
  open.taken = part.part;
  open.bytes += bytes;
  bytes_ += bytes;
  open.whole.epoch_seen = part.content.epoch_seen;
  std::move(part.content.tasks.begin(), part.content.tasks.end(),
            std::back_inserter(open.whole.tasks));
  if (open.taken < open.parts) return {PartTaken::kMore, std::nullopt};
  RegisterAgent whole = std::move(open.whole);
  bytes_ -= open.bytes;
  open_.erase(found);
  return {PartTaken::kWhole, std::move(whole)};
}

PartTaken OpenRegistrations::why_not(const Open& open, const RegisterAgentPart& part,
                                     std::size_t bytes) const {
  if (part.parts > bounds_.parts_max || open.bytes + bytes > bounds_.one_bytes_max) {
    return PartTaken::kTooLarge;
  }
  bool is_next = part.part == open.taken + 1 && part.part <= part.parts &&
                 part.parts == open.parts && part.content.agent == open.whole.agent;
  if (!is_next) return PartTaken::kLost;
  return bytes_ + bytes > bounds_.bytes_max ? PartTaken::kNoRoom : PartTaken::kMore;
}

void OpenRegistrations::empty(Open& open) {
  bytes_ -= open.bytes;
  open.bytes = 0;
  open.whole = {};
  open.is_given_up = true;
}

void OpenRegistrations::forget_others(const AgentId& agent, const Sender& sender) {
  for (auto one = open_.begin(); one != open_.end();) {
    const Open& open = one->second;
    bool is_same = open.sender.connection == sender.connection;
    bool is_its = open.whole.agent.id == agent && open.sender.principal == sender.principal;
    if (is_its && !is_same) bytes_ -= open.bytes;
    one = is_its && !is_same ? open_.erase(one) : std::next(one);
  }
}

std::optional<OpenRegistrations::Lost> OpenRegistrations::give_up(Instant now,
                                                                  ConnectionId connection) {
  auto found = open_.find(connection.number);
  if (found == open_.end() || found->second.is_given_up) return std::nullopt;
  Lost lost{found->second.sender, found->second.whole.agent.id};
  empty(found->second);
  found->second.wait_end = now + bounds_.part_wait;
  return lost;
}

std::size_t OpenRegistrations::expire(Instant now) {
  std::size_t waited = 0;
  for (auto one = open_.begin(); one != open_.end();) {
    bool is_over = one->second.wait_end <= now;
    if (is_over) {
      bytes_ -= one->second.bytes;
      if (!one->second.is_given_up) ++waited;
    }
    one = is_over ? open_.erase(one) : std::next(one);
  }
  return waited;
}

Instant OpenRegistrations::next_expiry() const {
  Instant next = Instant::never();
  for (const auto& [number, open] : open_) next = std::min(next, open.wait_end);
  return next;
}

}  // namespace fairlead::master
