// One metric family in Prometheus' text format, under the master's prefix; samples are appended to
// a text of the caller's. No values are kept: who calls counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fairlead {

class MetricFamily {
 public:
  /// Appends the head. `type`: "gauge" or "counter". `out` must outlive it.
  MetricFamily(std::string& out, std::string_view name, std::string_view type,
               std::string_view help)
      : out_(out), name_(name) {
    out_ += "# HELP fairlead_master_" + name_ + " " + std::string(help) + "\n";
    out_ += "# TYPE fairlead_master_" + name_ + " " + std::string(type) + "\n";
  }
  void sample(std::uint64_t value) { line("", std::to_string(value)); }
  /// Label values come from our own fixed words: nothing to escape.
  void sample(std::string_view label, std::string_view label_value, std::uint64_t value) {
    line("{" + std::string(label) + "=\"" + std::string(label_value) + "\"}",
         std::to_string(value));
  }
  void line(const std::string& labels, const std::string& value) {
    out_ += "fairlead_master_" + name_ + labels + " " + value + "\n";
  }

 private:
  std::string& out_;
  std::string name_;
};

/// The two that leader and standby both have: where each metric means the same on every master.
inline void append_leadership(std::string& out, std::uint64_t epoch, bool leads) {
  MetricFamily(out, "epoch", "gauge", "Leader epoch.").sample(epoch);
  MetricFamily(out, "leads", "gauge", "1 while it leads.").sample(leads ? 1 : 0);
}

}  // namespace fairlead
