#include "runtime/adapters/http/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <limits>

#include "common/check.h"
#include "common/limits.h"

namespace fairlead {
namespace {

std::string drain(BIO* bio) {
  std::string bytes(BIO_ctrl_pending(bio), '\0');
  if (bytes.empty()) return bytes;
  const int got = BIO_read(bio, bytes.data(), static_cast<int>(bytes.size()));
  check(got == static_cast<int>(bytes.size()), "a memory BIO gives what it holds");
  return bytes;
}

BIO* add_memory() {
  BIO* bio = BIO_new(BIO_s_mem());
  check(bio != nullptr, "OpenSSL can allocate");
  BIO_set_mem_eof_return(bio, -1);  // empty means "more may come"
  return bio;
}

/// DNS names of a certificate, for the message that they do not fit.
std::string names_of(X509* certificate) {
  std::string names;
  auto* all = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  constexpr int kNamesShownMax = 5;
  constexpr std::size_t kNameShownCharsMax = 100;
  for (int i = 0; i < sk_GENERAL_NAME_num(all) && i < kNamesShownMax; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type != GEN_DNS) continue;
    const ASN1_STRING* text = name->d.dNSName;
    names += names.empty() ? "" : ", ";
    const std::string_view raw(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text)));
    // Nobody has vouched for it yet, and it goes to a terminal.
    for (char c : raw.substr(0, kNameShownCharsMax)) names += c > 0x20 && c < 0x7f ? c : '?';
  }
  GENERAL_NAMES_free(all);
  return names;
}

/// Changes no verdict: notes the names of a refused certificate, which OpenSSL forgets at once.
int note_names(int is_good, X509_STORE_CTX* store) {
  X509* certificate = X509_STORE_CTX_get_current_cert(store);
  if (is_good == 1 || certificate == nullptr) return is_good;
  const auto* session = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  *static_cast<std::string*>(SSL_get_ex_data(session, 0)) = names_of(certificate);
  return is_good;
}

}  // namespace

void TlsSession::Freer::operator()(ssl_st* session) const {
  SSL_free(session);
}

TlsSession::TlsSession(const TlsContext& context, bool is_client)
    : session_(SSL_new(context.handle())), is_client_(is_client) {
  check(session_ != nullptr, "OpenSSL can make a session");
  from_wire_ = add_memory();
  to_wire_ = add_memory();
  SSL_set_bio(session_.get(), from_wire_, to_wire_);
}

TlsSession::~TlsSession() = default;

TlsSession TlsSession::server(const TlsContext& context) {
  TlsSession session(context, false);
  SSL_set_accept_state(session.session_.get());
  return session;
}

TlsSession TlsSession::client(const TlsContext& context, const std::string& host) {
  TlsSession session(context, true);
  SSL* ssl = session.session_.get();
  SSL_set_connect_state(ssl);
  check(SSL_set_ex_data(ssl, 0, session.refused_names_.get()) == 1, "OpenSSL can allocate");
  SSL_set_verify(ssl, SSL_VERIFY_PEER, note_names);
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) != 1) {
    ERR_clear_error();
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    check(SSL_set1_host(ssl, host.c_str()) == 1, "a host name can be set");
    // The macro for this has a C cast.
    std::string name = host;
    check(SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1,
          "a server name can be set");
  }
  const Status began = session.advance();
  check(began.ok(), "a handshake begins without the peer");
  return session;
}

Status TlsSession::receive(std::string_view wire_bytes) {
  check(wire_bytes.size() < std::numeric_limits<int>::max(), "a block is small");
  const int size = static_cast<int>(wire_bytes.size());
  if (size > 0) {
    check(BIO_write(from_wire_, wire_bytes.data(), size) == size, "a memory BIO takes everything");
  }
  return advance();
}

Status TlsSession::advance() {
  ERR_clear_error();
  if (!is_open_) {
    const int result = SSL_do_handshake(session_.get());
    if (result != 1) {
      if (SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ) return {};
      return failure(result);
    }
    is_open_ = true;
  }
  std::array<char, 16 << 10> block;
  while (!has_ended_) {
    const int got = SSL_read(session_.get(), block.data(), static_cast<int>(block.size()));
    if (got > 0) {
      plain_.append(block.data(), static_cast<std::size_t>(got));
      continue;
    }
    const int kind = SSL_get_error(session_.get(), got);
    if (kind == SSL_ERROR_WANT_READ) break;
    if (kind != SSL_ERROR_ZERO_RETURN) return failure(got);
    has_ended_ = true;
  }
  // Answers to a peer that asks for new keys all the time and reads none of them.
  if (BIO_ctrl_pending(to_wire_) > limits::kTlsUnsentBytesMax) {
    return Error{.code = ErrorCode::kInvalid, .message = "TLS: too many requests for new keys"};
  }
  return {};
}

Error TlsSession::failure(int result) {
  const int kind = SSL_get_error(session_.get(), result);
  const unsigned long first = ERR_peek_error();
  const int reason = ERR_GET_REASON(first);
  const std::string cause = take_openssl_error();
  if (is_client_ && !is_open_ && SSL_get_verify_result(session_.get()) != X509_V_OK) {
    return not_believed();
  }
  spoke_http_ = kind == SSL_ERROR_SSL && reason == SSL_R_HTTP_REQUEST;
  // Alerts of the peer have numbers of their own.
  const bool peer_refused = reason >= SSL_AD_REASON_OFFSET;
  const bool not_tls = reason == SSL_R_WRONG_VERSION_NUMBER || spoke_http_;
  std::string text = "TLS: " + cause;
  if (is_client_ && not_tls) text = "the server does not speak TLS; hint: write http://";
  return Error{.code = peer_refused ? ErrorCode::kUnavailable : ErrorCode::kInvalid,
               .message = std::move(text)};
}

Error TlsSession::not_believed() const {
  const long why = SSL_get_verify_result(session_.get());
  std::string text = "the server's certificate is not trusted: ";
  text += X509_verify_cert_error_string(why);
  switch (why) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      text += refused_names_->empty() ? "; hint: its certificate must name this host"
                                      : "; hint: its certificate is for " + *refused_names_;
      break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      text += "; hint: renew it, the server takes over the new files by itself";
      break;
    default:
      text += "; hint: give the certificate of the authority that signed it as --http-ca FILE";
      break;
  }
  return Error{.code = ErrorCode::kDenied, .message = std::move(text)};
}

std::string TlsSession::take_plain() {
  return std::exchange(plain_, {});
}

void TlsSession::send(std::string_view plain_bytes) {
  check(is_open_, "nothing is sent before the handshake is done");
  ERR_clear_error();
  while (!plain_bytes.empty()) {
    std::size_t taken = 0;
    // A memory BIO takes everything, and without renegotiation a write waits for no read.
    const int result = SSL_write_ex(session_.get(), plain_bytes.data(), plain_bytes.size(), &taken);
    if (result != 1) return;  // the session has failed: receive() has said or will say so
    plain_bytes.remove_prefix(taken);
  }
}

void TlsSession::end_sending() {
  if (!is_open_) return;
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

std::string TlsSession::take_wire() {
  return drain(to_wire_);
}

}  // namespace fairlead
