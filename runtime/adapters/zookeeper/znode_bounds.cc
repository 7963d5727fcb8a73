#include "runtime/adapters/zookeeper/znode_bounds.h"

#include "common/limits.h"

namespace fairlead {
namespace {

std::size_t data_bytes_of(const ZnodeOp& op) {
  if (const auto* create = std::get_if<CreateZnode>(&op)) return create->data.size();
  if (const auto* write = std::get_if<WriteZnode>(&op)) return write->data.size();
  return 0;
}

}  // namespace

std::string_view path_of(const ZnodeOp& op) {
  return std::visit([](const auto& one) -> std::string_view { return one.path; }, op);
}

std::string too_large(const std::vector<ZnodeOp>& ops) {
  if (ops.empty() || ops.size() > limits::kZnodeOpsMax) {
    return std::to_string(ops.size()) + " operations, expected 1.." +
           std::to_string(limits::kZnodeOpsMax);
  }
  std::size_t total = 0;
  for (const ZnodeOp& op : ops) {
    constexpr std::size_t kOverhead = 64;  // headers, versions, access lists
    std::size_t bytes = data_bytes_of(op);
    if (bytes > limits::kZnodeBytesMax) {
      return "node " + std::string(path_of(op)) + ": " + std::to_string(bytes) +
             " bytes, expected at most " + std::to_string(limits::kZnodeBytesMax);
    }
    if (path_of(op).size() > limits::kZnodePathCharsMax / 2) return "a path is too long";
    total += bytes + path_of(op).size() + kOverhead;
  }
  if (total <= limits::kZnodeWriteBytesMax) return {};
  return std::to_string(total) + " bytes together, expected at most " +
         std::to_string(limits::kZnodeWriteBytesMax);
}

}  // namespace fairlead
