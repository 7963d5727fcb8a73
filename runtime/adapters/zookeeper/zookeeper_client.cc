#include "runtime/adapters/zookeeper/zookeeper_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "common/check.h"
#include "common/limits.h"
#include "runtime/adapters/zookeeper/znode_bounds.h"
#include "runtime/adapters/zookeeper/zookeeper_wire.h"

namespace fairlead {
namespace {

constexpr std::size_t kPathBufferBytes = limits::kZnodePathCharsMax + 16;  // and the sequence

const ACL_vector& access_list(ZnodeAccess access) {
  static char world[] = "world", anyone[] = "anyone", auth[] = "auth", nobody[] = "";
  static ACL entries[] = {{ZOO_PERM_ALL, {auth, nobody}}, {ZOO_PERM_READ, {world, anyone}}};
  static const ACL_vector kOwnerOnly{1, entries};
  static const ACL_vector kReadByAll{2, entries};
  return access == ZnodeAccess::kOwner ? kOwnerOnly : kReadByAll;
}

int mode_of(ZnodeKind kind) {
  switch (kind) {
    case ZnodeKind::kPersistent:
      return ZOO_PERSISTENT;
    case ZnodeKind::kEphemeral:
      return ZOO_EPHEMERAL;
    case ZnodeKind::kEphemeralSequential:
      break;
  }
  return ZOO_EPHEMERAL_SEQUENTIAL;
}

/// An empty vector's data() may be null, which the library would take for "no data".
const char* chars_of(const Bytes& data) {
  return data.empty() ? "" : reinterpret_cast<const char*>(data.data());
}

template <class Answer>
struct Call {
  ZookeeperClient::Wire* wire;
  std::function<void(Answer)> on_answer;
  std::uint64_t watch = 0;
  std::function<void(std::uint64_t)> forget_watch = {};  // runs on the loop's thread

  /// Ends this call. Library's threads.
  void finish(Answer answer) {
    std::unique_ptr<Call> self(this);
    bool unarmed = watch != 0 && answer.status != ZnodeStatus::kOk;
    wire->deliver(
        [self = std::shared_ptr<const Call>(std::move(self)), answer = std::move(answer), unarmed] {
          if (unarmed) self->forget_watch(self->watch);
          self->on_answer(answer);
        });
  }
};

void on_read_done(int code, const char* value, int length, const Stat* stat, const void* data) {
  ZnodeRead answer{.status = to_status(code), .reason = reason_of(code)};
  if (code == ZOK) {
    if (length > 0) answer.data.assign(value, value + length);
    answer.version = stat->version;
  }
  static_cast<Call<ZnodeRead>*>(const_cast<void*>(data))->finish(std::move(answer));
}

void on_list_done(int code, const String_vector* names, const void* data) {
  ZnodeList answer{.status = to_status(code), .names = {}, .reason = reason_of(code)};
  if (code == ZOK) answer.names.assign(names->data, names->data + names->count);
  std::sort(answer.names.begin(), answer.names.end());
  static_cast<Call<ZnodeList>*>(const_cast<void*>(data))->finish(std::move(answer));
}

struct Synced {
  ZnodeStatus status = ZnodeStatus::kOk;
};
void on_sync_done(int code, const char*, const void* data) {
  static_cast<Call<Synced>*>(const_cast<void*>(data))->finish({to_status(code)});
}

std::string letters_of(int permissions) {
  std::string text;
  for (auto [bit, letter] : {std::pair{ZOO_PERM_CREATE, 'c'}, std::pair{ZOO_PERM_DELETE, 'd'},
                             std::pair{ZOO_PERM_READ, 'r'}, std::pair{ZOO_PERM_WRITE, 'w'},
                             std::pair{ZOO_PERM_ADMIN, 'a'}}) {
    if ((permissions & bit) != 0) text += letter;
  }
  return text;
}

void on_audit_done(int code, ACL_vector* list, Stat*, const void* data) {
  ZnodeAudit answer{.status = to_status(code)};
  for (int i = 0; code == ZOK && i < list->count; ++i) {
    const ACL& entry = list->data[i];
    std::string scheme = entry.id.scheme;
    bool is_digest = scheme == "digest" || scheme == "auth";
    if (!is_digest && (entry.perms & ~ZOO_PERM_READ) != 0) answer.others_may_change = true;
    // A digest is a hash of a password: no business of a log.
    answer.access += (i == 0 ? "" : " ") + scheme + ":" + (is_digest ? "…" : entry.id.id) + ":" +
                     letters_of(entry.perms);
  }
  static_cast<Call<ZnodeAudit>*>(const_cast<void*>(data))->finish(std::move(answer));
}

/// A write on its way, with the memory that the library fills in.
struct WriteCall {
  std::vector<ZnodeOp> ops;
  std::vector<std::string> paths;
  std::vector<zoo_op_t> raw;
  std::vector<zoo_op_result_t> results;
  std::vector<std::array<char, kPathBufferBytes>> created;
  std::size_t chroot_chars = 0;
  Call<ZnodeWritten> call;

