#include "runtime/adapters/process/ready_file.h"

#include <cstdio>
#include <fstream>

namespace fairlead {

Status write_ready_file(const std::string& path, const std::string& text) {
  if (path.empty()) return {};
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::trunc);
  file << text << "\n";
  file.close();
  if (!file || std::rename(part.c_str(), path.c_str()) != 0) {
    return Error{ErrorCode::kUnavailable, "flag --ready-file: cannot write " + path};
  }
  return {};
}

}  // namespace fairlead
