// One running fairlead-pods: loop, HTTP server, SDK driver and scheduler put together.
// Called by main once.
#pragma once

#include <cstdint>
#include <string>

#include "common/result.h"
#include "frameworks/sdk/driver/framework_flags.h"

namespace fairlead::pods {

struct PodsProcessOptions {
  sdk::FrameworkFlags framework;
  std::string http_host = "127.0.0.1";
  std::uint16_t http_port = 0;
  std::string token_file;
  std::string acl_file;    ///< what callers of its HTTP may do; empty: everything
  std::string ready_file;  ///< written once HTTP serves: `<http address>`
};

/// Runs until a signal or the framework's end.
Status run_pods(const PodsProcessOptions& options);

}  // namespace fairlead::pods
