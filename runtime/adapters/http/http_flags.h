// The flags of every program that serves HTTP, and of every program that calls it, so that they
// have the same names and help everywhere. Used by main() before any thread.
#pragma once

#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/http/http_client.h"
#include "runtime/adapters/http/http_server.h"

namespace fairlead {

/// --http-host, --http-port, --http-name, --http-cert, --http-key and --token-file.
void add_http_server_flags(FlagSet& flags, HttpServerOptions* options);

/// --http-ca, whom https:// believes.
void add_http_ca_flag(FlagSet& flags, std::string* ca_file);

}  // namespace fairlead
