// What the exit status of `fairlead` says; docs/cli.md lists them for people. Values only.
#pragma once

#include "common/result.h"

namespace fairlead::cli {

enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,       ///< a task, a job or the call itself failed
  kExitUnplaceable = 2,  ///< no agent is large enough
  kExitTimedOut = 3,     ///< gave up waiting; the work goes on
  kExitNotFound = 4,
  kExitDenied = 5,
  kExitUnreachable = 6,  ///< nobody answers at the address
  kExitBadUsage = 64,    ///< fix the command line or the file
};

constexpr int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return kExitBadUsage;
    case ErrorCode::kNotFound:
      return kExitNotFound;
    case ErrorCode::kDenied:
      return kExitDenied;
    case ErrorCode::kUnavailable:
      return kExitUnreachable;
    case ErrorCode::kTimedOut:
      return kExitTimedOut;
    case ErrorCode::kConflict:
    case ErrorCode::kExhausted:
    case ErrorCode::kCorrupt:
    case ErrorCode::kUnsupported:
      break;
  }
  return kExitFailed;
}

}  // namespace fairlead::cli
