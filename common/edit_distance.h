// "Did you mean": how far two names are apart, and the nearest of several. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead {

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other
/// (optimal string alignment). O(a * b) time; texts beyond 64 characters count as far apart.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that is nearest to `name`, empty when none is near enough to be a slip: one edit
/// for every three characters, at least one. The first of equals. '_' and '-' are the same.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// `did you mean "cpus"?`, or empty.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace fairlead
