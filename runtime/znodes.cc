#include "runtime/znodes.h"

namespace fairlead {

const char* to_string(ZnodeStatus status) {
  switch (status) {
    case ZnodeStatus::kOk:
      return "done";
    case ZnodeStatus::kNoNode:
      return "no such node";
    case ZnodeStatus::kNodeExists:
      return "the node exists";
    case ZnodeStatus::kBadVersion:
      return "the node has another version";
    case ZnodeStatus::kNotEmpty:
      return "the node has children";
    case ZnodeStatus::kDenied:
      return "these credentials may not do this";
    case ZnodeStatus::kConnectionLost:
      return "the connection was lost before the answer";
    case ZnodeStatus::kSessionEnded:
      return "the session ended";
    case ZnodeStatus::kTooLarge:
      return "too large";
    case ZnodeStatus::kFailed:
      break;
  }
  return "failed";
}

}  // namespace fairlead
