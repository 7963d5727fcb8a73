#include "runtime/adapters/zmq/zap_handler.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <chrono>
#include <cstring>
#include <utility>

#include "common/check.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/zmq/curve_keys.h"

namespace fairlead {
namespace {

constexpr const char* kZapEndpoint = "inproc://zeromq.zap.01";
constexpr std::int64_t kReportEveryNs = 60'000'000'000;  // a stranger must not fill the log

// Places of the question's frames.
enum Question : std::size_t {
  kVersion,
  kRequest,
  kDomain,
  kAddress,
  kRoutingId,
  kMechanism,
  kCredential,
  kQuestionFrames
};

std::string to_z85(const std::string& raw_key) {
  std::array<char, 41> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(raw_key.data()),
                 raw_key.size());
  return text.data();
}

/// ZMTP metadata: length byte, name, four bytes of length (big-endian), value.
void append_property(std::string& metadata, std::string_view name, std::string_view value) {
  metadata += static_cast<char>(name.size());
  metadata += name;
  for (int shift = 24; shift >= 0; shift -= 8) {
    metadata += static_cast<char>((value.size() >> shift) & 0xff);
  }
  metadata += value;
}

std::int64_t steady_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace

Result<std::unique_ptr<ZapHandler>> ZapHandler::start(ZmqContext& context, AllowList& allow_list) {
  auto socket = ZmqSocket::open(context, ZMQ_REP);
  if (!socket.ok()) return socket.error();
  if (zmq_bind((*socket)->handle(), kZapEndpoint) != 0) {
    return Error{.code = ErrorCode::kConflict,
                 .message = to_string(Complaint{.what = "start the ZAP handler",
                                                .expected = "one handler per context",
                                                .got = zmq_error_text()})};
  }
  int stop_signal = ::eventfd(0, EFD_CLOEXEC);
  if (stop_signal < 0) {
    return Error{.code = ErrorCode::kExhausted, .message = "start the ZAP handler: no descriptor"};
  }
  return std::unique_ptr<ZapHandler>(new ZapHandler(std::move(*socket), allow_list, stop_signal));
}

ZapHandler::ZapHandler(std::unique_ptr<ZmqSocket> socket, AllowList& allow_list, int stop_signal)
    : allow_list_(allow_list),
      socket_(std::move(socket)),
      stop_signal_(stop_signal),
      thread_([this] { serve(); }) {}

ZapHandler::~ZapHandler() {
  ::eventfd_write(stop_signal_, 1);
  thread_.join();
  ::close(stop_signal_);
}

void ZapHandler::serve() {
  for (;;) {
    std::array<zmq_pollitem_t, 2> items{};
    items[0].socket = socket_->handle();
    items[0].events = ZMQ_POLLIN;
    items[1].fd = stop_signal_;
    items[1].events = ZMQ_POLLIN;
    if (zmq_poll(items.data(), static_cast<int>(items.size()), -1) < 0) {
      if (zmq_errno() == EINTR) continue;
      return;  // the context ends
    }
    if ((items[1].revents & ZMQ_POLLIN) != 0) return;
    while (answer_one()) {
    }
  }
}

bool ZapHandler::answer_one() {
  Frames question;
  ZmqFrame frame;
  if (!frame.receive(*socket_)) return false;
  for (;;) {
    BytesView bytes = frame.bytes();
    question.emplace_back(bytes.begin(), bytes.end());
    if (!frame.has_more() || !frame.receive(*socket_)) break;
  }
  Frames answer = decide(question);
  for (std::size_t i = 0; i < answer.size(); ++i) {
    int flags = i + 1 < answer.size() ? ZMQ_SNDMORE : 0;
    zmq_send(socket_->handle(), answer[i].data(), answer[i].size(), flags);
  }
  return true;
}

ZapHandler::Frames ZapHandler::decide(const Frames& question) {
  bool well_formed = question.size() == kQuestionFrames && question[kVersion] == "1.0" &&
                     question[kDomain] == kZapDomain && question[kMechanism] == "CURVE" &&
                     question[kCredential].size() == 32;
  std::string request = question.size() > kRequest ? question[kRequest] : std::string();
  if (!well_formed) {
    ++counters_.malformed;
    return {"1.0", request, "400", "only CURVE keys in our domain", "", ""};
  }
  Status fresh = allow_list_.refresh();
  std::string key = to_z85(question[kCredential]);
  if (!fresh.ok()) report_denial(question[kAddress], key, fresh.error().message.c_str());
  std::optional<Principal> principal = allow_list_.principal_of(key);
  if (!principal) {
    ++counters_.denied;
    report_denial(question[kAddress], key, "the key is not in the allow-list, or was revoked");
    return {"1.0", request, "400", "unknown key", "", ""};
  }
  ++counters_.accepted;
  std::string metadata;
  append_property(metadata, kZapKeyProperty, key);
  return {"1.0", request, "200", "", principal->text, metadata};
}

void ZapHandler::report_denial(const std::string& address, const std::string& key,
                               const char* why) {
  std::int64_t now = steady_ns();
  if (now < next_report_ns_) return;
  next_report_ns_ = now + kReportEveryNs;
  log_line(LogLevel::kWarning, "key_trouble",
           {{"address", address},
            {"key", key},
            {"fingerprint", fingerprint_of(key)},
            {"reason", why},
            {"denied_total", counters_.denied.load()}});
}

}  // namespace fairlead
