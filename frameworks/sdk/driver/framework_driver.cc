#include "frameworks/sdk/driver/framework_driver.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "frameworks/sdk/launch_record.h"
#include "runtime/adapters/log/log.h"
#include "runtime/link/first_session.h"
#include "runtime/store_outcome.h"
#include "schemas/framework_codec.h"

namespace fairlead::sdk {
namespace {

constexpr Duration kLastWords = milliseconds(200);

StateRow to_state_row(const StoreRow& row) {
  return {row.key, row.value};
}

std::vector<StateRow> state_rows(const StoreContents& contents) {
  std::vector<StateRow> rows;
  std::transform(contents.rows.begin(), contents.rows.end(), std::back_inserter(rows),
                 &to_state_row);
  return rows;
}

}  // namespace

FrameworkDriver::FrameworkDriver(DriverOptions options, Scheduler& scheduler, Loop& loop,
                                 const Clock& clock, ZmqContext& context)
    : options_(std::move(options)),
      scheduler_(scheduler),
      loop_(loop),
      clock_(clock),
      context_(context),
      supervisor_(options_.supervisor != nullptr ? *options_.supervisor : no_supervisor_),
      beat_(supervisor_),
      link_(&fairlead::encode, &decode_master_to_framework) {}

FrameworkDriver::~FrameworkDriver() = default;

Result<std::unique_ptr<FrameworkDriver>> FrameworkDriver::start(DriverOptions options,
                                                                Scheduler& scheduler, Loop& loop,
                                                                const Clock& clock,
                                                                ZmqContext& context) {
  std::unique_ptr<FrameworkDriver> driver(
      new FrameworkDriver(std::move(options), scheduler, loop, clock, context));
  FrameworkDriver* const self = driver.get();
  if (Status opened = self->open_coordination(); !opened.ok()) {
    return opened.error();
  }
  loop.set_timer([self] { return self->next_deadline(); },
                 [self](Instant now) { self->on_due(now); });
  loop.set_after_round([self] { self->flush(); });
  Status started =
      self->coordination_->start({.epoch = {}, .endpoint = {}, .http = self->options_.http});
  if (!started.ok()) {
    return started.error();
  }
  if (self->end_ && self->end_->failed) {
    return Error{ErrorCode::kConflict, self->end_->reason};
  }
  if (self->core_ == nullptr) {
    log_line(LogLevel::kInfo, "standing_by", {{"http", self->options_.http}});
  }
  return driver;
}

Status FrameworkDriver::open_coordination() {
  CoordinationEvents events{
      .on_lead =
          [this](Lead lead) {
            if (Status led = this->lead(std::move(lead)); !led.ok()) give_up(led.error().message);
          },
      .on_outcome =
          [this](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
            step(StoreWritten{ticket, to_write_outcome(outcome), reason});
          },
      .on_end = [this](const Error& error) { give_up("stepped down: " + error.message); },
      .on_trouble =
          [](const std::string& text) {
            log_line(LogLevel::kWarning, "coordination", {{"text", text}});
          }};
  AcceptState accept = [kind = options_.sdk.info.kind](const ClusterId&,
                                                       const StoreContents& contents) {
    return check_state(state_rows(contents), kind);
  };
  if (options_.coordination) {
    coordination_ = options_.coordination(std::move(accept), std::move(events));
    return {};
  }
  if (options_.zookeeper.address.empty()) {
    auto lock = StateLock::acquire(options_.state_dir);
    if (!lock.ok()) {
      return lock.error();
    }
    lock_ = std::move(lock).value();
  }
  auto made = coordinate(
      {.disk = {.directory = options_.state_dir}, .zookeeper = options_.zookeeper, .pin_dir = {}},
      std::move(accept), {loop_, clock_, supervisor_}, std::move(events));
  if (!made.ok()) {
    return made.error();
  }
  coordination_ = std::move(made).value();
  return {};
}

Status FrameworkDriver::lead(Lead lead) {
  SdkStarted started;
  started.rows = state_rows(lead.contents);
  if (Status ours = check_state(started.rows, options_.sdk.info.kind); !ours.ok()) {
    return ours;
  }
  started.quarantined = std::move(lead.contents.quarantined);
  started.session_base = first_session(clock_);
  started.wall_at_zero = {clock_.wall().unix_ms - clock_.now().ns / 1'000'000};
  if (lead.epoch.number > 0) {
    log_line(LogLevel::kInfo, "leading",
             {{"state", lead.cluster.text}, {"epoch", lead.epoch.number}, {"http", options_.http}});
  }
  core_ = std::make_unique<SdkCore>(options_.sdk, scheduler_);
  if (Status connected = connect(); !connected.ok()) {
    return connected;
  }
  step(std::move(started));
  return {};
}

Status FrameworkDriver::connect() {
  DealerOptions dealer_options;
  dealer_options.endpoint = options_.master;
  dealer_options.keys = options_.keys;
  dealer_options.insecure = options_.insecure;
  auto dealer = MasterDealer::connect(
      context_, loop_, dealer_options, [this](const Incoming& in) { on_bytes(in.bytes); },
      [this](LinkState state) { on_link(state); });
  if (!dealer.ok()) {
    return dealer.error();
  }
  dealer_ = std::move(dealer).value();
  return {};
}

/// At once and without last words: whoever leads now speaks for this framework.
void FrameworkDriver::give_up(const std::string& reason) {
  if (end_) return;  // the first reason is the true one
  log_line(LogLevel::kError, "framework_ends", {{"reason", reason}});
  end_ = EndFramework{true, reason};
  queued_.reset();
  loop_.stop();
}

/// Whoever was paused past its lease must not act first and look at the clock later.
bool FrameworkDriver::may_act() {
  if (core_ == nullptr || (end_ && stop_at_.is_never())) return false;
  if (clock_.now() < coordination_->acting_until()) return true;
  coordination_->on_time(clock_.now());  // it knows why
  give_up("stepped down: the lease has ended");
  return false;
}

void FrameworkDriver::act(std::function<void(Instant, SchedulerActions&)> act) {
  step(Act{std::move(act)});
}

void FrameworkDriver::step(const SdkEvent& event) {
  if (!may_act()) return;
  if (is_stepping_) {
    waiting_.push_back(event);
    return;
  }
  is_stepping_ = true;
  std::vector<SdkEvent> events{event};
  while (!events.empty()) {
    for (const SdkEvent& one : events) {
      std::vector<SdkAction> actions;
      core_->step(clock_.now(), one, actions);
      for (SdkAction& action : actions) {
        perform(action);
      }
    }
    events = std::exchange(waiting_, {});
  }
  is_stepping_ = false;
  if (options_.after_step) {
    options_.after_step();
  }
}

void FrameworkDriver::perform(SdkAction& action) {
  if (auto* said = std::get_if<SpeakToMaster>(&action)) {
    queue(std::move(*said));
  } else if (auto* write = std::get_if<WriteStore>(&action)) {
    StoreBatch batch{.ticket = write->ticket, .writes = {}};
    for (StateWrite& row : write->writes) {
      batch.writes.push_back({std::move(row.key), std::move(row.value)});
    }
    coordination_->store().commit(std::move(batch));
  } else if (auto* end = std::get_if<EndFramework>(&action)) {
    log_line(end->failed ? LogLevel::kError : LogLevel::kInfo, "framework_ends",
             {{"reason", end->reason}});
    end_ = std::move(*end);
    stop_at_ = clock_.now() + kLastWords;
  } else {
    log_line(LogLevel::kInfo, "sdk", {{"note", std::get<SdkNote>(action).text}});
  }
}

/// What the steps of one round say leaves together: after a group commit every one of its tickets
/// brings a step of its own, and an envelope for each would cost more than what is in it.
void FrameworkDriver::queue(SpeakToMaster speak) {
  bool is_same = queued_ && queued_->session == speak.session && queued_->epoch == speak.epoch &&
                 queued_->cluster == speak.cluster && queued_->framework == speak.framework;
  if (!is_same) {
    flush();
    queued_ = std::move(speak);
    return;
  }
  queued_->messages.insert(queued_->messages.end(), std::make_move_iterator(speak.messages.begin()),
                           std::make_move_iterator(speak.messages.end()));
}

void FrameworkDriver::flush() {
  if (!queued_ || !may_act()) return;
  SpeakToMaster all = std::move(*queued_);
  queued_.reset();
  speak(std::move(all));
}

void FrameworkDriver::speak(SpeakToMaster speak) {
  EnvelopeHeader header;
  header.cluster = speak.cluster;
  header.epoch = speak.epoch;
  header.peer = {"framework/" + speak.framework.text};
  header.session = speak.session;
  if (!link_.send(*dealer_, std::move(header), std::move(speak.messages))) {
    step(LinkBroken{"the master's queue is full, or the link is down"});
  }
}

void FrameworkDriver::on_bytes(const Bytes& bytes) {
  auto received = link_.receive(bytes);
  if (received.refused) {
    log_line(LogLevel::kWarning, "envelope_refused", {{"error", received.refused->message}});
    return;
  }
  if (received.is_broken) {
    step(LinkBroken{"envelopes of the master were lost"});
  }
  if (received.envelope) {
    step(MasterSpoke{received.envelope->header, std::move(received.envelope->messages)});
  }
}

void FrameworkDriver::on_link(LinkState state) {
  if (state == LinkState::kUp) {
    step(LinkRestored{});
    return;
  }
  if (state == LinkState::kRefused) {
    log_line(LogLevel::kWarning, "link_refused",
             {{"master", options_.master}, {"hint", "check --key-file and --master-key-file"}});
  }
  queued_.reset();  // it was meant for the session that ends here
  step(LinkBroken{"the link to the master is down"});
}

Instant FrameworkDriver::next_deadline() const {
  const Instant extra = options_.extra_deadline ? options_.extra_deadline() : Instant::never();
  const Instant core = core_ ? core_->next_deadline() : Instant::never();
  return std::min({core, coordination_->next_deadline(), beat_.next_deadline(), extra, stop_at_});
}

void FrameworkDriver::on_due(Instant now) {
  if (now >= stop_at_) {
    stop_at_ = Instant::never();
    loop_.stop();
    return;
  }
  beat_.on_time(now);
  coordination_->on_time(now);
  if (core_ && now >= core_->next_deadline()) {
    step(TimePassed{});
  }
  if (options_.extra_due && now >= options_.extra_deadline()) {
    options_.extra_due(now);
  }
}

Status run_framework(DriverOptions options, Scheduler& scheduler, Loop& loop, const Clock& clock) {
  ZmqContext context;
  auto driver = FrameworkDriver::start(std::move(options), scheduler, loop, clock, context);
  if (!driver.ok()) {
    return driver.error();
  }
  loop.run();
  const auto& end = driver.value()->end();
  if (end && end->failed) {
    return Error{ErrorCode::kUnavailable, end->reason};
  }
  return {};
}

}  // namespace fairlead::sdk
