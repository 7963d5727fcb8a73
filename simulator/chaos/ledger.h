// The truth about every launch token, as no process of the cluster can know it: what its containers
// did and what its framework was told. Checks one against the other. Owned by a World; not
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/container.h"
#include "simulator/chaos/drain_book.h"
#include "simulator/chaos/gang_book.h"

namespace fairlead::chaos {

class Ledger {
 public:
  Ledger(Stage& stage, DrainBook& drains) : stage_(stage), drains_(drains), gangs_(stage) {}

  void on_container_started(const ContainerId& container, const std::string& agent);
  void on_container_ended(const ContainerId& container, const ExitStatus& exit);
  /// A scheduler was told `status` in that life of its; it may yet forget it in a crash.
  void on_status(const TaskStatus& status, std::uint64_t life);
  /// What followed from `status` is durable: the framework never forgets it.
  void on_status_durable(const TaskStatus& status);

  GangBook& gangs() { return gangs_; }

  std::size_t running() const { return running_; }
  std::uint64_t started() const { return started_; }
  /// Some container that runs; for messages. "" when none does.
  std::string any_running() const;

 private:
  struct Token {
    std::string agent;  ///< where it runs or ran last
    std::uint32_t starts = 0;
    bool is_running = false;
    std::optional<ExitStatus> exit;
    std::optional<TaskState> told;  ///< terminal one
    std::uint64_t told_in = 0;      ///< life
    bool is_told_durably = false;
  };

  Token& token_of(const TaskStatus& status);
  void expect_true(const Token& token, const TaskStatus& status);

  Stage& stage_;
  DrainBook& drains_;
  GangBook gangs_;
  std::map<ContainerId, Token> tokens_;
  std::size_t running_ = 0;
  std::uint64_t started_ = 0;
};

}  // namespace fairlead::chaos
