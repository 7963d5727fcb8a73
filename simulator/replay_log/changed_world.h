// An allocator with another policy that hears what the recorded one heard, as far as that makes
// sense in its world: an answer goes to its own offer to the same framework, role and agent; what a
// task gives back must have been taken here. Frameworks do not think anew: an offer that nobody was
// made in the record gets no answer and expires. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "allocator/allocator.h"
#include "common/allocator_log.h"
#include "simulator/replay_log/open_offers.h"
#include "simulator/replay_log/policy.h"

namespace fairlead::replay_log {

/// The recorded allocator at a step.
struct RecordedView {
  const OpenOffers& offers;  ///< before it
  Instant next_deadline;     ///< before it
  bool is_rejected = false;  ///< the event: it contradicted what was there
};

class ChangedWorld {
 public:
  /// What could not be passed on, or came by itself.
  struct Counts {
    std::uint64_t answers_left_out = 0;  ///< no such offer here
    std::uint64_t ends_left_out = 0;     ///< of what never began here
    std::uint64_t expired = 0;           ///< offers that nobody answers
    std::uint64_t rejected = 0;          ///< events that contradict what is here
  };

  /// Weights and quotas of the policy are set at once. REQUIRES validate(config).ok().
  ChangedWorld(const AllocatorConfig& config, const PatternMatcher& patterns, Policy policy,
               Duration offer_hold_max)
      : core_(config, patterns), policy_(std::move(policy)), offer_hold_max_(offer_hold_max) {}

  /// Appends what it decides: since the last step by itself, and because of this one.
  void take(const AllocatorLogStep& step, const RecordedView& recorded,
            std::vector<allocation::Action>& out);

  OpenOffers& offers() { return offers_; }
  const Counts& counts() const { return counts_; }

 private:
  /// What a framework holds on an agent under a role.
  struct Book {
    Resources held;
    std::vector<Resources> left_out;  ///< answers that found no offer
  };

  void begin(Instant now, std::vector<allocation::Action>& out);
  void run_deadlines(Instant until, Instant recorded_deadline,
                     std::vector<allocation::Action>& out);
  void expire_offers(Instant now, const OpenOffers& recorded, std::vector<allocation::Action>& out);
  /// False when it was rejected.
  bool tell(Instant now, const allocation::Event& event, std::vector<allocation::Action>& out);
  void answer(Instant now, allocation::OfferResolved event, const OpenOffers& recorded,
              std::vector<allocation::Action>& out);
  void free(Instant now, const allocation::HoldingFreed& event,
            std::vector<allocation::Action>& out);
  void remove(Instant now, const allocation::FrameworkRemoved& event,
              std::vector<allocation::Action>& out);
  void add(Instant now, const allocation::AgentAdded& event, std::vector<allocation::Action>& out);

  AllocatorCore core_;
  const Policy policy_;
  const Duration offer_hold_max_;
  bool has_begun_ = false;
  Instant last_;
  OpenOffers offers_;
  std::map<OfferKey, Book> books_;
  Counts counts_;
};

}  // namespace fairlead::replay_log
