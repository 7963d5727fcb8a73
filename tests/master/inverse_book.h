// What frameworks were asked about maintenance ahead, and whether that is what a master's core owes
// them: everybody who holds something there, once a session unless it wanted to be asked again. For
// tests; one life of a master.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "common/master_events.h"
#include "master/state.h"

namespace fairlead {

class InverseBook {
 public:
  /// Notes what is said to a framework; fails the test that runs when it should not be said.
  void take(const master::MasterState& state, const SendToFramework& said);
  /// To the question with this number, counted round; of a window that is not known when the
  /// session was asked nothing.
  AnswerInverseOffer answer(ConnectionId session, std::uint32_t draw);
  /// Fails the test that runs.
  void expect_complete(const master::MasterState& state) const;
  std::uint64_t asked() const { return asked_; }
  std::uint64_t asked_again() const { return asked_again_; }

 private:
  using Question = std::pair<WindowId, AgentId>;

  void take_question(const master::MasterState& state, ConnectionId session,
                     const InverseOffer& offer);

  std::map<ConnectionId, std::map<Question, bool>> sessions_;  // true: may be asked again
  std::uint64_t asked_ = 0;
  std::uint64_t asked_again_ = 0;
};

}  // namespace fairlead
