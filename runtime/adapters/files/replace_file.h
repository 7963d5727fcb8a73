// A small file of a process' own, replaced whole: who reads it finds the old text or the new one,
// also after a power cut. Stateless.
#pragma once

#include <string>

#include "common/result.h"

namespace fairlead {

/// Writes aside (`<path>.part`), syncs and renames; mode 0600. Blocks. kUnavailable says why not;
/// the old file is there then.
Status replace_file(const std::string& path, const std::string& text);

}  // namespace fairlead