  void prepare(std::size_t at) {
    const char* path = paths[at].c_str();
    zoo_op_t* op = &raw[at];
    if (const auto* create = std::get_if<CreateZnode>(&ops[at])) {
      zoo_create_op_init(op, path, chars_of(create->data), static_cast<int>(create->data.size()),
                         &access_list(create->access), mode_of(create->kind), created[at].data(),
                         static_cast<int>(kPathBufferBytes));
    } else if (const auto* write = std::get_if<WriteZnode>(&ops[at])) {
      zoo_set_op_init(op, path, chars_of(write->data), static_cast<int>(write->data.size()),
                      write->version, nullptr);
    } else if (const auto* erase = std::get_if<EraseZnode>(&ops[at])) {
      zoo_delete_op_init(op, path, erase->version);
    } else {
      zoo_check_op_init(op, path, std::get<CheckZnode>(ops[at]).version);
    }
  }

  ZnodeWritten judge(int code) const {
    ZnodeWritten answer{
        .status = to_status(code), .failed_op = 0, .created = {}, .reason = reason_of(code)};
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if (code == ZOK && std::holds_alternative<CreateZnode>(ops[i])) {
        answer.created.push_back(std::string(created[i].data()).substr(chroot_chars));
      }
    }
    if (code == ZOK || answer.status == ZnodeStatus::kConnectionLost ||
        answer.status == ZnodeStatus::kSessionEnded) {
      return answer;
    }
    // The failed one carries the code; those after it "runtime inconsistency".
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].err != code) continue;
      answer.failed_op = i;
      answer.reason = std::string(path_of(ops[i])) + ": " + answer.reason;
      break;
    }
    return answer;
  }
};

void on_write_done(int code, const void* data) {
  std::unique_ptr<WriteCall> write(static_cast<WriteCall*>(const_cast<void*>(data)));
  ZnodeWritten answer = write->judge(code);
  (new Call<ZnodeWritten>(std::move(write->call)))->finish(std::move(answer));
}

Error unusable(const ZookeeperOptions& options, int cause) {
  return Error{
      .code = ErrorCode::kUnavailable,
      .message = to_string(Complaint{.what = options.address.text(),
                                     .expected = "servers whose names can be resolved",
                                     .got = cause == 0 ? "unknown host" : std::strerror(cause),
                                     .hint = "check the host names and this machine's resolver"})};
}

}  // namespace

Result<std::unique_ptr<ZookeeperClient>> ZookeeperClient::open(ZookeeperOptions options,
                                                               Loop& loop) {
  std::unique_ptr<ZookeeperClient> client(new ZookeeperClient(std::move(options), loop));
  errno = 0;
  if (!client->wire_->connect(client->options_)) return unusable(client->options_, errno);
  auto watch = ServerFileWatch::start(
      loop, client->options_.address,
      [self = client.get()](const std::string& servers) { return self->follow(servers); });
  if (!watch) return watch.error();
  client->servers_ = std::move(*watch);
  return client;
}

ZookeeperClient::ZookeeperClient(ZookeeperOptions options, Loop& loop)
    : options_(std::move(options)),
      authenticated_(options_.credentials.empty()),
      wire_(std::make_unique<Wire>(
          loop, Wire::Receiver{.drain = lifetime_.guard([this] { drain(); }),
                               .on_session = [this](int state) { on_session(state); },
                               .on_watch =
                                   [this](std::uint64_t watch) {
                                     auto found = watches_.find(watch);
                                     if (found == watches_.end()) return;
                                     auto on_changed = std::move(found->second);
                                     watches_.erase(found);
                                     on_changed();
                                   }})) {}

