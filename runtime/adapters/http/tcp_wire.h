// The wire of a client over plain TCP, on Asio. Included by the listener only: it includes Boost.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/adapters/http/http_wire.h"

namespace fairlead {

class TcpWire final : public HttpWire {
 public:
  explicit TcpWire(boost::asio::ip::tcp::socket socket);

  void open(OnDone done) override;
  void read(OnRead done) override;
  void write(std::string_view bytes, OnDone done) override;
  void end_sending(OnDone done) override;
  void read_raw_from_now_on() override {}
  void close() override;
  void set_deadline(std::chrono::nanoseconds wait, std::function<void()> passed) override;
  void clear_deadline() override;
  void later(std::function<void()> work) override;

 private:
  static constexpr std::size_t kReadBytes = 16 << 10;

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::array<char, kReadBytes> block_;
};

}  // namespace fairlead
