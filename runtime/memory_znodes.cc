#include "runtime/memory_znodes.h"

#include <utility>

#include "common/check.h"
#include "common/limits.h"

namespace fairlead {
namespace {

std::string parent_of(const std::string& path) {
  std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string sequence_digits(std::uint64_t number) {
  std::string text = std::to_string(number);
  return std::string(10 - text.size(), '0') + text;
}

}  // namespace

bool ZnodeTree::deliver_one() {
  if (requests_.empty()) return false;
  std::function<void()> request = std::move(requests_.front());
  requests_.pop_front();
  request();
  return true;
}

ZnodeWritten ZnodeTree::apply(std::int64_t session, const std::vector<ZnodeOp>& ops) {
  std::map<std::string, Node> before = nodes;
  ZnodeWritten written;
  touched_.clear();
  for (std::size_t i = 0; i < ops.size(); ++i) {
    written.status = apply_one(session, ops[i], written);
    if (written.status == ZnodeStatus::kOk) continue;
    nodes = std::move(before);
    written.failed_op = i;
    written.created.clear();
    written.reason = std::visit([](const auto& op) { return op.path; }, ops[i]) + ": " +
                     to_string(written.status);
    return written;
  }
  ++writes;
  for (const std::string& path : std::exchange(touched_, {})) {
    fire(path, false);
    if (before.contains(path) != nodes.contains(path)) fire(parent_of(path), true);
  }
  return written;
}

ZnodeStatus ZnodeTree::apply_one(std::int64_t session, const ZnodeOp& op, ZnodeWritten& written) {
  if (const auto* create = std::get_if<CreateZnode>(&op)) {
    std::string path = create->path;
    auto parent = nodes.find(parent_of(path));
    if (path != "/" && parent == nodes.end()) return ZnodeStatus::kNoNode;
    if (create->kind == ZnodeKind::kEphemeralSequential) {
      path += sequence_digits(parent->second.children_made);
    }
    bool is_ephemeral = create->kind != ZnodeKind::kPersistent;
    Node node{.data = create->data, .owner = is_ephemeral ? session : 0};
    if (!nodes.emplace(path, std::move(node)).second) return ZnodeStatus::kNodeExists;
    if (path != "/") ++parent->second.children_made;
    touched_.push_back(path);
    written.created.push_back(path);
    return ZnodeStatus::kOk;
  }
  const std::string& path =
      std::visit([](const auto& one) -> const std::string& { return one.path; }, op);
  std::int32_t expected = kAnyVersion;
  if (const auto* write = std::get_if<WriteZnode>(&op)) expected = write->version;
  if (const auto* erase = std::get_if<EraseZnode>(&op)) expected = erase->version;
  if (const auto* checked = std::get_if<CheckZnode>(&op)) expected = checked->version;
  auto found = nodes.find(path);
  if (found == nodes.end()) return ZnodeStatus::kNoNode;
  if (expected != kAnyVersion && expected != found->second.version) {
    return ZnodeStatus::kBadVersion;
  }
  if (const auto* write = std::get_if<WriteZnode>(&op)) {
    found->second.data = write->data;
    ++found->second.version;
    touched_.push_back(path);
  } else if (std::holds_alternative<EraseZnode>(op)) {
    if (!children(path).empty()) return ZnodeStatus::kNotEmpty;
    nodes.erase(found);
    touched_.push_back(path);
  }
  return ZnodeStatus::kOk;
}

std::vector<std::string> ZnodeTree::children(const std::string& path) const {
  std::vector<std::string> names;
  for (const auto& [child, node] : nodes) {
    if (child == "/" || parent_of(child) != path) continue;
    names.push_back(child.substr(child.rfind('/') + 1));
  }
  return names;
}

void ZnodeTree::fire(const std::string& path, bool is_of_children) {
  auto [begin, end] = watches_.equal_range(path);
  for (auto watch = begin; watch != end;) {
    if (watch->second.is_of_children != is_of_children) {
      ++watch;
      continue;
    }
    requests_.push_back(std::move(watch->second.on_changed));
    watch = watches_.erase(watch);
  }
}

void ZnodeTree::end_session(std::int64_t session) {
  for (auto watch = watches_.begin(); watch != watches_.end();) {
    watch = watch->second.session == session ? watches_.erase(watch) : std::next(watch);
  }
  std::vector<ZnodeOp> erases;
  for (const auto& [path, node] : nodes) {
    if (node.owner == session) erases.push_back(EraseZnode{.path = path});
  }
  if (!erases.empty()) apply(0, erases);
}

MemoryZnodes::MemoryZnodes(ZnodeTree& tree, Duration timeout)
    : tree_(tree), timeout_(timeout), session_(tree.session_next_++) {}

MemoryZnodes::~MemoryZnodes() {
  if (phase_ != ZnodePhase::kEnded) tree_.end_session(session_);
}

template <class Answer>
void MemoryZnodes::ask(std::function<Answer()> serve, std::function<void(Answer)> on_answer) {
  auto request = lifetime_.guard([this, serve, on_answer] {
    if (phase_ == ZnodePhase::kEnded) {
      Answer answer{};
      if constexpr (std::is_same_v<Answer, ZnodeStatus>) {
        answer = ZnodeStatus::kSessionEnded;
      } else {
        answer.status = ZnodeStatus::kSessionEnded;
      }
      return on_answer(answer);
    }
    on_answer(serve());
  });
  auto& queue = phase_ == ZnodePhase::kConnecting ? waiting_ : tree_.requests_;
  queue.push_back(request);
}

void MemoryZnodes::read(std::string path, std::function<void(ZnodeRead)> on_read,
                        std::function<void()> on_changed) {
  ask<ZnodeRead>(
      [this, path, on_changed = std::move(on_changed)]() -> ZnodeRead {
        auto found = tree_.nodes.find(path);
        if (found == tree_.nodes.end()) return {.status = ZnodeStatus::kNoNode};
        if (on_changed) {
          tree_.watches_.emplace(path,
                                 ZnodeTree::Watch{session_, false, lifetime_.guard(on_changed)});
        }
        return {.data = found->second.data, .version = found->second.version};
      },
      std::move(on_read));
}

void MemoryZnodes::list(std::string path, std::function<void(ZnodeList)> on_list,
                        std::function<void()> on_changed) {
  ask<ZnodeList>(
      [this, path, on_changed = std::move(on_changed)]() -> ZnodeList {
        if (!tree_.nodes.contains(path)) return {.status = ZnodeStatus::kNoNode};
        if (on_changed) {
          tree_.watches_.emplace(path,
                                 ZnodeTree::Watch{session_, true, lifetime_.guard(on_changed)});
        }
        return {.names = tree_.children(path)};
      },
      std::move(on_list));
}

void MemoryZnodes::write(std::vector<ZnodeOp> ops, std::function<void(ZnodeWritten)> on_written) {
  check(!ops.empty() && ops.size() <= limits::kZnodeOpsMax, "a write has 1..200 operations");
  std::size_t bytes = 0;
  for (const ZnodeOp& op : ops) {
    if (const auto* create = std::get_if<CreateZnode>(&op)) bytes += create->data.size();
  }
  check(bytes <= limits::kZnodeWriteBytesMax, "a write fits a request");
  ask<ZnodeWritten>(
      [this, ops = std::move(ops)]() -> ZnodeWritten {
        Loss loss = std::exchange(loss_, Loss::kNone);
        if (loss == Loss::kBefore) return {.status = ZnodeStatus::kConnectionLost};
        ZnodeWritten written = tree_.apply(session_, ops);
        if (loss == Loss::kAfter) return {.status = ZnodeStatus::kConnectionLost};
        return written;
      },
      std::move(on_written));
}

void MemoryZnodes::sync(std::function<void(ZnodeStatus)> on_synced) {
  ask<ZnodeStatus>([] { return ZnodeStatus::kOk; }, std::move(on_synced));
}

void MemoryZnodes::audit(std::string path, std::function<void(ZnodeAudit)> on_audited) {
  ask<ZnodeAudit>(
      [this, path]() -> ZnodeAudit {
        if (!tree_.nodes.contains(path)) return {.status = ZnodeStatus::kNoNode};
        bool open = tree_.open_to_others.contains(path);
        return {.others_may_change = open, .access = open ? "world:anyone:cdrwa" : "digest"};
      },
      std::move(on_audited));
}

bool MemoryZnodes::run_until(const std::function<bool()>& done, Duration) {
  while (!done()) {
    if (!tree_.deliver_one()) return done();
  }
  return true;
}

void MemoryZnodes::lose_next_write(bool applied) {
  loss_ = applied ? Loss::kAfter : Loss::kBefore;
}

void MemoryZnodes::set_phase(ZnodePhase phase) {
  phase_ = phase;
  if (on_phase_) on_phase_(phase);
}

void MemoryZnodes::cut() {
  set_phase(ZnodePhase::kConnecting);
}

void MemoryZnodes::end_unheard() {
  check(phase_ == ZnodePhase::kConnecting, "the session is cut off");
  ended_unheard_ = true;
  tree_.end_session(session_);
}

void MemoryZnodes::reconnect() {
  if (ended_unheard_) return expire();
  for (auto& request : std::exchange(waiting_, {})) tree_.requests_.push_back(std::move(request));
  set_phase(ZnodePhase::kConnected);
}

void MemoryZnodes::expire() {
  tree_.end_session(session_);
  for (auto& request : std::exchange(waiting_, {})) tree_.requests_.push_back(std::move(request));
  set_phase(ZnodePhase::kEnded);
}

}  // namespace fairlead
