// How a report's numbers are written for people: the same in text and HTML. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "common/quota.h"
#include "common/time.h"

namespace fairlead::scenario {

inline constexpr std::array<const char*, kStandardScalars> kResourceNames = {"cpus", "mem", "disk",
                                                                             "gpus"};

/// Three digits at most: "0s", "350ms", "12.3s", "4.5m", "2.1h", "3.5d". Rounded down.
std::string short_span(Duration span);
/// Thousandths as "12.3%".
std::string percent(std::int64_t per_mille);
/// 16 hex digits.
std::string hex(std::uint64_t number);
/// With thin separators: "1'000'000".
std::string grouped(std::uint64_t number);

/// Columns as wide as their widest cell, two spaces apart. Every row has as many cells as the head.
class Table {
 public:
  /// `left` are the columns, by place, that are left aligned beside the first one: texts.
  explicit Table(std::vector<std::string> head, std::set<std::size_t> left = {})
      : rows_{std::move(head)}, left_(std::move(left)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::set<std::size_t> left_;
};

}  // namespace fairlead::scenario
