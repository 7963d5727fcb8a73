#include "runtime/link/peer_links.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "common/limits.h"
#include "schemas/agent_codec.h"
#include "schemas/codec.h"
#include "schemas/framework_codec.h"

namespace fairlead {
namespace {

constexpr std::string_view kAgentPrefix = "agent/";
constexpr std::string_view kFrameworkPrefix = "framework/";
constexpr Duration kAnswerPause = seconds(1);
// Flushed in the middle of a round: a thousand messages fill envelopes well, while all launches of
// one round (some hundred bytes each) would take many times the memory of the tasks themselves.
constexpr std::size_t kQueuedMessagesMax = 1'000;
constexpr std::size_t kOffersTogetherMax = 500;  // a framework must not wait for thousands

bool is_agent(const PeerId& peer) {
  return peer.text.starts_with(kAgentPrefix);
}
bool is_framework(const PeerId& peer) {
  return peer.text.starts_with(kFrameworkPrefix);
}

PeerId peer_of(const AgentId& agent) {
  return {std::string(kAgentPrefix) + agent.text};
}
AgentId agent_of(const PeerId& peer) {
  return {peer.text.substr(kAgentPrefix.size())};
}
/// The second half of the message when it is too large for an envelope and can be cut; the first
/// half stays.
std::optional<MasterToFramework> cut_half(MasterToFramework& message) {
  auto* offers = std::get_if<Offers>(&message);
  if (offers == nullptr || offers->offers.size() < 2) return std::nullopt;
  auto middle = offers->offers.begin() + static_cast<std::ptrdiff_t>(offers->offers.size() / 2);
  Offers second;
  second.offers.assign(std::make_move_iterator(middle),
                       std::make_move_iterator(offers->offers.end()));
  offers->offers.erase(middle, offers->offers.end());
  return second;
}
/// What agents are told has bounds of its own (validate(TaskSpec)).
std::optional<MasterToAgent> cut_half(MasterToAgent&) {
  return std::nullopt;
}

FrameworkId framework_of(const PeerId& peer) {
  return {peer.text.substr(kFrameworkPrefix.size())};
}

}  // namespace

PeerLinks::PeerLinks(Identity identity, const Clock& clock, Router& router, EventHandler on_event)
    : identity_(std::move(identity)),
      clock_(clock),
      router_(router),
      on_event_(std::move(on_event)) {}

void PeerLinks::on_incoming(const Incoming& incoming) {
  ++counters_.envelopes_in;
  Result<EnvelopeHeader> header = peek_header(incoming.bytes);
  if (!header) {
    refuse(incoming, header.error());
  } else if (is_agent(header->peer)) {
    take_agent(incoming);
  } else if (is_framework(header->peer)) {
    take_framework(incoming);
  } else {
    refuse(incoming, invalid({.what = "envelope",
                              .where = "peer",
                              .expected = "agent/<id> or framework/<id>",
                              .got = header->peer.text.substr(0, 60)}));
  }
  if (queued_messages_ >= kQueuedMessagesMax) flush();
}

void PeerLinks::take_agent(const Incoming& incoming) {
  Result<Envelope<AgentToMaster>> envelope = decode_agent_to_master(incoming.bytes);
  if (!envelope) return refuse(incoming, envelope.error());
  std::optional<LinkNumber> number = admit(incoming, envelope->header);
  if (!number) return;
  counters_.messages_in += envelope->messages.size();
  Sender sender{*number, incoming.principal, envelope->header.session};
  AgentId agent = agent_of(envelope->header.peer);
  for (AgentToMaster& message : envelope->messages) {
    on_event_(AgentSaid{sender, agent, std::move(message)});
  }
}

void PeerLinks::take_framework(const Incoming& incoming) {
  Result<Envelope<FrameworkToMaster>> envelope = decode_framework_to_master(incoming.bytes);
  if (!envelope) return refuse(incoming, envelope.error());
  std::optional<LinkNumber> number = admit(incoming, envelope->header);
  if (!number) return;
  counters_.messages_in += envelope->messages.size();
  Sender sender{*number, incoming.principal, envelope->header.session};
  FrameworkId framework = framework_of(envelope->header.peer);
  for (FrameworkToMaster& message : envelope->messages) {
    on_event_(FrameworkSaid{sender, framework, std::move(message)});
  }
}

std::optional<PeerLinks::LinkNumber> PeerLinks::admit(const Incoming& incoming,
                                                      const EnvelopeHeader& header) {
  if (header.epoch > identity_.epoch) {
    epoch_ahead_ = std::max(epoch_ahead_, header.epoch);
    refuse(incoming,
           Error{ErrorCode::kConflict,
                 "epoch: expected at most " + std::to_string(identity_.epoch.number) + ", got " +
                     std::to_string(header.epoch.number) +
                     "; hint: this master's registry is older than what its peers saw; restored "
                     "on purpose, it takes --epoch-floor"});
    return std::nullopt;
  }
  LinkKey key{incoming.from, header.session};
  std::uint32_t known = links_by_key_.find(
      hash_of(key), [&](std::uint32_t slot) { return links_.at_slot(slot).key == key; });
  LinkNumber number = known == kNoSlot ? open_link(key) : LinkNumber{links_.number_of(known)};
  Link& link = *links_.find(number.number);
  if (header.sequence <= link.received) {
    ++counters_.duplicates;
    return std::nullopt;
  }
  bool has_gap = header.sequence != link.received + 1;
  link.received = header.sequence;
  link.heard = clock_.now();
  if (is_framework(header.peer)) framework_names_[number] = header.peer;
  if (has_gap) {
    ++counters_.gaps;
    report_broken(number, header.peer);
  }
  return number;
}

PeerLinks::LinkNumber PeerLinks::open_link(const LinkKey& key) {
  Link link;
  link.key = key;
  LinkNumber number{links_.add(std::move(link))};
  links_by_key_.insert(hash_of(key), links_.slot_of(number.number));
  return number;
}

void PeerLinks::close_link(LinkNumber number) {
  links_by_key_.erase(hash_of(links_.find(number.number)->key), links_.slot_of(number.number));
  links_.remove(number.number);
  framework_names_.erase(number);
}

std::uint32_t PeerLinks::hash_of(const LinkKey& key) {
  std::uint64_t mixed = (key.connection.number * 0x9E37'79B9'7F4A'7C15U ^ key.session.number) *
                        0xBF58'476D'1CE4'E5B9U;
  return static_cast<std::uint32_t>(mixed >> 32U);
}

void PeerLinks::refuse(const Incoming& incoming, const Error& error) {
  ++counters_.refused;
  Instant now = clock_.now();
  if (refused_.size() >= limits::kRefusedPeersMax) refused_.clear();
  auto [last, is_first] = refused_.try_emplace(incoming.from, now);
  if (!is_first && now - last->second < kAnswerPause) return;
  last->second = now;
  Result<EnvelopeHeader> header = peek_header(incoming.bytes);
  PeerId peer = header ? header->peer : PeerId{};
  bool is_final = error.code == ErrorCode::kUnsupported;
  // The answer stands outside every session: sequence 0 is never a gap.
  EnvelopeHeader answer = header_for(peer, {}, 0);
  Bytes bytes;
  if (is_agent(peer)) {
    MasterToAgent message =
        is_final ? MasterToAgent{AgentRefused{error}} : MasterToAgent{AgentResync{error.message}};
    bytes = encode(Envelope<MasterToAgent>{answer, {std::move(message)}});
  } else {
    bytes = encode(Envelope<MasterToFramework>{answer, {FrameworkRefused{error, is_final}}});
  }
  if (router_.send(incoming.from, bytes) != SendOutcome::kSent) ++counters_.undelivered;
}

void PeerLinks::report_broken(LinkNumber number, const PeerId& peer) {
  if (is_agent(peer)) {
    on_event_(AgentLinkBroken{number, agent_of(peer)});
  } else {
    on_event_(FrameworkLinkBroken{number, framework_of(peer)});
  }
}

PeerLinks::Outbox& PeerLinks::open_outbox(LinkNumber number, Link& link) {
  ++queued_messages_;
  if (!link.outbox) {
    link.outbox = std::make_unique<Outbox>();
    queued_.push_back(number);
  }
  return *link.outbox;
}

void PeerLinks::send(SendToAgent action) {
  Link* link = links_.find(action.connection.number);
  if (link == nullptr) return;
  Outbox& outbox = open_outbox(action.connection, *link);
  if (outbox.peer.empty()) outbox.peer = peer_of(action.agent);
  outbox.to_agent.push_back(std::move(action.message));
}

void PeerLinks::send(SendToFramework action) {
  Link* link = links_.find(action.connection.number);
  if (link == nullptr) return;
  Outbox& outbox = open_outbox(action.connection, *link);
  if (outbox.peer.empty()) outbox.peer = framework_names_[action.connection];
  if (auto* offers = std::get_if<Offers>(&action.message)) {
    add_offers(outbox, *offers);
  } else {
    // What takes offers back must not overtake them; anything else may.
    if (std::holds_alternative<Rescind>(action.message)) close_offers(outbox);
    outbox.to_framework.push_back(std::move(action.message));
  }
}

void PeerLinks::add_offers(Outbox& outbox, Offers& more) {
  std::vector<Offer>& offers = outbox.offers.offers;
  offers.insert(offers.end(), std::make_move_iterator(more.offers.begin()),
                std::make_move_iterator(more.offers.end()));
  if (offers.size() >= kOffersTogetherMax) close_offers(outbox);
}

void PeerLinks::close_offers(Outbox& outbox) {
  if (outbox.offers.offers.empty()) return;
  outbox.to_framework.emplace_back(std::exchange(outbox.offers, {}));
}

void PeerLinks::flush() {
  // Reporting a broken link may queue more; those go out in this flush too.
  for (std::size_t i = 0; i < queued_.size(); ++i) {
    LinkNumber number = queued_[i];
    if (Link* link = links_.find(number.number)) flush_link(number, *link);
  }
  queued_.clear();
  queued_messages_ = 0;
}

void PeerLinks::flush_link(LinkNumber number, Link& link) {
  std::unique_ptr<Outbox> outbox = std::move(link.outbox);
  close_offers(*outbox);
  const PeerId& peer = outbox->peer;
  bool sent = is_agent(peer) ? send_all(link, peer, std::move(outbox->to_agent))
                             : send_all(link, peer, std::move(outbox->to_framework));
  if (sent) return;
  // What was lost cannot be sent again in order: the link ends here, and the peer's next word over
  // it starts a new one that shows the gap.
  close_link(number);
  report_broken(number, peer);
}

template <class Message>
bool PeerLinks::send_all(Link& link, const PeerId& peer, std::vector<Message> messages) {
  Envelope<Message> envelope{header_for(peer, link.key.session, link.sent + 1),
                             std::move(messages)};
  // Encoding what is too many only to learn that would be waste.
  bool is_many = envelope.messages.size() > limits::kEnvelopeMessagesMax;
  Bytes bytes = is_many ? Bytes{} : encode(envelope);
  bool is_large = bytes.size() > limits::kMessageBytesMax;
  if (is_large && envelope.messages.size() == 1) {
    std::optional<Message> second = cut_half(envelope.messages.front());
    if (second) {
      std::vector<Message> rest;
      rest.push_back(std::move(*second));
      return send_all(link, peer, std::move(envelope.messages)) &&
             send_all(link, peer, std::move(rest));
    }
  } else if (is_many || is_large) {
    auto middle =
        envelope.messages.begin() + static_cast<std::ptrdiff_t>(envelope.messages.size() / 2);
    std::vector<Message> second(std::make_move_iterator(middle),
                                std::make_move_iterator(envelope.messages.end()));
    envelope.messages.erase(middle, envelope.messages.end());
    return send_all(link, peer, std::move(envelope.messages)) &&
           send_all(link, peer, std::move(second));
  }
  ++link.sent;
  ++counters_.envelopes_out;
  counters_.messages_out += envelope.messages.size();
  if (router_.send(link.key.connection, bytes) == SendOutcome::kSent) return true;
  ++counters_.undelivered;
  return false;
}

void PeerLinks::forget_idle() {
  Instant now = clock_.now();
  links_.for_each([&](std::uint64_t number, const Link& link) {
    bool is_idle = now - link.heard > limits::kLinkIdleMax && !link.outbox;
    if (is_idle) close_link({number});
  });
}

EnvelopeHeader PeerLinks::header_for(const PeerId& peer, Session answers,
                                     std::uint64_t sequence) const {
  return {.cluster = identity_.cluster,
          .epoch = identity_.epoch,
          .session = identity_.session,
          .sequence = sequence,
          .answers = answers,
          .peer = peer};
}

}  // namespace fairlead