ZookeeperClient::~ZookeeperClient() = default;

void ZookeeperClient::set_on_phase(std::function<void(ZnodePhase)> on_phase) {
  on_phase_ = std::move(on_phase);
}

std::int64_t ZookeeperClient::session() const {
  return zoo_client_id(wire_->handle())->client_id;
}

Duration ZookeeperClient::session_timeout() const {
  return milliseconds(zoo_recv_timeout(wire_->handle()));
}

ZookeeperSession ZookeeperClient::ticket() const {
  const clientid_t* id = zoo_client_id(wire_->handle());
  ZookeeperSession session{.id = id->client_id};
  std::copy(std::begin(id->passwd), std::end(id->passwd), session.password.begin());
  return session;
}

Status ZookeeperClient::set_servers(const std::string& servers) {
  if (zoo_set_servers(wire_->handle(), servers.c_str()) == ZOK) return {};
  ZookeeperOptions asked = options_;
  asked.address.servers = servers;
  return unusable(asked, 0);
}

Status ZookeeperClient::follow(const std::string& servers) {
  if (phase_ == ZnodePhase::kConnected) return set_servers(servers);
  // The library stays with the old ones until one of them answers, which none may do any more.
  wire_->deliver([this] {
    if (phase_ != ZnodePhase::kConnecting) return;
    ending_ = "the file names other servers, and none of those before is connected";
    enter(ZnodePhase::kEnded);
  });
  return {};
}

std::string ZookeeperClient::full(const std::string& path) const {
  check(!path.empty() && path.front() == '/', "a node's path begins with a slash");
  return path == "/" ? options_.address.chroot : options_.address.chroot + path;
}

void ZookeeperClient::drain() {
  // One by one: a callback may end this object.
  for (std::deque<Work> works = wire_->take(); !works.empty(); works.pop_front()) {
    bool gone = true;
    auto still_here = lifetime_.guard([&gone] { gone = false; });
    works.front()();
    still_here();
    if (gone) return;
  }
}

bool ZookeeperClient::run_until(const std::function<bool()>& done, Duration span_max) {
  auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(span_max.ns);
  for (;;) {
    drain();
    if (done()) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    wire_->wait(until);
  }
}

void ZookeeperClient::on_session(int state) {
  if (phase_ == ZnodePhase::kEnded) return;
  ZnodePhase phase = ZnodePhase::kConnecting;
  if (state == ZOO_CONNECTED_STATE) {
    if (!authenticated_) authenticated_ = wire_->authenticate(options_.credentials);
    // Otherwise it is cut off already, and the next connection comes with an event of its own.
    if (authenticated_) phase = ZnodePhase::kConnected;
  }
  if (state == ZOO_EXPIRED_SESSION_STATE || state == ZOO_AUTH_FAILED_STATE) {
    phase = ZnodePhase::kEnded;
    ending_ = state == ZOO_AUTH_FAILED_STATE ? "ZooKeeper refused the credentials"
                                             : "the ZooKeeper session expired";
  }
  enter(phase);
}

void ZookeeperClient::enter(ZnodePhase phase) {
  if (phase == phase_) return;
  phase_ = phase;
  if (phase != ZnodePhase::kConnecting) {
    for (Waiting& waiting : std::exchange(waiting_, {})) {
      (phase == ZnodePhase::kConnected ? waiting.send : waiting.refuse)();
    }
  }
  if (on_phase_) on_phase_(phase);
}

void ZookeeperClient::when_connected(Work send, Work refuse) {
  if (phase_ == ZnodePhase::kConnected) return send();
  if (phase_ == ZnodePhase::kEnded) return wire_->deliver(std::move(refuse));
  check(waiting_.size() < limits::kZnodeWaitingMax, "few requests wait for a connection");
  waiting_.push_back({std::move(send), std::move(refuse)});
}

std::uint64_t ZookeeperClient::remember_watch(std::function<void()> on_changed) {
  if (!on_changed) return 0;
  std::uint64_t watch = watch_next_++;
  watches_.emplace(watch, std::move(on_changed));
  return watch;
}

