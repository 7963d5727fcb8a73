#include "runtime/znode_coordination.h"

#include <algorithm>
#include <utility>

#include "common/check.h"
#include "runtime/registry_layout.h"
#include "runtime/registry_setup.h"

namespace fairlead {

ZnodeCoordination::ZnodeCoordination(ZnodeCoordinationOptions options, ZnodeCoordinationPorts ports,
                                     const Clock& clock, CoordinationEvents events)
    : options_(std::move(options)),
      ports_(std::move(ports)),
      clock_(clock),
      events_(std::move(events)),
      cluster_(options_.expected) {}

ZnodeCoordination::~ZnodeCoordination() {
  close_session();
}

Status ZnodeCoordination::start(LeaderRecord mine) {
  check(nodes_ == nullptr, "a coordination starts once");
  mine_ = std::move(mine);
  return open_session(options_.start_max);
}

Status ZnodeCoordination::open_session(Duration span_max) {
  Result<std::unique_ptr<Znodes>> opened = ports_.open();
  if (!opened) return opened.error();
  nodes_ = std::move(*opened);
  Result<ClusterId> cluster = prepare_registry(
      *nodes_,
      {.name = options_.name, .fresh = options_.fresh, .expected = cluster_, .span_max = span_max});
  if (!cluster) return cluster.error();
  reader_.emplace(*nodes_, options_.name);
  if (Status read = reader_->catch_up(span_max); !read) return read;
  // Before the candidacy: a registry that is not for us must not see our epoch either.
  if (Status accepted = ports_.accept(*cluster, reader_->rows().contents()); !accepted) {
    return accepted;
  }
  cluster_ = *cluster;
  is_caught_up_ = true;
  ports_.on_session();
  watching_.emplace();
  follow_head();
  election_ = std::make_unique<ZnodeElection>(
      *nodes_, clock_,
      ElectionOptions{.endpoint = mine_.endpoint, .http = mine_.http, .epoch_floor = mine_.epoch},
      ElectionEvents{.on_elected = [this](const Elected& elected) { elected_ = elected; },
                     .on_lost = [this](const std::string& reason) { lost_ = reason; },
                     .on_leader = [this](const LeaderRecord& record) { leader_ = record; }});
  election_->campaign();
  return {};
}

void ZnodeCoordination::close_session() {
  watching_.reset();
  store_.reset();
  election_.reset();
  reader_.reset();
  nodes_.reset();
  elected_.reset();
  lost_.reset();
  is_caught_up_ = false;
  catch_up_at_ = Instant::never();
}

void ZnodeCoordination::follow_head() {
  auto changed = watching_->guard([this] {
    is_caught_up_ = false;
    catch_up_at_ = std::min(catch_up_at_, clock_.now() + options_.catch_up_every);
    if (reader_) follow_head();
  });
  nodes_->read(kHeadPath, watching_->guard([this](const ZnodeRead& read) {
    // The watch is not set then; the next look sets it.
    if (read.status != ZnodeStatus::kOk) catch_up_at_ = clock_.now() + options_.retry_every;
  }),
               changed);
}

Instant ZnodeCoordination::acting_until() const {
  return store_ != nullptr && !lost_ && !has_ended_ ? election_->acting_until() : Instant{};
}

Standby ZnodeCoordination::standby() const {
  bool is_connected = nodes_ != nullptr && nodes_->phase() == ZnodePhase::kConnected;
  return {.is_caught_up = is_caught_up_ && is_connected, .leader = leader_};
}

Instant ZnodeCoordination::next_deadline() const {
  if (has_ended_) return Instant::never();
  if (lost_ || (elected_ && !store_)) return Instant{};
  Instant next = std::min(catch_up_at_, reopen_at_);
  return election_ == nullptr ? next : std::min(next, election_->next_deadline());
}

void ZnodeCoordination::on_time(Instant now) {
  if (has_ended_) return;
  if (election_ != nullptr) election_->on_time(now);
  if (lost_) {
    if (elected_) return end({ErrorCode::kUnavailable, options_.name + ": " + *lost_});
    // A standby has nothing to lose: a new session, a new candidacy. After a pause, in case it is
    // the servers' data that it cannot live with.
    events_.on_trouble(options_.name + ": candidacy lost: " + *lost_);
    close_session();
    reopen_at_ = now + options_.retry_every / 2;
  }
  if (now >= reopen_at_) return reopen(now);
  if (elected_ && !store_) return take_over();
  if (now >= catch_up_at_) catch_up(now);
}

void ZnodeCoordination::reopen(Instant now) {
  reopen_at_ = Instant::never();
  Status opened = open_session(options_.answer_max);
  if (opened) return;
  close_session();
  if (opened.error().code != ErrorCode::kUnavailable) return end(opened.error());
  events_.on_trouble(opened.error().message);
  reopen_at_ = now + options_.retry_every;
}

void ZnodeCoordination::catch_up(Instant now) {
  catch_up_at_ = Instant::never();
  if (!reader_) return;
  // Before the reading: what changes meanwhile makes it false again.
  is_caught_up_ = true;
  Status read = reader_->catch_up(options_.answer_max);
  if (read) return;
  is_caught_up_ = false;
  if (read.error().code != ErrorCode::kUnavailable) return end(read.error());
  events_.on_trouble(read.error().message);
  catch_up_at_ = now + options_.retry_every;
}

void ZnodeCoordination::take_over() {
  store_ =
      std::make_unique<ZnodeStore>(*nodes_, std::move(*reader_),
                                   ZnodeStoreOptions{.name = options_.name,
                                                     .epoch = elected_->epoch,
                                                     .epoch_version = elected_->epoch_version,
                                                     // Longer, and the lease is over.
                                                     .load_max = nodes_->session_timeout() / 2},
                                   events_.on_outcome);
  reader_.reset();
  watching_.reset();
  catch_up_at_ = Instant::never();
  Result<StoreContents> contents = store_->load();
  if (!contents) return end(contents.error());
  if (lost_) return;  // on_time says so
  events_.on_lead({.cluster = cluster_,
                   .epoch = elected_->epoch,
                   .epoch_floor = mine_.epoch,
                   .contents = std::move(*contents)});
}

void ZnodeCoordination::end(const Error& error) {
  has_ended_ = true;
  events_.on_end(error);
}

}  // namespace fairlead
