// A process of the simulated world, through all its lives: it is started, dies, is started again,
// is stopped for a while (SIGSTOP). What it schedules happens in the same life or not at all, and
// not while it is stopped. Its clocks are its machine's. Owned by a node; not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "runtime/clock.h"
#include "simulator/chaos/stage.h"

namespace fairlead::chaos {

class Process final : public Clock {
 public:
  Process(Stage& stage, std::string name, HostId host)
      : stage_(stage), name_(std::move(name)), host_(host) {}

  const std::string& name() const { return name_; }
  HostId host() const { return host_; }
  std::uint64_t life() const { return life_; }
  bool is_alive() const { return life_ % 2 == 1; }
  /// REQUIRES: it is not alive / alive.
  void begin_life();
  void end_life();
  /// Holds everything that would happen to it.
  void stop_for(Duration time);
  bool is_stopped() const { return stage_.now() < stopped_until_; }

  /// Runs `happening` in this life. REQUIRES: is_alive().
  void after(Duration wait, std::function<void()> happening);
  /// `happening` for somebody else to call: it does nothing once this life is over.
  std::function<void()> in_this_life(std::function<void()> happening);
  /// Calls `on_due` once at `local`, at the earliest of all calls since. Late and early are both
  /// possible. never() is ignored.
  void wake_at(Instant local, std::function<void()> on_due);

  /// CLOCK_BOOTTIME of its machine.
  Instant now() const override { return {(stage_.now() - booted_).ns}; }
  WallTime wall() const override {
    return {kWallStartMs + stage_.now().ns / 1'000'000 + wall_offset_ms_};
  }
  WallTime wall_at_zero() const { return {wall().unix_ms - now().ns / 1'000'000}; }
  void reboot_clock() { booted_ = stage_.now(); }
  void jump_wall(std::int64_t ms) { wall_offset_ms_ += ms; }

 private:
  static constexpr std::int64_t kWallStartMs = 1'700'000'000'000;

  void run(std::uint64_t life, const std::function<void()>& happening);

  Stage& stage_;
  const std::string name_;
  const HostId host_;
  std::uint64_t life_ = 0;  ///< odd: alive
  Instant stopped_until_;
  Instant booted_;
  std::int64_t wall_offset_ms_ = 0;
  Instant wake_at_ = Instant::never();  ///< of the stage
};

}  // namespace fairlead::chaos
