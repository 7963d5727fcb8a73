#include "runtime/adapters/zookeeper/session_end.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "runtime/adapters/zookeeper/zookeeper_wire.h"

namespace fairlead {
namespace {

constexpr int kTimeoutMs = 10'000;  // the server keeps what the session has

struct Attached {
  std::mutex mutex;
  std::condition_variable changed;
  bool answered = false;  // attached, or told that there is no such session
};

void on_event(zhandle_t* handle, int type, int state, const char*, void*) {
  if (type != ZOO_SESSION_EVENT) return;
  if (state != ZOO_CONNECTED_STATE && state != ZOO_EXPIRED_SESSION_STATE) return;
  auto* attached = static_cast<Attached*>(const_cast<void*>(zoo_get_context(handle)));
  std::lock_guard<std::mutex> lock(attached->mutex);
  attached->answered = true;
  attached->changed.notify_all();
}

}  // namespace

Status end_zookeeper_session(const ZookeeperAddress& address, const ZookeeperSession& session,
                             Duration span_max) {
  clientid_t id{.client_id = session.id, .passwd = {}};
  std::copy(session.password.begin(), session.password.end(), id.passwd);
  Attached attached;
  zhandle_t* handle =
      zookeeper_init2(address.servers.c_str(), on_event, kTimeoutMs, &id, &attached, 0, drop_line);
  bool answered = false;
  if (handle != nullptr) {
    std::unique_lock<std::mutex> lock(attached.mutex);
    answered = attached.changed.wait_for(lock, std::chrono::nanoseconds(span_max.ns),
                                         [&attached] { return attached.answered; });
  }
  if (handle != nullptr) zookeeper_close(handle);
  if (answered) return {};
  return Error{.code = ErrorCode::kUnavailable,
               .message = address.text() + ": no server answered within " +
                          std::to_string(span_max.ms()) + " ms"};
}

}  // namespace fairlead
