#include "runtime/adapters/zmq/zmq_socket.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "common/check.h"

namespace fairlead {
namespace {

zmq_msg_t* message(unsigned char* storage) {
  return reinterpret_cast<zmq_msg_t*>(storage);
}

}  // namespace

std::string zmq_error_text() {
  return zmq_strerror(zmq_errno());
}

ZmqContext::ZmqContext(int io_threads) : handle_(zmq_ctx_new()) {
  check(handle_ != nullptr, "a ZeroMQ context can be made");
  check(zmq_ctx_set(handle_, ZMQ_IO_THREADS, io_threads) == 0, "io_threads >= 1");
}

ZmqContext::~ZmqContext() {
  while (zmq_ctx_term(handle_) != 0 && zmq_errno() == EINTR) {
  }
}

Result<std::unique_ptr<ZmqSocket>> ZmqSocket::open(ZmqContext& context, int type) {
  void* handle = zmq_socket(context.handle(), type);
  if (handle == nullptr) {
    return Error{.code = ErrorCode::kExhausted,
                 .message = to_string(Complaint{.what = "open a ZeroMQ socket",
                                                .got = zmq_error_text(),
                                                .hint = "raise the limit on open files"})};
  }
  std::unique_ptr<ZmqSocket> socket(new ZmqSocket(handle));
  socket->set(ZMQ_LINGER, 0);
  return socket;
}

ZmqSocket::~ZmqSocket() {
  zmq_close(handle_);
}

void ZmqSocket::set(int option, int value) {
  check(zmq_setsockopt(handle_, option, &value, sizeof value) == 0, "libzmq takes our option");
}

void ZmqSocket::set(int option, std::int64_t value) {
  check(zmq_setsockopt(handle_, option, &value, sizeof value) == 0, "libzmq takes our option");
}

void ZmqSocket::set(int option, const std::string& value) {
  check(zmq_setsockopt(handle_, option, value.data(), value.size()) == 0,
        "libzmq takes our option");
}

int ZmqSocket::descriptor() const {
  int descriptor = -1;
  std::size_t size = sizeof descriptor;
  check(zmq_getsockopt(handle_, ZMQ_FD, &descriptor, &size) == 0, "a socket has a descriptor");
  return descriptor;
}

bool ZmqSocket::has_input() {
  int events = 0;
  std::size_t size = sizeof events;
  int code = zmq_getsockopt(handle_, ZMQ_EVENTS, &events, &size);
  return code == 0 && (events & ZMQ_POLLIN) != 0;
}

std::string ZmqSocket::last_endpoint() const {
  std::array<char, 256> text{};
  std::size_t size = text.size();
  check(zmq_getsockopt(handle_, ZMQ_LAST_ENDPOINT, text.data(), &size) == 0,
        "a bound socket knows its endpoint");
  return text.data();
}

ZmqFrame::ZmqFrame() {
  static_assert(sizeof storage_ == sizeof(zmq_msg_t));
  zmq_msg_init(message(storage_));
}

ZmqFrame::~ZmqFrame() {
  zmq_msg_close(message(storage_));
}

bool ZmqFrame::receive(ZmqSocket& socket) {
  int code = 0;
  do {
    code = zmq_msg_recv(message(storage_), socket.handle(), ZMQ_DONTWAIT);
  } while (code < 0 && zmq_errno() == EINTR);
  return code >= 0;
}

bool ZmqFrame::has_more() const {
  return zmq_msg_more(message(storage_)) != 0;
}

BytesView ZmqFrame::bytes() const {
  return {static_cast<const std::uint8_t*>(zmq_msg_data(message(storage_))),
          zmq_msg_size(message(storage_))};
}

std::string_view ZmqFrame::property(const char* name) const {
  const char* text = zmq_msg_gets(message(storage_), name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

int ZmqFrame::source_descriptor() const {
  return zmq_msg_get(message(storage_), ZMQ_SRCFD);
}

Result<std::unique_ptr<SocketPump>> SocketPump::create(Loop& loop, ZmqSocket& socket,
                                                       std::function<bool()> receive_one,
                                                       int burst_max) {
  int reminder = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (reminder < 0) {
    return Error{.code = ErrorCode::kExhausted,
                 .message = to_string(Complaint{.what = "open an eventfd",
                                                .got = std::strerror(errno),
                                                .hint = "raise the limit on open files"})};
  }
  return std::unique_ptr<SocketPump>(
      new SocketPump(loop, socket, std::move(receive_one), burst_max, reminder));
}

SocketPump::SocketPump(Loop& loop, ZmqSocket& socket, std::function<bool()> receive_one,
                       int burst_max, int reminder)
    : loop_(loop),
      socket_(socket),
      receive_one_(std::move(receive_one)),
      burst_max_(burst_max),
      reminder_(reminder) {
  loop_.watch(socket_.descriptor(), [this] { drain(); });
  loop_.watch(reminder_, [this] {
    eventfd_t ignored = 0;
    ::eventfd_read(reminder_, &ignored);
    is_reminded_ = false;
    drain();
  });
  look_again();  // what happened before we watched
}

SocketPump::~SocketPump() {
  loop_.unwatch(socket_.descriptor());
  loop_.unwatch(reminder_);
  ::close(reminder_);
}

void SocketPump::look_again() {
  if (is_reminded_) return;
  is_reminded_ = true;
  check(::eventfd_write(reminder_, 1) == 0, "an eventfd takes a small number");
}

void SocketPump::drain() {
  for (int taken = 0; taken < burst_max_; ++taken) {
    if (!receive_one_() && !socket_.has_input()) return;
  }
  look_again();
}

}  // namespace fairlead
