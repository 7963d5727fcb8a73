// One master's view of the shared registry: a session, a takeover and the store. Harnesses for the
// conformance suites over any Znodes. A backend has
//   std::unique_ptr<Znodes> connect();   a new session over the same nodes
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/leader_record.h"
#include "runtime/registry_layout.h"
#include "runtime/registry_setup.h"
#include "runtime/znode_store.h"
#include "tests/runtime/store_conformance.h"

namespace fairlead::testing {

inline constexpr Duration kAnswerMax = seconds(60);

inline ZnodeWritten write_now(Znodes& nodes, std::vector<ZnodeOp> ops) {
  std::optional<ZnodeWritten> answer;
  nodes.write(std::move(ops), [&answer](ZnodeWritten written) { answer = std::move(written); });
  check(nodes.run_until([&answer] { return answer.has_value(); }, kAnswerMax), "an answer comes");
  return *answer;
}
inline ZnodeRead read_now(Znodes& nodes, const std::string& path) {
  std::optional<ZnodeRead> answer;
  nodes.read(path, [&answer](ZnodeRead read) { answer = std::move(read); }, {});
  check(nodes.run_until([&answer] { return answer.has_value(); }, kAnswerMax), "an answer comes");
  return *answer;
}
inline ZnodeList list_now(Znodes& nodes, const std::string& path) {
  std::optional<ZnodeList> answer;
  nodes.list(path, [&answer](ZnodeList list) { answer = std::move(list); }, {});
  check(nodes.run_until([&answer] { return answer.has_value(); }, kAnswerMax), "an answer comes");
  return *answer;
}

class ZnodeLeader {
 public:
  explicit ZnodeLeader(std::unique_ptr<Znodes> nodes) : nodes_(std::move(nodes)) {
    auto cluster = prepare_registry(*nodes_, {.name = "test", .fresh = {"c1"}, .expected = {}});
    check(cluster.ok(), "the registry is there");
    ZnodeRead epoch = read_now(*nodes_, kEpochPath);
    LeaderRecord record = decode_leader_record(epoch.data).value();
    options.epoch = {++record.epoch.number};
    options.epoch_version = epoch.version + 1;
    options.name = "test";
    ZnodeWritten bumped = write_now(*nodes_, {WriteZnode{.path = kEpochPath,
                                                         .data = encode_leader_record(record),
                                                         .version = epoch.version}});
    check(bumped.status == ZnodeStatus::kOk, "the epoch is bumped");
    open();
  }

  /// Again, for other options.
  void open() {
    store_ = std::make_unique<ZnodeStore>(
        *nodes_, RegistryReader(*nodes_, "test"), options,
        [this](Ticket ticket, StoreOutcome outcome, std::string reason) {
          answers.push_back({ticket.number, outcome, std::move(reason)});
        });
  }

  ZnodeStore& store() { return *store_; }
  Znodes& nodes() { return *nodes_; }
  void settle(std::size_t count) {
    EXPECT_TRUE(nodes_->run_until([this, count] { return answers.size() >= count; }, kAnswerMax));
  }
  std::vector<std::string> rows() {
    Result<StoreContents> contents = store_->load();
    return contents ? listed(*contents) : std::vector<std::string>{contents.error().message};
  }

  ZnodeStoreOptions options;
  std::vector<Answer> answers;

 private:
  std::unique_ptr<Znodes> nodes_;
  std::unique_ptr<ZnodeStore> store_;
};

/// For StoreConformance: each opening is a takeover.
template <class Backend>
class ZnodeStoreHarness {
 public:
  ZnodeStoreHarness() { reopen(); }

  Store& store() { return leader_->store(); }
  std::vector<Answer>& answers() { return answers_; }
  void settle(std::size_t count) {
    leader_->settle(count - answers_.size());
    answers_.insert(answers_.end(), leader_->answers.begin(), leader_->answers.end());
    leader_->answers.clear();
  }
  void reopen() {
    leader_.reset();
    leader_ = std::make_unique<ZnodeLeader>(backend_.connect());
    EXPECT_TRUE(leader_->store().load().ok());
  }
  void damage(const std::string& key) {
    Znodes& nodes = leader_->nodes();
    Bytes pattern = {static_cast<std::uint8_t>(key.size()), 0};
    pattern.insert(pattern.end(), key.begin(), key.end());
    for (const std::string& name : list_now(nodes, kLogPath).names) {
      std::string path = std::string(kLogPath) + "/" + name;
      Bytes data = read_now(nodes, path).data;
      auto found = std::search(data.begin(), data.end(), pattern.begin(), pattern.end());
      if (found == data.end()) continue;
      *(found + static_cast<std::ptrdiff_t>(pattern.size() + 8)) ^= 1;  // after length and checksum
      write_now(nodes, {WriteZnode{.path = path, .data = data}});
    }
    reopen();
  }

 private:
  Backend backend_;
  std::vector<Answer> answers_;
  std::unique_ptr<ZnodeLeader> leader_;
};

}  // namespace fairlead::testing
