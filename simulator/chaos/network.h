// The network between masters and their peers (agents, frameworks): connections that carry
// envelopes in order, and everything that goes wrong on them. A peer's socket keeps trying to reach
// whoever leads; a connection that is cut for long breaks, and so does one whose other end died.
// Owned by a World; not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "runtime/transport.h"
#include "simulator/chaos/process.h"

namespace fairlead::chaos {

/// What the network tells a peer. Called in the peer's life only.
class PeerEnd {
 public:
  virtual ~PeerEnd() = default;
  virtual void on_bytes(BytesView bytes) = 0;
  virtual void on_link(bool is_up) = 0;
};

/// What the network tells a master. Called in the master's life only.
class MasterEnd {
 public:
  virtual ~MasterEnd() = default;
  virtual bool is_listening() const = 0;
  virtual void on_incoming(const Incoming& incoming) = 0;
};

class Network {
 public:
  static constexpr std::size_t kNobody = ~std::size_t{0};

  /// `find_leader` says which master a peer is told to lead; kNobody: none.
  Network(Stage& stage, std::size_t hosts, std::function<std::size_t()> find_leader);

  /// In the order of their numbers. Both outlive the network.
  void add_master(Process& process, MasterEnd& end) { masters_.push_back({&process, &end}); }
  std::size_t add_peer(Process& process, PeerEnd& end);

  // --- peers ---
  /// A peer's process began: its socket connects from now on.
  void open(std::size_t peer);
  /// Its process ended.
  void close(std::size_t peer);
  SendOutcome send_to_master(std::size_t peer, BytesView bytes);

  // --- masters ---
  /// Its process ended: `is_silent` when no word of it reached the peers (its machine is gone).
  void on_master_death(std::size_t master, bool is_silent);
  SendOutcome send_to_peer(ConnectionId to, BytesView bytes);
  /// `master` leads from now on: peers hear of it one by one.
  void on_new_leader(std::size_t master);

  // --- faults ---
  /// No byte goes from `from` to `to` until `until`.
  void cut(HostId from, HostId to, Instant until);
  bool is_cut(HostId from, HostId to) const;
  void heal();

 private:
  struct Direction {
    std::deque<Bytes> bytes;
    Instant last;  ///< when the newest of them arrives
  };
  struct Connection {
    std::size_t peer = 0;
    std::size_t master = 0;
    Direction to_master;
    Direction to_peer;
    bool is_master_gone = false;
    bool is_left = false;  ///< the peer has moved on; what the master still says arrives
  };
  struct Master {
    Process* process;
    MasterEnd* end;
  };
  struct Peer {
    Process* process;
    PeerEnd* end;
    std::uint64_t connection = 0;  ///< 0: not connected
  };
  enum class Way : std::uint8_t { kToMaster, kToPeer };

  void try_to_connect(std::size_t peer);
  void connect(std::size_t peer, std::size_t master);
  /// The peer's end of its connection breaks; it connects again.
  void break_connection(std::size_t peer, std::uint64_t connection);
  /// The peer moves on to another master and keeps the link to this one.
  void leave(std::uint64_t number);
  void drop(std::uint64_t number);
  void transmit(std::uint64_t number, Way way, BytesView bytes);
  void schedule(std::uint64_t number, Way way, Direction& direction);
  void arrive(std::uint64_t number, Way way);
  void deliver_late(const Connection& connection);
  HostId host_of_peer(const Connection& c) const { return peers_[c.peer].process->host(); }
  HostId host_of_master(const Connection& c) const { return masters_[c.master].process->host(); }

  Stage& stage_;
  const std::size_t hosts_;
  std::function<std::size_t()> find_leader_;
  std::vector<Master> masters_;
  std::vector<Peer> peers_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t connections_made_ = 0;
  std::vector<Instant> cut_until_;  ///< by from * hosts + to
};

}  // namespace fairlead::chaos
