#include "agent/shim/process_id.h"

#include <charconv>
#include <string>
#include <string_view>

#include "isolators/apply/descriptor.h"

namespace fairlead::shim {

Result<std::uint64_t> start_ticks(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  Result<std::string> text = read_file(path, 4096);
  if (!text) return text.error();
  // The second field is a name in parentheses that may itself hold spaces and parentheses.
  std::string_view rest = *text;
  const std::size_t name_end = rest.rfind(')');
  if (name_end == std::string_view::npos) return Error{ErrorCode::kCorrupt, path + ": no name"};
  rest.remove_prefix(name_end + 1);
  constexpr int kSpacesBeforeStart = 20;  // field 3 follows the first one
  for (int i = 0; i < kSpacesBeforeStart; ++i) {
    const std::size_t space = rest.find(' ');
    if (space == std::string_view::npos) return Error{ErrorCode::kCorrupt, path + ": too short"};
    rest.remove_prefix(space + 1);
  }
  std::uint64_t ticks = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), ticks);
  return ticks;
}

}  // namespace fairlead::shim
