#include "runtime/adapters/zookeeper/zookeeper_wire.h"

#include <chrono>

namespace fairlead {
namespace {

constexpr auto kPostAgain = std::chrono::milliseconds(1);

}  // namespace

void drop_line(const char*) {}

ZnodeStatus to_status(int code) {
  switch (code) {
    case ZOK:
      return ZnodeStatus::kOk;
    case ZNONODE:
      return ZnodeStatus::kNoNode;
    case ZNODEEXISTS:
      return ZnodeStatus::kNodeExists;
    case ZBADVERSION:
      return ZnodeStatus::kBadVersion;
    case ZNOTEMPTY:
      return ZnodeStatus::kNotEmpty;
    case ZNOAUTH:
    case ZINVALIDACL:
      return ZnodeStatus::kDenied;
    case ZCONNECTIONLOSS:
    case ZOPERATIONTIMEOUT:
    case ZSESSIONMOVED:
      return ZnodeStatus::kConnectionLost;
    case ZSESSIONEXPIRED:
    case ZINVALIDSTATE:
    case ZAUTHFAILED:
    case ZCLOSING:
      return ZnodeStatus::kSessionEnded;
    default:
      return ZnodeStatus::kFailed;
  }
}

std::string reason_of(int code) {
  if (code == ZOK) return {};
  ZnodeStatus status = to_status(code);
  if (status != ZnodeStatus::kFailed) return to_string(status);
  return std::string("ZooKeeper says: ") + zerror(code) + " (" + std::to_string(code) + ")";
}

ZookeeperClient::Wire::~Wire() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  // Joins the library's threads; every call that waits is completed once more before.
  if (handle_ != nullptr) zookeeper_close(handle_);
}

bool ZookeeperClient::Wire::connect(const ZookeeperOptions& options) {
  zoo_set_debug_level(ZOO_LOG_LEVEL_ERROR);
  handle_ =
      zookeeper_init2(options.address.servers.c_str(), on_event,
                      static_cast<int>(options.session_timeout.ms()), nullptr, this, 0, drop_line);
  return handle_ != nullptr;
}

bool ZookeeperClient::Wire::authenticate(const std::string& credentials) {
  return zoo_add_auth(handle_, "digest", credentials.data(), static_cast<int>(credentials.size()),
                      nullptr, nullptr) == ZOK;
}

void ZookeeperClient::Wire::deliver(Work work) {
  std::unique_lock<std::mutex> lock(mutex_);
  inbox_.push_back(std::move(work));
  changed_.notify_all();
  if (posted_) return;
  posted_ = true;
  while (!closing_ && !loop_.post(receiver_.drain)) changed_.wait_for(lock, kPostAgain);
}

std::deque<Work> ZookeeperClient::Wire::take() {
  std::lock_guard<std::mutex> lock(mutex_);
  posted_ = false;
  return std::exchange(inbox_, {});
}

void ZookeeperClient::Wire::wait(std::chrono::steady_clock::time_point until) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_until(lock, until, [this] { return !inbox_.empty(); });
}

void ZookeeperClient::Wire::on_event(zhandle_t* handle, int type, int state, const char*,
                                     void* context) {
  // The first events may come before zookeeper_init has returned: ask the handle, not a member.
  auto* wire = static_cast<Wire*>(const_cast<void*>(zoo_get_context(handle)));
  bool is_node_watch = context != wire;
  if (type == ZOO_SESSION_EVENT) {
    // Every watch hears of the session too; once is enough.
    if (!is_node_watch) wire->deliver([wire, state] { wire->receiver_.on_session(state); });
    return;
  }
  auto watch = reinterpret_cast<std::uintptr_t>(context);
  if (is_node_watch) wire->deliver([wire, watch] { wire->receiver_.on_watch(watch); });
}

}  // namespace fairlead
