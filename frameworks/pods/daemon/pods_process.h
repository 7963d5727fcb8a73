// One running fairlead-pods: loop, HTTP server, SDK driver and scheduler put together.
// Called by main once.
#pragma once

#include <string>

#include "common/result.h"
#include "frameworks/sdk/driver/framework_flags.h"
#include "runtime/adapters/http/http_server.h"

namespace fairlead::pods {

struct PodsProcessOptions {
  sdk::FrameworkFlags framework;
  HttpServerOptions http;  ///< host to key file; the rest is set by the process
  std::string acl_file;    ///< what callers of its HTTP may do; empty: everything
  std::string ready_file;  ///< written once HTTP serves: `<http address>`
};

/// Runs until a signal or the framework's end.
Status run_pods(const PodsProcessOptions& options, SupervisorLink& supervisor);

}  // namespace fairlead::pods
