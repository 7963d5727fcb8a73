// One running fairlead-batch: loop, HTTP server, SDK driver and scheduler put together.
// Called by main once.
#pragma once

#include <string>

#include "common/result.h"
#include "frameworks/sdk/driver/framework_flags.h"
#include "runtime/adapters/http/http_server.h"

namespace fairlead::batch {

struct BatchProcessOptions {
  sdk::FrameworkFlags framework;
  std::string master_http;  ///< its operators' HTTP; empty: jobs too large for any agent are taken
  std::string master_token_file;  ///< its first token is sent to master_http; empty: none
  std::string http_ca;     ///< whom an https:// master_http is believed by; empty: the system
  HttpServerOptions http;  ///< host to key file; the rest is set by the process
  std::string acl_file;    ///< what callers of its HTTP may do; empty: everything
  std::string ready_file;  ///< written once HTTP serves: `<http address>`
};

/// Runs until a signal or the framework's end.
Status run_batch(const BatchProcessOptions& options, SupervisorLink& supervisor);

}  // namespace fairlead::batch
