#include "runtime/adapters/zookeeper/master_dealer.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "common/check.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/registry_layout.h"

namespace fairlead {
namespace {

constexpr Duration kRetryEvery = seconds(1);
// Long: a peer's session holds no node, it only waits for news.
constexpr Duration kSessionTimeout = seconds(30);

std::string why_of(const ZnodeRead& read) {
  if (read.status == ZnodeStatus::kNoNode) {
    return "there is no registry; is the path of the address right, and was a master started?";
  }
  return read.reason.empty() ? to_string(read.status) : read.reason;
}

}  // namespace

MasterDealer::MasterDealer(ZmqContext& context, Loop& loop, DealerOptions options,
                           IncomingHandler on_message, LinkHandler on_link)
    : context_(context),
      loop_(loop),
      options_(std::move(options)),
      on_message_(std::move(on_message)),
      on_link_(std::move(on_link)),
      master_(options_.endpoint) {}

MasterDealer::~MasterDealer() = default;

Result<std::unique_ptr<MasterDealer>> MasterDealer::connect(ZmqContext& context, Loop& loop,
                                                            DealerOptions options,
                                                            IncomingHandler on_message,
                                                            LinkHandler on_link) {
  std::unique_ptr<MasterDealer> dealer(new MasterDealer(context, loop, std::move(options),
                                                        std::move(on_message), std::move(on_link)));
  auto timer = LoopTimer::create(loop, [self = dealer.get()] { self->on_absence_time(); });
  if (!timer) return timer.error();
  dealer->absence_timer_ = std::move(*timer);
  const std::string& master = dealer->master_;
  dealer->note_none("not connected yet to " + master);
  Status begun = is_zookeeper_address(master) ? dealer->watch() : dealer->connect_to(master);
  if (!begun) return begun.error();
  return dealer;
}

Status MasterDealer::connect_to(const std::string& endpoint) {
  dealer_.reset();
  options_.endpoint = endpoint;
  Result<std::unique_ptr<ZmqDealer>> dealer = ZmqDealer::connect(
      context_, loop_, options_, on_message_, [this](LinkState state) { on_link(state); });
  if (!dealer) return dealer.error();
  dealer_ = std::move(*dealer);
  return {};
}

Status MasterDealer::watch() {
  if (Result<ZookeeperAddress> address = read_zookeeper_address(master_); !address) {
    return address.error();
  }
  auto timer = LoopTimer::create(loop_, [this] {
    bool is_alive = nodes_ != nullptr && nodes_->phase() != ZnodePhase::kEnded;
    is_alive ? ask() : open_session();
  });
  if (!timer) return timer.error();
  retry_timer_ = std::move(*timer);
  open_session();
  return {};
}

void MasterDealer::open_session() {
  nodes_.reset();
  // Read anew: a file may name other servers than for the session before.
  Result<ZookeeperAddress> address = read_zookeeper_address(master_);
  auto opened = address ? ZookeeperClient::open({.address = std::move(*address),
                                                 .credentials = {},
                                                 .session_timeout = kSessionTimeout},
                                                loop_)
                        : address.error();
  if (!opened) {
    note_none(opened.error().message);
    return try_again_later();
  }
  nodes_ = std::move(*opened);
  nodes_->set_on_phase(lifetime_.guard([this](ZnodePhase phase) {
    // Nothing is lost with the session but the watch. Who is linked stays linked.
    if (phase == ZnodePhase::kEnded) try_again_later();
  }));
  ask();
}

void MasterDealer::ask() {
  auto changed = lifetime_.guard([this] { ask(); });
  nodes_->read(kEpochPath, lifetime_.guard([this](const ZnodeRead& read) { on_record(read); }),
               changed);
}

void MasterDealer::on_record(const ZnodeRead& read) {
  if (read.status == ZnodeStatus::kSessionEnded) return;  // the phase says so
  if (read.status != ZnodeStatus::kOk) {
    note_none(why_of(read));
    return try_again_later();
  }
  Result<LeaderRecord> record = decode_leader_record(read.data);
  if (!record) return note_none(record.error().message);
  follow(*record);
}

void MasterDealer::follow(const LeaderRecord& record) {
  // An older one is a slow server's.
  if (record.epoch <= leader_.epoch) {
    if (record.epoch.number == 0) note_none("nobody has led yet");
    return;
  }
  leader_ = record;
  const bool had_link = dealer_ != nullptr;
  log_line(LogLevel::kInfo, "leader",
           {{"epoch", record.epoch.number}, {"master", record.endpoint}});
  Status connected = connect_to(record.endpoint);
  note_none(connected ? "not connected yet to " + record.endpoint : connected.error().message);
  if (had_link) on_link_(LinkState::kDown);
}

SendOutcome MasterDealer::send(BytesView bytes) {
  return dealer_ == nullptr ? SendOutcome::kGone : dealer_->send(bytes);
}

void MasterDealer::on_link(LinkState state) {
  if (state == LinkState::kUp) {
    if (std::optional<Duration> span = absence_.end(clock_.now())) {
      log_line(LogLevel::kInfo, "leader_reached",
               {{"master", options_.endpoint}, {"after_ms", span->ms()}});
    }
    arm_absence();
  } else {
    const bool is_refused = state == LinkState::kRefused;
    note_none(options_.endpoint + (is_refused ? ": refuses our keys" : ": the link is down"));
  }
  on_link_(state);
}

/// While the leader is linked it is nobody's loss that ZooKeeper does not answer.
void MasterDealer::note_none(const std::string& why) {
  if (is_up()) return;
  absence_.begin(clock_.now(), clock_.wall(), why);
  arm_absence();
}

void MasterDealer::on_absence_time() {
  if (std::optional<LeaderAbsence::News> news = absence_.on_time(clock_.now())) {
    log_line(LogLevel::kWarning, "no_leader",
             {{"text", news->text}, {"for_ms", news->span.ms()}, {"why", news->why}});
  }
  arm_absence();
}

void MasterDealer::arm_absence() {
  if (!absence_.is_going_on()) return absence_timer_->stop();
  absence_timer_->start_once(absence_.next_deadline() - clock_.now());
}

void MasterDealer::try_again_later() {
  retry_timer_->start_once(kRetryEvery);
}

Result<LeaderRecord> find_leader(const std::string& zookeeper_address, Duration span_max) {
  Result<ZookeeperAddress> address = read_zookeeper_address(zookeeper_address);
  if (!address) return address.error();
  SystemClock clock;
  Result<std::unique_ptr<EpollLoop>> loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  auto nodes = ZookeeperClient::open({.address = *address, .credentials = {}}, **loop);
  if (!nodes) return nodes.error();
  // Outlives a callback that comes while the session is closed.
  auto answer = std::make_shared<std::optional<ZnodeRead>>();
  auto ask = [&] { (*nodes)->read(kEpochPath, [answer](ZnodeRead read) { *answer = read; }, {}); };
  ask();
  const Instant until = clock.now() + span_max;
  while (clock.now() < until) {
    (*nodes)->run_until([&answer] { return answer->has_value(); }, until - clock.now());
    if (!*answer || (*answer)->status != ZnodeStatus::kConnectionLost) break;
    answer->reset();
    ask();
  }
  if (!*answer) {
    return Error{ErrorCode::kUnavailable,
                 address->text() + ": no answer within " + std::to_string(span_max.ms()) +
                     " ms; hint: a majority of the ZooKeeper servers must run and be reachable"};
  }
  if ((*answer)->status != ZnodeStatus::kOk) {
    bool is_missing = (*answer)->status == ZnodeStatus::kNoNode;
    return Error{is_missing ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
                 address->text() + ": " + why_of(**answer)};
  }
  Result<LeaderRecord> record = decode_leader_record((*answer)->data);
  if (record && record->epoch.number == 0) {
    return Error{ErrorCode::kUnavailable, address->text() + ": nobody has led yet; try again"};
  }
  return record;
}

}  // namespace fairlead
