// What all TLS connections of one side have in common: protocol bounds, and who we are (server) or
// whom we believe (client). A thin owner of OpenSSL's SSL_CTX; opens no socket and reads no file.
// Immutable once made, thus thread-safe; shared by the sessions made from it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace fairlead {

class TlsContext {
 public:
  /// For a server: a PEM chain, its own certificate first, and the PEM key of that certificate
  /// without a passphrase. TLS 1.2 or newer. kInvalid: not PEM, a key with a passphrase, a key of
  /// another certificate. The message never quotes what was given.
  static Result<std::shared_ptr<const TlsContext>> for_server(std::string_view certificates_pem,
                                                              std::string_view key_pem);
  /// For a client that believes the PEM certificates of `authorities_pem`; empty: the system's
  /// store. kInvalid: not PEM, or none in it.
  static Result<std::shared_ptr<const TlsContext>> for_client(std::string_view authorities_pem);

  explicit TlsContext(ssl_ctx_st* owned) : context_(owned) {}
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  ssl_ctx_st* handle() const { return context_; }

 private:
  ssl_ctx_st* const context_;
};

/// The first error that OpenSSL has noted in this thread, in its words; forgets all of them.
std::string take_openssl_error();

}  // namespace fairlead
