// A Loop for tests: poll() over what is watched, until a condition holds. One thread only.
#pragma once

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "runtime/loop.h"

namespace fairlead::test {

class PollLoop final : public Loop {
 public:
  bool post(Work work) override {
    posted_.push_back(std::move(work));
    return true;
  }
  void watch(int descriptor, Work on_readable) override {
    watched_[descriptor] = std::move(on_readable);
  }
  void unwatch(int descriptor) override { watched_.erase(descriptor); }
  void set_timer(std::function<Instant()>, std::function<void(Instant)>) override {}
  void set_after_round(Work) override {}
  void run() override {
    stopped_ = false;
    while (!stopped_) round(-1);
  }
  void stop() override { stopped_ = true; }

  /// False when `done` did not become true in time.
  bool run_until(const std::function<bool()>& done, int ms_max = 20'000) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms_max);
    while (!done()) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      round(std::min(static_cast<int>(left.count()), kLookAgainMs));
    }
    return true;
  }
  std::size_t watched() const { return watched_.size(); }

 private:
  static constexpr int kLookAgainMs = 5;  // for conditions that no descriptor announces

  void round(int ms_max) {
    for (const Work& work : std::exchange(posted_, {})) work();
    std::vector<pollfd> entries;
    for (const auto& [descriptor, work] : watched_) entries.push_back({descriptor, POLLIN, 0});
    ::poll(entries.data(), entries.size(), ms_max);
    for (const pollfd& entry : entries) {
      const auto found = watched_.find(entry.fd);
      if (entry.revents == 0 || found == watched_.end()) continue;
      const Work work = found->second;  // it may unwatch itself
      work();
    }
  }

  std::map<int, Work> watched_;
  std::vector<Work> posted_;
  bool stopped_ = false;
};

}  // namespace fairlead::test
