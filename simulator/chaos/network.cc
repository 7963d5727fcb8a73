#include "simulator/chaos/network.h"

#include <algorithm>
#include <utility>

namespace fairlead::chaos {
namespace {

constexpr Duration kLatencyMin = microseconds(100);
constexpr Duration kLatencyMax = milliseconds(2);
constexpr Duration kDelayMin = milliseconds(50);
constexpr Duration kDelayMax = seconds(4);
constexpr Duration kLateMin = milliseconds(20);
constexpr Duration kLateMax = seconds(5);
constexpr Duration kReconnectMin = milliseconds(50);
constexpr Duration kReconnectMax = milliseconds(300);
constexpr Duration kDeadPeerMin = seconds(5);  // the transport's own heartbeats give up
constexpr Duration kDeadPeerMax = seconds(10);
constexpr std::size_t kLateEnvelopesMax = 3;

}  // namespace

Network::Network(Stage& stage, std::size_t hosts, std::function<std::size_t()> find_leader)
    : stage_(stage),
      hosts_(hosts),
      find_leader_(std::move(find_leader)),
      cut_until_(hosts * hosts) {}

std::size_t Network::add_peer(Process& process, PeerEnd& end) {
  peers_.push_back({&process, &end});
  return peers_.size() - 1;
}

// --- connections ---------------------------------------------------------------------------------

void Network::open(std::size_t peer) {
  peers_[peer].process->after(stage_.random.between(milliseconds(1), kReconnectMin),
                              [this, peer] { try_to_connect(peer); });
}

void Network::try_to_connect(std::size_t peer) {
  if (peers_[peer].connection != 0) return;
  std::size_t leader = find_leader_();
  if (leader != kNobody) {
    const Master& master = masters_[leader];
    HostId here = peers_[peer].process->host();
    bool is_reachable =
        !is_cut(here, master.process->host()) && !is_cut(master.process->host(), here);
    if (is_reachable && master.process->is_alive() && master.end->is_listening()) {
      return connect(peer, leader);
    }
  }
  peers_[peer].process->after(stage_.random.between(kReconnectMin, kReconnectMax),
                              [this, peer] { try_to_connect(peer); });
}

void Network::connect(std::size_t peer, std::size_t master) {
  std::uint64_t number = ++connections_made_;
  Connection& made = connections_[number];
  made.peer = peer;
  made.master = master;
  peers_[peer].connection = number;
  stage_.note(peers_[peer].process->name(), "connects to " + masters_[master].process->name());
  peers_[peer].end->on_link(true);
}

void Network::break_connection(std::size_t peer, std::uint64_t connection) {
  if (peers_[peer].connection != connection) return;
  drop(connection);
  peers_[peer].connection = 0;
  open(peer);
  peers_[peer].end->on_link(false);
}

void Network::leave(std::uint64_t number) {
  Connection& connection = connections_.at(number);
  std::size_t peer = connection.peer;
  connection.is_left = true;
  peers_[peer].connection = 0;
  open(peer);
  peers_[peer].end->on_link(false);
}

void Network::drop(std::uint64_t number) {
  auto found = connections_.find(number);
  if (found == connections_.end()) return;
  if (stage_.strikes(Fault::kLateBytes)) deliver_late(found->second);
  connections_.erase(found);
}

void Network::close(std::size_t peer) {
  std::vector<std::uint64_t> own;
  for (const auto& [number, connection] : connections_) {
    if (connection.peer == peer) own.push_back(number);
  }
  for (std::uint64_t number : own) drop(number);
  peers_[peer].connection = 0;
}

void Network::on_master_death(std::size_t master, bool is_silent) {
  std::erase_if(connections_, [master](const auto& one) {
    return one.second.master == master && one.second.is_left;
  });
  for (auto& [number, connection] : connections_) {
    if (connection.master != master || connection.is_master_gone) continue;
    connection.is_master_gone = true;
    Duration wait = is_silent ? stage_.random.between(kDeadPeerMin, kDeadPeerMax)
                              : stage_.random.between(microseconds(400), milliseconds(9));
    std::size_t peer = connection.peer;
    peers_[peer].process->after(wait,
                                [this, peer, number = number] { break_connection(peer, number); });
  }
}

void Network::on_new_leader(std::size_t master) {
  for (std::size_t peer = 0; peer < peers_.size(); ++peer) {
    if (!peers_[peer].process->is_alive()) continue;
    peers_[peer].process->after(
        stage_.random.between(milliseconds(1), milliseconds(900)), [this, peer, master] {
          auto found = connections_.find(peers_[peer].connection);
          if (found == connections_.end() || found->second.master == master) return;
          found->second.is_master_gone ? break_connection(peer, found->first) : leave(found->first);
        });
  }
}

// --- bytes ---------------------------------------------------------------------------------------

SendOutcome Network::send_to_master(std::size_t peer, BytesView bytes) {
  std::uint64_t number = peers_[peer].connection;
  if (number == 0) return SendOutcome::kGone;
  transmit(number, Way::kToMaster, bytes);
  return SendOutcome::kSent;
}

SendOutcome Network::send_to_peer(ConnectionId to, BytesView bytes) {
  auto found = connections_.find(to.number);
  if (found == connections_.end() || found->second.is_master_gone) return SendOutcome::kGone;
  transmit(to.number, Way::kToPeer, bytes);
  return SendOutcome::kSent;
}

void Network::transmit(std::uint64_t number, Way way, BytesView bytes) {
  Connection& connection = connections_.at(number);
  Direction& direction = way == Way::kToMaster ? connection.to_master : connection.to_peer;
  stage_.trace.bytes(stage_.now(), bytes);
  if (stage_.strikes(Fault::kMessageLost)) return;
  direction.bytes.emplace_back(bytes.begin(), bytes.end());
  schedule(number, way, direction);
  if (stage_.strikes(Fault::kMessageDuplicated)) {
    direction.bytes.emplace_back(bytes.begin(), bytes.end());
    schedule(number, way, direction);
  }
  std::size_t waiting = direction.bytes.size();
  if (waiting > 1 && stage_.strikes(Fault::kMessagesReordered)) {
    std::swap(direction.bytes[waiting - 1], direction.bytes[waiting - 2]);
  }
}

void Network::schedule(std::uint64_t number, Way way, Direction& direction) {
  Duration wait = stage_.random.between(kLatencyMin, kLatencyMax);
  if (stage_.strikes(Fault::kMessageDelayed)) {
    wait = wait + stage_.random.between(kDelayMin, kDelayMax);
  }
  direction.last = std::max(direction.last, stage_.now() + wait);
  stage_.queue.at(direction.last, [this, number, way] { arrive(number, way); });
}

void Network::arrive(std::uint64_t number, Way way) {
  auto found = connections_.find(number);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  HostId peer = host_of_peer(connection);
  HostId master = host_of_master(connection);
  bool is_to_master = way == Way::kToMaster;
  Instant until = is_to_master ? cut_until_[peer.number * hosts_ + master.number]
                               : cut_until_[master.number * hosts_ + peer.number];
  if (until > stage_.now()) {
    // Sent again and again until it arrives, or the connection breaks.
    return stage_.queue.at(until + milliseconds(1), [this, number, way] { arrive(number, way); });
  }
  Process& to =
      is_to_master ? *masters_[connection.master].process : *peers_[connection.peer].process;
  if (!to.is_alive() || (is_to_master && connection.is_master_gone)) return;
  to.after({}, [this, number, way] {
    auto still = connections_.find(number);
    if (still == connections_.end()) return;
    Connection& open = still->second;
    bool to_master = way == Way::kToMaster;
    std::deque<Bytes>& waiting = to_master ? open.to_master.bytes : open.to_peer.bytes;
    if (waiting.empty()) return;
    Bytes bytes = std::move(waiting.front());
    waiting.pop_front();
    if (to_master) {
      masters_[open.master].end->on_incoming({{number}, {"sim"}, std::move(bytes)});
    } else {
      peers_[open.peer].end->on_bytes(bytes);
    }
  });
}

/// What a connection still carried when it ended, as other ways of the same bytes deliver it: to
/// the peer by a link that it keeps to an earlier master, to the master by a queue on the way.
void Network::deliver_late(const Connection& connection) {
  Duration wait = stage_.random.between(kLateMin, kLateMax);
  std::size_t count = 0;
  for (const Bytes& bytes : connection.to_peer.bytes) {
    if (++count > kLateEnvelopesMax) break;
    stage_.queue.after(wait, [this, peer = connection.peer, bytes] {
      Process& process = *peers_[peer].process;
      if (!process.is_alive()) return;
      process.after({}, [this, peer, bytes] { peers_[peer].end->on_bytes(bytes); });
    });
  }
  count = 0;
  std::uint64_t number = ++connections_made_;
  for (const Bytes& bytes : connection.to_master.bytes) {
    if (++count > kLateEnvelopesMax) break;
    stage_.queue.after(wait, [this, number, master = connection.master, bytes] {
      Process& process = *masters_[master].process;
      if (!process.is_alive()) return;
      process.after({}, [this, number, master, bytes] {
        if (!masters_[master].end->is_listening()) return;
        masters_[master].end->on_incoming({{number}, {"sim"}, bytes});
      });
    });
  }
}

// --- cuts ----------------------------------------------------------------------------------------

void Network::cut(HostId from, HostId to, Instant until) {
  Instant& current = cut_until_[from.number * hosts_ + to.number];
  current = std::max(current, until);
  for (const auto& [number, connection] : connections_) {
    HostId peer = host_of_peer(connection);
    HostId master = host_of_master(connection);
    bool is_concerned = (from == peer && to == master) || (from == master && to == peer);
    if (!is_concerned) continue;
    std::size_t whose = connection.peer;
    peers_[whose].process->after(stage_.random.between(kDeadPeerMin, kDeadPeerMax),
                                 [this, whose, from, to, number = number] {
                                   if (is_cut(from, to)) break_connection(whose, number);
                                 });
  }
}

bool Network::is_cut(HostId from, HostId to) const {
  return cut_until_[from.number * hosts_ + to.number] > stage_.now();
}

void Network::heal() {
  for (Instant& until : cut_until_) until = std::min(until, stage_.now());
}

}  // namespace fairlead::chaos
