// One side of one TLS connection as a machine of bytes: what came from the wire goes in, what the
// peer said comes out, and the other way round. It has no socket, clock or file: client, server and
// tests bring their own. Owned by one connection; one thread at a time.
//
//   receive(wire bytes) -> take_plain()      send(plain bytes) -> take_wire()
//
// After every call there may be something in take_wire() that has to leave (handshake, alerts).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"
#include "runtime/adapters/http/tls_context.h"

struct ssl_st;  // OpenSSL's SSL
struct bio_st;  // OpenSSL's BIO

namespace fairlead {

class TlsSession {
 public:
  static TlsSession server(const TlsContext& context);
  /// Checks that the peer's certificate is for `host`, a name or an address. Its first words are in
  /// take_wire() at once.
  static TlsSession client(const TlsContext& context, const std::string& host);

  TlsSession(TlsSession&&) = default;
  TlsSession& operator=(TlsSession&&) = default;
  TlsSession(const TlsSession&) = delete;
  ~TlsSession();

  /// Takes bytes from the wire. Fails once and for all when they are not TLS (kInvalid), the peer
  /// refuses us (kUnavailable) or we do not believe its certificate (kDenied, client only). An
  /// alert may then be in take_wire(). REQUIRES: nothing failed before.
  Status receive(std::string_view wire_bytes);
  /// What the peer said since the last call.
  std::string take_plain();

  /// Encrypts. REQUIRES: is_open(). About 1.003 times the bytes are in take_wire() afterwards.
  void send(std::string_view plain_bytes);
  /// Says that nothing more will come. Idempotent; before is_open() it does nothing.
  void end_sending();
  std::string take_wire();

  bool is_open() const { return is_open_; }        ///< the handshake is done
  bool has_ended() const { return has_ended_; }    ///< the peer said that nothing more will come
  bool spoke_http() const { return spoke_http_; }  ///< it failed on a request in plain HTTP

 private:
  struct Freer {
    void operator()(ssl_st* session) const;
  };

  TlsSession(const TlsContext& context, bool is_client);
  Status advance();
  Error failure(int result);
  Error not_believed() const;

  std::unique_ptr<ssl_st, Freer> session_;
  bio_st* from_wire_ = nullptr;  ///< owned by session_
  bio_st* to_wire_ = nullptr;    ///< owned by session_
  std::string plain_;
  std::unique_ptr<std::string> refused_names_ = std::make_unique<std::string>();
  bool is_client_;
  bool is_open_ = false;
  bool has_ended_ = false;
  bool spoke_http_ = false;
};

}  // namespace fairlead
