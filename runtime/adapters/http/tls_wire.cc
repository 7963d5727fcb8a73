#include "runtime/adapters/http/tls_wire.h"

#include <algorithm>
#include <utility>

namespace fairlead {
namespace {

constexpr std::size_t kSliceBytes = 64 << 10;  // encrypted at once

/// For a person who forgot the s of https: the only words that we say in plain text.
constexpr std::string_view kHttpsPlease =
    "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
    "{\"error\":{\"code\":\"invalid\",\"message\":\"this port speaks TLS; hint: write "
    "https://\"}}\n";

}  // namespace

void TlsWire::open(OnDone done) {
  shake_hands(std::move(done));
}

void TlsWire::shake_hands(OnDone done) {
  below_->read([this, done = std::move(done)](WireState state, std::string_view bytes) {
    if (state != WireState::kGood) return done(WireState::kFailed);
    on_handshake_bytes(bytes, done);
  });
}

void TlsWire::on_handshake_bytes(std::string_view bytes, OnDone done) {
  if (!session_.receive(bytes)) return give_up(std::move(done));
  flush([this, done = std::move(done)](WireState state) {
    if (state != WireState::kGood) return done(state);
    if (session_.is_open()) return done(WireState::kGood);
    shake_hands(done);
  });
}

void TlsWire::give_up(OnDone done) {
  out_ = session_.spoke_http() ? std::string(kHttpsPlease) : session_.take_wire();
  if (out_.empty()) return below_->later([done = std::move(done)] { done(WireState::kFailed); });
  is_writing_ = true;
  below_->write(out_, [this, done = std::move(done)](WireState) {
    is_writing_ = false;
    done(WireState::kFailed);
  });
}

void TlsWire::read(OnRead done) {
  if (is_raw_) return below_->read(std::move(done));
  plain_ = session_.take_plain();
  if (!plain_.empty() || session_.has_ended()) {
    // Said together with the handshake, or with what was read before.
    return below_->later([this, done = std::move(done)] { deliver(done); });
  }
  below_->read([this, done = std::move(done)](WireState state, std::string_view bytes) {
    // An end of the TCP connection without an end of the TLS session is a cut.
    if (state != WireState::kGood) return done(WireState::kFailed, {});
    if (is_raw_) return done(WireState::kGood, bytes);
    on_bytes(bytes, done);
  });
}

void TlsWire::on_bytes(std::string_view bytes, OnRead done) {
  if (!session_.receive(bytes)) return done(WireState::kFailed, {});
  plain_ = session_.take_plain();
  // The session may have to answer (new keys). Nobody waits for that, but we must live until then.
  if (!is_writing_) flush([alive = done](WireState) {});
  if (plain_.empty() && !session_.has_ended()) return read(std::move(done));
  deliver(done);
}

void TlsWire::deliver(const OnRead& done) {
  if (plain_.empty()) return done(WireState::kEnded, {});
  done(WireState::kGood, plain_);
}

void TlsWire::write(std::string_view bytes, OnDone done) {
  write_rest(bytes, std::move(done));
}

void TlsWire::write_rest(std::string_view bytes, OnDone done) {
  const std::string_view slice = bytes.substr(0, kSliceBytes);
  session_.send(slice);
  flush([this, rest = bytes.substr(slice.size()), done = std::move(done)](WireState state) {
    if (state != WireState::kGood || rest.empty()) return done(state);
    write_rest(rest, done);
  });
}

void TlsWire::flush(OnDone done) {
  if (is_writing_) {
    next_ = std::move(done);
    return;
  }
  out_ = session_.take_wire();
  if (out_.empty()) return below_->later([done = std::move(done)] { done(WireState::kGood); });
  is_writing_ = true;
  below_->write(out_, [this, done = std::move(done)](WireState state) {
    is_writing_ = false;
    if (next_) flush(std::exchange(next_, nullptr));
    done(state);
  });
}

void TlsWire::end_sending(OnDone done) {
  session_.end_sending();
  flush([this, done = std::move(done)](WireState state) {
    if (state != WireState::kGood) return done(state);
    below_->end_sending(done);
  });
}

}  // namespace fairlead
