#include "runtime/adapters/http/http_flags.h"

namespace fairlead {

void add_http_server_flags(FlagSet& flags, HttpServerOptions* options) {
  flags.add({.name = "http-host",
             .help = "address of its HTTP; beyond loopback it needs tokens and a certificate",
             .value_name = "HOST"},
            &options->host);
  flags.add({.name = "http-port", .help = "port of its HTTP; 0 picks one", .value_name = "PORT"},
            &options->port);
  flags.add({.name = "http-name",
             .help = "name by which others reach its HTTP, one of the certificate's; default: the "
                     "address",
             .value_name = "NAME"},
            &options->name);
  flags.add({.name = "http-cert",
             .help = "PEM certificate chain for HTTPS, read again when it changes",
             .value_name = "FILE"},
            &options->certificate_file);
  flags.add({.name = "http-key",
             .help = "PEM key of the certificate, mode 0600, read again when it changes",
             .value_name = "FILE"},
            &options->key_file);
  flags.add({.name = "token-file",
             .help = "lines `<token> <principal>`: who may use HTTP",
             .value_name = "FILE"},
            &options->token_file);
}

void add_http_ca_flag(FlagSet& flags, std::string* ca_file) {
  flags.add({.name = "http-ca",
             .help = "PEM certificates of the authorities that https:// servers are signed by; "
                     "default: the system's",
             .value_name = "FILE"},
            ca_file);
}

}  // namespace fairlead
