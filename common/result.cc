#include "common/result.h"

namespace fairlead {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kExhausted:
      return "exhausted";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kTimedOut:
      return "timed_out";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kUnsupported:
      return "unsupported";
  }
  unreachable("every ErrorCode has a name");
}

std::string to_string(const Complaint& complaint) {
  std::string text = complaint.what;
  if (!complaint.where.empty()) text += ": " + complaint.where;
  if (!complaint.expected.empty()) text += ": expected " + complaint.expected;
  if (!complaint.got.empty()) {
    text += complaint.expected.empty() ? ": got \"" : ", got \"";
    text += complaint.got + "\"";
  }
  if (!complaint.hint.empty()) text += "; hint: " + complaint.hint;
  return text;
}

Error invalid(const Complaint& complaint) {
  return Error{.code = ErrorCode::kInvalid, .message = to_string(complaint)};
}

}  // namespace fairlead
