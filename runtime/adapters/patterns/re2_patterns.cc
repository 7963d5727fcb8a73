#include "runtime/adapters/patterns/re2_patterns.h"

#include <re2/re2.h>

#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::size_t kShownBytesMax = 60;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

std::unique_ptr<re2::RE2> compile(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_max_mem(limits::kPatternMemoryBytesMax);
  options.set_log_errors(false);
  return std::make_unique<re2::RE2>(piece(pattern), options);
}

Error refused(std::string_view pattern, std::string expected, std::string hint) {
  return invalid({.what = "pattern",
                  .where = {},
                  .expected = std::move(expected),
                  .got = std::string(pattern.substr(0, kShownBytesMax)),
                  .hint = std::move(hint)});
}

Status check_compiled(std::string_view pattern, const re2::RE2& compiled) {
  const char* smaller = "fewer alternatives, smaller repetition counts";
  if (compiled.error_code() == re2::RE2::ErrorPatternTooLarge) {
    return refused(pattern, "one that compiles within 4 KiB", smaller);
  }
  if (!compiled.ok()) {
    return refused(pattern, "a regular expression in RE2's syntax", compiled.error());
  }
  if (compiled.ProgramSize() > limits::kPatternProgramMax) {
    return refused(pattern,
                   "at most " + std::to_string(limits::kPatternProgramMax) +
                       " instructions when compiled, not " + std::to_string(compiled.ProgramSize()),
                   smaller);
  }
  return {};
}

}  // namespace

Re2Patterns::Re2Patterns() = default;
Re2Patterns::~Re2Patterns() = default;

Status Re2Patterns::check(std::string_view pattern) const {
  if (pattern.empty() || pattern.size() > limits::kPatternBytesMax) {
    return refused(pattern, "1.." + std::to_string(limits::kPatternBytesMax) + " bytes", {});
  }
  return check_compiled(pattern, *compile(pattern));
}

bool Re2Patterns::matches(std::string_view pattern, std::string_view text) const {
  auto known = compiled_.find(pattern);
  if (known == compiled_.end()) {
    if (pattern.size() > limits::kPatternBytesMax) return false;
    if (compiled_.size() >= limits::kPatternsKeptMax) compiled_.clear();
    known = compiled_.emplace(std::string(pattern), compile(pattern)).first;
    if (!check_compiled(pattern, *known->second)) known->second.reset();
  }
  return known->second != nullptr && re2::RE2::FullMatch(piece(text), *known->second);
}

}  // namespace fairlead
