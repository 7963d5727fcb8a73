#include "simulator/files/csv_file.h"

#include <fstream>
#include <iterator>

namespace fairlead::scenario {
namespace {

constexpr std::size_t kTraceBytesMax = std::size_t{1} << 30;  // one trace

}  // namespace

Result<Csv> read_csv_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return Error{ErrorCode::kNotFound, path + ": cannot be opened"};
  const std::streamoff size = file.tellg();
  if (size < 0 || static_cast<std::size_t>(size) > kTraceBytesMax) {
    return Error{ErrorCode::kExhausted, path + ": expected a file of at most 1 GiB"};
  }
  file.seekg(0);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return Error{ErrorCode::kUnavailable, path + ": cannot be read"};
  return Csv::parse(std::move(text), path);
}

}  // namespace fairlead::scenario
