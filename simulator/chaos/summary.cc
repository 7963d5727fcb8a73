#include "simulator/chaos/summary.h"

namespace fairlead::chaos {
namespace {

std::string hex(std::uint64_t value) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

template <class Name, std::size_t kSize>
std::string counts(const std::array<std::uint64_t, kSize>& values) {
  std::string text;
  for (std::size_t i = 0; i < kSize; ++i) {
    text += "  " + std::string(to_string(static_cast<Name>(i))) + " " + std::to_string(values[i]) +
            "\n";
  }
  return text;
}

template <class Name, std::size_t kSize>
std::string zeros(const std::array<std::uint64_t, kSize>& values) {
  std::string text;
  for (std::size_t i = 0; i < kSize; ++i) {
    if (values[i] == 0) text += " " + std::string(to_string(static_cast<Name>(i)));
  }
  return text;
}

}  // namespace

std::string line_of(const RunReport& report) {
  std::string text = "seed " + std::to_string(report.seed);
  text += report.violation ? " FAILED" : " ok";
  text += " hash " + hex(report.hash) + " tasks " + std::to_string(report.tasks) + " containers " +
          std::to_string(report.containers) + " epochs " + std::to_string(report.epochs) +
          " events " + std::to_string(report.events);
  if (!report.violation) {
    return text + " converged_ms " + std::to_string(report.converged_after.ms());
  }
  return text + "\n  broken at " + std::to_string(report.violation->at.ns / 1'000'000) +
         " ms: " + std::string(to_string(report.violation->promise)) + ": " +
         report.violation->what;
}

void Totals::add(const RunReport& report) {
  ++runs_;
  if (report.violation) ++violations_;
  tasks_ += report.tasks;
  for (std::size_t i = 0; i < kFaults; ++i) faults_[i] += report.faults[i];
  for (std::size_t i = 0; i < kPromises; ++i) evaluations_[i] += report.evaluations[i];
}

std::string Totals::text() const {
  return "runs " + std::to_string(runs_) + ", violations " + std::to_string(violations_) +
         ", tasks " + std::to_string(tasks_) + "\nfaults that struck\n" + counts<Fault>(faults_) +
         "promises checked\n" + counts<Promise>(evaluations_);
}

std::string Totals::never_happened() const {
  return zeros<Fault>(faults_) + zeros<Promise>(evaluations_);
}

}  // namespace fairlead::chaos
