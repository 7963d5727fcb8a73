#include "runtime/adapters/http/tcp_wire.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace fairlead {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

TcpWire::TcpWire(asio::ip::tcp::socket socket)
    : socket_(std::move(socket)), timer_(socket_.get_executor()) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

void TcpWire::open(OnDone done) {
  later([done = std::move(done)] { done(WireState::kGood); });
}

void TcpWire::read(OnRead done) {
  socket_.async_read_some(
      asio::buffer(block_), [this, done = std::move(done)](error_code failure, std::size_t bytes) {
        if (!failure) return done(WireState::kGood, std::string_view(block_.data(), bytes));
        done(failure == asio::error::eof ? WireState::kEnded : WireState::kFailed, {});
      });
}

void TcpWire::write(std::string_view bytes, OnDone done) {
  asio::async_write(socket_, asio::buffer(bytes),
                    [done = std::move(done)](error_code failure, std::size_t) {
                      done(failure ? WireState::kFailed : WireState::kGood);
                    });
}

void TcpWire::end_sending(OnDone done) {
  error_code failure;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, failure);
  const WireState state = failure ? WireState::kFailed : WireState::kGood;
  later([done = std::move(done), state] { done(state); });
}

void TcpWire::close() {
  error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
}

void TcpWire::set_deadline(std::chrono::nanoseconds wait, std::function<void()> passed) {
  timer_.expires_after(wait);
  timer_.async_wait([this, passed = std::move(passed)](error_code failure) {
    // A cancelled wait may already be in the queue: believe the clock, not the call.
    if (!failure && timer_.expiry() <= SteadyClock::now()) passed();
  });
}

void TcpWire::clear_deadline() {
  timer_.expires_at(SteadyClock::time_point::max());
}

void TcpWire::later(std::function<void()> work) {
  asio::post(socket_.get_executor(), std::move(work));
}

}  // namespace fairlead
