// The wire of a client over TLS: a TlsSession between the connection and the plain wire below. It
// adds no deadline of its own; the connection's holds for the handshake as for everything else.
#pragma once

#include "runtime/adapters/http/http_wire.h"
#include "runtime/adapters/http/tls_session.h"

namespace fairlead {

class TlsWire final : public HttpWire {
 public:
  TlsWire(std::unique_ptr<HttpWire> below, TlsSession session)
      : below_(std::move(below)), session_(std::move(session)) {}

  void open(OnDone done) override;
  void read(OnRead done) override;
  void write(std::string_view bytes, OnDone done) override;
  void end_sending(OnDone done) override;
  void read_raw_from_now_on() override { is_raw_ = true; }
  void close() override { below_->close(); }
  void set_deadline(std::chrono::nanoseconds wait, std::function<void()> passed) override {
    below_->set_deadline(wait, std::move(passed));
  }
  void clear_deadline() override { below_->clear_deadline(); }
  void later(std::function<void()> work) override { below_->later(std::move(work)); }

 private:
  void shake_hands(OnDone done);
  void on_handshake_bytes(std::string_view bytes, OnDone done);
  void give_up(OnDone done);
  void on_bytes(std::string_view bytes, OnRead done);
  void deliver(const OnRead& done);
  /// Sends what the session has for the wire, then calls `done`; after the flush that runs.
  void flush(OnDone done);
  void write_rest(std::string_view bytes, OnDone done);

  std::unique_ptr<HttpWire> below_;
  TlsSession session_;
  std::string plain_;  ///< being read
  std::string out_;    ///< being written below
  OnDone next_;        ///< of a flush that waits for the one that runs
  bool is_writing_ = false;
  bool is_raw_ = false;
};

}  // namespace fairlead
