#include "runtime/adapters/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "common/check.h"

namespace fairlead {
namespace {

struct Freer {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, Freer>;

Owned<BIO> reader_of(std::string_view text) {
  Owned<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  check(bio != nullptr, "OpenSSL can allocate");
  return bio;
}

/// Without it OpenSSL would ask for the passphrase at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

Owned<X509> next_certificate(BIO* bio) {
  return Owned<X509>(PEM_read_bio_X509(bio, nullptr, no_passphrase, nullptr));
}

/// After the last certificate: true when only the end of the text stopped us.
bool ended_well() {
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return at_end;
}

Error refused(const char* what, const char* expected) {
  const std::string cause = take_openssl_error();
  return Error{
      .code = ErrorCode::kInvalid,
      .message = to_string(Complaint{.what = what, .expected = expected}) + " (" + cause + ")"};
}

std::shared_ptr<TlsContext> make(const SSL_METHOD* method) {
  ERR_clear_error();
  SSL_CTX* raw = SSL_CTX_new(method);
  check(raw != nullptr, "OpenSSL can make a context");
  auto context = std::make_shared<TlsContext>(raw);
  check(SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1, "OpenSSL knows TLS 1.2");
  // Of TLS 1.2 only what keeps old traffic secret when a key leaks.
  check(SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1,
        "OpenSSL has modern ciphers");
  // No tickets and no cache: nothing that a client makes us remember, and no key but the one in the
  // file that could open a recorded connection.
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  // Idle connections give their buffers back.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  return context;
}

Status use_chain(SSL_CTX* context, std::string_view pem) {
  const Owned<BIO> bio = reader_of(pem);
  const Owned<X509> own = next_certificate(bio.get());
  if (own == nullptr) return refused("certificate", "PEM, the server's own certificate first");
  if (SSL_CTX_use_certificate(context, own.get()) != 1) {
    return refused("certificate", "one that OpenSSL takes");
  }
  while (Owned<X509> above = next_certificate(bio.get())) {
    if (SSL_CTX_add1_chain_cert(context, above.get()) != 1) {
      return refused("certificate chain", "certificates that OpenSSL takes");
    }
  }
  if (!ended_well()) return refused("certificate chain", "whole PEM certificates only");
  return {};
}

Status use_key(SSL_CTX* context, std::string_view pem) {
  const Owned<BIO> bio = reader_of(pem);
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (key == nullptr) return refused("private key", "PEM, without a passphrase");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return refused("private key", "the key of the certificate");
  }
  return {};
}

Status believe(SSL_CTX* context, std::string_view authorities_pem) {
  if (authorities_pem.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return refused("the system's certificates", "a store that OpenSSL can read");
  }
  const Owned<BIO> bio = reader_of(authorities_pem);
  int found = 0;
  while (Owned<X509> authority = next_certificate(bio.get())) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1) {
      return refused("authorities", "certificates that OpenSSL takes");
    }
    ++found;
  }
  if (!ended_well() || found == 0) return refused("authorities", "PEM certificates");
  return {};
}

}  // namespace

std::string take_openssl_error() {
  const unsigned long first = ERR_get_error();
  ERR_clear_error();
  const char* reason = first == 0 ? nullptr : ERR_reason_error_string(first);
  return reason == nullptr ? "no reason given" : reason;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_server(std::string_view certificates_pem,
                                                                 std::string_view key_pem) {
  const std::shared_ptr<TlsContext> context = make(TLS_server_method());
  Status good = use_chain(context->context_, certificates_pem);
  if (good) good = use_key(context->context_, key_pem);
  if (!good) return good.error();
  SSL_CTX_set_options(context->context_, SSL_OP_CIPHER_SERVER_PREFERENCE);
  return std::shared_ptr<const TlsContext>(context);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_client(std::string_view authorities_pem) {
  const std::shared_ptr<TlsContext> context = make(TLS_client_method());
  SSL_CTX_set_verify(context->context_, SSL_VERIFY_PEER, nullptr);
  if (Status good = believe(context->context_, authorities_pem); !good) return good.error();
  return std::shared_ptr<const TlsContext>(context);
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

}  // namespace fairlead
