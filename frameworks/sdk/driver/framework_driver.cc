#include "frameworks/sdk/driver/framework_driver.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/adapters/log/log.h"
#include "runtime/link/first_session.h"
#include "runtime/store_outcome.h"
#include "schemas/framework_codec.h"

namespace fairlead::sdk {
namespace {

constexpr Duration kLastWords = milliseconds(200);

}  // namespace

FrameworkDriver::FrameworkDriver(DriverOptions options, Loop& loop, const Clock& clock)
    : options_(std::move(options)),
      loop_(loop),
      clock_(clock),
      link_(&encode, &decode_master_to_framework) {}

FrameworkDriver::~FrameworkDriver() = default;

Result<std::unique_ptr<FrameworkDriver>> FrameworkDriver::start(DriverOptions options,
                                                                Scheduler& scheduler, Loop& loop,
                                                                const Clock& clock,
                                                                ZmqContext& context) {
  std::unique_ptr<FrameworkDriver> driver(new FrameworkDriver(std::move(options), loop, clock));
  FrameworkDriver* const self = driver.get();
  auto lock = StateLock::acquire(self->options_.state_dir);
  if (!lock.ok()) {
    return lock.error();
  }
  self->lock_ = std::move(lock).value();
  SqliteStoreOptions store_options;
  store_options.directory = self->options_.state_dir;
  auto store = SqliteStore::open(
      store_options, loop, [self](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
        self->step(StoreWritten{ticket, to_write_outcome(outcome), reason});
      });
  if (!store.ok()) {
    return store.error();
  }
  self->store_ = std::move(store).value();
  auto contents = self->store_->load();
  if (!contents.ok()) {
    return contents.error();
  }
  self->core_ = std::make_unique<SdkCore>(self->options_.sdk, scheduler);
  DealerOptions dealer_options;
  dealer_options.endpoint = self->options_.master;
  dealer_options.keys = self->options_.keys;
  dealer_options.insecure = self->options_.insecure;
  auto dealer = MasterDealer::connect(
      context, loop, dealer_options, [self](const Incoming& in) { self->on_bytes(in.bytes); },
      [self](LinkState state) { self->on_link(state); });
  if (!dealer.ok()) {
    return dealer.error();
  }
  self->dealer_ = std::move(dealer).value();
  loop.set_timer([self] { return self->next_deadline(); },
                 [self](Instant now) { self->on_due(now); });
  loop.set_after_round([self] { self->flush(); });
  SdkStarted started;
  for (StoreRow& row : contents->rows) {
    started.rows.push_back({std::move(row.key), std::move(row.value)});
  }
  started.quarantined = contents->quarantined;
  started.session_base = first_session(clock);
  started.wall_at_zero = {clock.wall().unix_ms - clock.now().ns / 1'000'000};
  self->step(std::move(started));
  if (self->end_ && self->end_->failed) {
    return Error{ErrorCode::kConflict, self->end_->reason};
  }
  return driver;
}

void FrameworkDriver::act(std::function<void(Instant, SchedulerActions&)> act) {
  step(Act{std::move(act)});
}

void FrameworkDriver::step(const SdkEvent& event) {
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
    store_->commit(std::move(batch));
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
  if (!queued_) return;
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
  return std::min({core_->next_deadline(), extra, stop_at_});
}

void FrameworkDriver::on_due(Instant now) {
  if (now >= stop_at_) {
    stop_at_ = Instant::never();
    loop_.stop();
    return;
  }
  if (now >= core_->next_deadline()) {
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
