// The master's end of every agent's and framework's link: bytes in, core events out; core messages
// in, envelopes out. Messages to one peer that become ready in one round of the loop leave in one
// envelope. Decides nothing about content: who may say what is for the core. Owned by a master's
// process or the simulator; loop thread only.
//
// A link is (transport connection, session): one life of one logical peer, so many agents may share
// a connection. The core sees the link's own number as the ConnectionId.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/envelope.h"
#include "common/master_events.h"
#include "common/slot_index.h"
#include "common/slot_table.h"
#include "runtime/clock.h"
#include "runtime/transport.h"

namespace fairlead {

/// Counted for /metrics.
struct PeerLinkCounters {
  std::uint64_t envelopes_in = 0;
  std::uint64_t envelopes_out = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t refused = 0;      ///< malformed, oversized, wrong version
  std::uint64_t gaps = 0;         ///< envelopes were missing
  std::uint64_t duplicates = 0;   ///< repeated or out of order, ignored
  std::uint64_t undelivered = 0;  ///< the peer's queue was full or the peer was gone
};

class PeerLinks {
 public:
  struct Identity {
    ClusterId cluster;
    Epoch epoch;
    Session session;  ///< of this life of the master
  };
  using EventHandler = std::function<void(const MasterEvent&)>;

  /// `router` outlives this object; `on_event` is called on the loop's thread.
  PeerLinks(Identity identity, const Clock& clock, Router& router, EventHandler on_event);

  /// Takes what the transport received.
  void on_incoming(const Incoming& incoming);

  /// Queues for the next flush.
  void send(SendToAgent action);
  void send(SendToFramework action);
  /// Sends what was queued, one envelope per link. Called after every round of the loop; a long
  /// round flushes in between, so that a burst's messages never wait in memory all together.
  void flush();

  /// Forgets links that were silent for limits::kLinkIdleMax. O(links).
  void forget_idle();

  /// The highest epoch above ours that a peer said it saw; 0: none did.
  Epoch epoch_ahead() const { return epoch_ahead_; }
  const PeerLinkCounters& counters() const { return counters_; }
  std::size_t size() const { return links_.size(); }

 private:
  struct LinkKey {
    ConnectionId connection;
    Session session;
    friend bool operator==(const LinkKey&, const LinkKey&) = default;
  };
  static std::uint32_t hash_of(const LinkKey& key);
  /// What waits for the next flush.
  struct Outbox {
    PeerId peer;  ///< who it is for
    /// Only the one that fits the peer's kind is ever used.
    std::vector<MasterToAgent> to_agent;
    std::vector<MasterToFramework> to_framework;
    /// Of this round, after everything in `to_framework`: a framework answers offers together.
    Offers offers;
  };
  /// Small, since there is one per agent. No name is kept here: every message to an agent names it,
  /// and frameworks, which are few, are in `framework_names_`.
  struct Link {
    LinkKey key;
    std::uint64_t received = 0;  ///< sequence of the last envelope taken
    std::uint64_t sent = 0;
    Instant heard;
    std::unique_ptr<Outbox> outbox;  ///< null while nothing waits: most links are silent
  };
  static_assert(sizeof(Link) <= 48, "there is one per agent");
  using LinkNumber = ConnectionId;

  void take_agent(const Incoming& incoming);
  void take_framework(const Incoming& incoming);
  /// The link of an envelope that is to be used; nullopt when it must be ignored. Reports gaps.
  std::optional<LinkNumber> admit(const Incoming& incoming, const EnvelopeHeader& header);
  LinkNumber open_link(const LinkKey& key);
  void close_link(LinkNumber number);
  /// Answers what could not be decoded, at most once a second per connection.
  void refuse(const Incoming& incoming, const Error& error);
  void report_broken(LinkNumber number, const PeerId& peer);
  static void add_offers(Outbox& outbox, Offers& more);
  static void close_offers(Outbox& outbox);
  /// The link's outbox, which the next flush sends.
  Outbox& open_outbox(LinkNumber number, Link& link);
  void flush_link(LinkNumber number, Link& link);
  /// In as few envelopes as limits::kMessageBytesMax allows. False when the peer cannot take them.
  template <class Message>
  bool send_all(Link& link, const PeerId& peer, std::vector<Message> messages);
  EnvelopeHeader header_for(const PeerId& peer, Session answers, std::uint64_t sequence) const;

  Identity identity_;
  const Clock& clock_;
  Router& router_;
  EventHandler on_event_;
  SlotTable<Link> links_;  ///< by number
  SlotIndex links_by_key_;
  /// Under which name each framework's link spoke last: its id only from its first subscription on.
  std::unordered_map<LinkNumber, PeerId> framework_names_;
  std::vector<LinkNumber> queued_;
  std::size_t queued_messages_ = 0;
  std::unordered_map<ConnectionId, Instant> refused_;  ///< when an answer last went to a bad peer
  PeerLinkCounters counters_;
  Epoch epoch_ahead_;
};

}  // namespace fairlead
