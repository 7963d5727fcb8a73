#include "tests/support/golden_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace fairlead::test {
namespace {

constexpr std::size_t kLinesShownMax = 60;

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string shown(char sign, std::string_view line) {
  const bool ends = line.ends_with('\n');
  return std::string(1, sign) + " " + std::string(line) + (ends ? "" : " (no newline)\n");
}

/// How many lines the rests of both texts have in common, in order, from each pair of places on.
class CommonLines {
 public:
  CommonLines(const Lines& a, const Lines& b)
      : width_(b.size() + 1), counts_((a.size() + 1) * width_) {
    for (std::size_t i = a.size(); i-- > 0;) {
      for (std::size_t j = b.size(); j-- > 0;) {
        counts_[i * width_ + j] =
            a[i] == b[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  std::size_t at(std::size_t i, std::size_t j) const { return counts_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::size_t> counts_;
};

/// The line, counted from 1, that line `i` of a script belongs to.
std::string heading(const Lines& lines, std::size_t i) {
  while (i > 0 && (i >= lines.size() || lines[i].starts_with(' '))) --i;
  const std::string_view line = lines.empty() ? std::string_view("\n") : lines[i];
  return "line " + std::to_string(i + 1) + ": " + std::string(line) +
         (line.ends_with('\n') ? "" : "\n");
}

bool is_rewriting() {
  const char* rewrite = std::getenv("FAIRLEAD_REWRITE");
  return rewrite != nullptr && std::string_view(rewrite) == "1";
}

}  // namespace

std::string read_golden(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string describe_difference(std::string_view expected, std::string_view actual) {
  const Lines was = lines_of(expected);
  const Lines is = lines_of(actual);
  const CommonLines common(was, is);
  std::string text;
  std::string head;
  std::size_t differing = 0;
  const auto add = [&](std::size_t place, char sign, std::string_view line) {
    if (++differing > kLinesShownMax) return;
    if (std::string under = heading(was, place); under != head) text += head = std::move(under);
    text += shown(sign, line);
  };
  for (std::size_t i = 0, j = 0; i < was.size() || j < is.size();) {
    if (i < was.size() && j < is.size() && was[i] == is[j]) {
      ++i, ++j;
    } else if (j == is.size() || (i < was.size() && common.at(i + 1, j) >= common.at(i, j + 1))) {
      add(i, '-', was[i]);
      ++i;
    } else {
      // What comes after a command's trace belongs to that command, not to the next one.
      add(i > 0 ? i - 1 : 0, '+', is[j]);
      ++j;
    }
  }
  if (differing > kLinesShownMax) {
    text += "… and " + std::to_string(differing - kLinesShownMax) + " more lines\n";
  }
  return text;
}

testing::AssertionResult matches_golden(const std::filesystem::path& path,
                                        const std::string& actual) {
  const std::string expected = read_golden(path);
  if (expected == actual) return testing::AssertionSuccess();
  testing::AssertionResult differs = testing::AssertionFailure()
                                     << path.string() << " expects ('-') other than came ('+'):\n"
                                     << describe_difference(expected, actual);
  if (!is_rewriting()) return differs << "FAIRLEAD_REWRITE=1 takes over what came";
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << actual;
  file.close();
  return differs << (file ? "Rewritten; run again" : "It cannot be written");
}

}  // namespace fairlead::test
