#include "common/remembered_patterns.h"

#include "common/limits.h"
#include "common/slot_index.h"

namespace fairlead {

bool RememberedPatterns::matches(std::string_view pattern, std::string_view text) const {
  if (pattern.empty() || text.size() > limits::kPatternTextBytesMax) {
    return matcher_.matches(pattern, text);
  }
  if (answers_.empty()) answers_.resize(limits::kPatternAnswersMax);
  Answer& answer = answers_[hash_text(text, hash_text(pattern)) % answers_.size()];
  if (answer.pattern != pattern || answer.text != text) {
    bool matches = matcher_.matches(pattern, text);
    answer = {.pattern = std::string(pattern), .text = std::string(text), .matches = matches};
  }
  return answer.matches;
}

}  // namespace fairlead
