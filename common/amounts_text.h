// The pieces of the resource grammar that parse_amounts and parse_resources share.
// Not for other callers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/amounts.h"

namespace fairlead {

struct NamedText {
  std::string_view name;
  std::string_view value;
};

/// Splits `cpus:4;mem:8GiB` into its entries. The views point into `text`.
Result<std::vector<NamedText>> split_resource_text(std::string_view text);
/// Adds one entry to `into`, unsorted. Refuses what `into` already has.
Status read_amount(std::string_view name, std::string_view value, Amounts& into);
/// Restores invariant 2 of Amounts after a run of read_amount.
void sort_by_name(Amounts& amounts);
std::string to_string(const std::vector<Interval>& intervals);
/// As to_string(amounts), with `suffix` after every name: `cpus(a):4`.
std::string to_string(const Amounts& amounts, std::string_view suffix);

}  // namespace fairlead