void ZookeeperClient::read(std::string path, std::function<void(ZnodeRead)> on_read,
                           std::function<void()> on_changed) {
  auto send = [this, path = full(path), on_read, on_changed = std::move(on_changed)] {
    std::uint64_t watch = remember_watch(on_changed);
    auto* call = new Call<ZnodeRead>{wire_.get(), on_read, watch,
                                     [this](std::uint64_t id) { watches_.erase(id); }};
    int code = zoo_awget(wire_->handle(), path.c_str(), watch == 0 ? nullptr : Wire::on_event,
                         reinterpret_cast<void*>(watch), on_read_done, call);
    if (code != ZOK) on_read_done(code, nullptr, 0, nullptr, call);
  };
  when_connected(std::move(send), [on_read] { on_read({.status = ZnodeStatus::kSessionEnded}); });
}

void ZookeeperClient::list(std::string path, std::function<void(ZnodeList)> on_list,
                           std::function<void()> on_changed) {
  auto send = [this, path = full(path), on_list, on_changed = std::move(on_changed)] {
    std::uint64_t watch = remember_watch(on_changed);
    auto* call = new Call<ZnodeList>{wire_.get(), on_list, watch,
                                     [this](std::uint64_t id) { watches_.erase(id); }};
    int code =
        zoo_awget_children(wire_->handle(), path.c_str(), watch == 0 ? nullptr : Wire::on_event,
                           reinterpret_cast<void*>(watch), on_list_done, call);
    if (code != ZOK) on_list_done(code, nullptr, call);
  };
  when_connected(std::move(send), [on_list] { on_list({.status = ZnodeStatus::kSessionEnded}); });
}

void ZookeeperClient::write(std::vector<ZnodeOp> ops,
                            std::function<void(ZnodeWritten)> on_written) {
  if (std::string why = too_large(ops); !why.empty()) {
    return wire_->deliver([on_written = std::move(on_written), why = std::move(why)] {
      on_written({.status = ZnodeStatus::kTooLarge, .failed_op = 0, .created = {}, .reason = why});
    });
  }
  auto send = [this, ops = std::move(ops), on_written] {
    auto call = std::make_unique<WriteCall>();
    call->ops = ops;
    call->raw.resize(ops.size());
    call->results.resize(ops.size());
    call->created.resize(ops.size());
    call->chroot_chars = options_.address.chroot.size();
    call->call = {wire_.get(), on_written};
    for (const ZnodeOp& op : ops) call->paths.push_back(full(std::string(path_of(op))));
    for (std::size_t i = 0; i < ops.size(); ++i) call->prepare(i);
    WriteCall* raw = call.release();
    int code = zoo_amulti(wire_->handle(), static_cast<int>(raw->raw.size()), raw->raw.data(),
                          raw->results.data(), on_write_done, raw);
    if (code != ZOK) on_write_done(code, raw);
  };
  when_connected(std::move(send),
                 [on_written] { on_written({.status = ZnodeStatus::kSessionEnded}); });
}

void ZookeeperClient::sync(std::function<void(ZnodeStatus)> on_synced) {
  auto send = [this, on_synced] {
    auto* call =
        new Call<Synced>{wire_.get(), [on_synced](Synced synced) { on_synced(synced.status); }};
    int code = zoo_async(wire_->handle(), "/", on_sync_done, call);
    if (code != ZOK) on_sync_done(code, nullptr, call);
  };
  when_connected(std::move(send), [on_synced] { on_synced(ZnodeStatus::kSessionEnded); });
}

void ZookeeperClient::audit(std::string path, std::function<void(ZnodeAudit)> on_audited) {
  auto send = [this, path = full(path), on_audited] {
    auto* call = new Call<ZnodeAudit>{wire_.get(), on_audited};
    int code = zoo_aget_acl(wire_->handle(), path.c_str(), on_audit_done, call);
    if (code != ZOK) on_audit_done(code, nullptr, nullptr, call);
  };
  when_connected(std::move(send),
                 [on_audited] { on_audited({.status = ZnodeStatus::kSessionEnded}); });
}

}  // namespace fairlead
