// One row of a FlagSet. Internal to runtime/adapters/flags.
#pragma once

#include <string>
#include <vector>

#include "runtime/adapters/flags/flags.h"

namespace fairlead {

struct FlagSet::Flag {
  FlagSpec spec;
  Assign assign;
  std::string expected;  ///< "1000..600000 ms"; for the help text
  std::string default_text;
  std::vector<std::string> choices;  ///< for completion
  bool is_switch = false;
  bool is_repeated = false;
  bool is_own = false;  ///< --help and its like: never from a variable or a file
  bool is_set = false;

  /// "--state-dir", or "FILE" for a positional.
  std::string shown_name() const {
    if (!spec.is_positional) return "--" + spec.name;
    return spec.value_name.empty() ? spec.name : spec.value_name;
  }
};

}  // namespace fairlead
