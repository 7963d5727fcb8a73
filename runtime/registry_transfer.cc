#include "runtime/registry_transfer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/leader_record.h"
#include "runtime/registry_layout.h"
#include "runtime/registry_reader.h"
#include "runtime/registry_setup.h"
#include "runtime/znode_store.h"

namespace fairlead {
namespace {

Error error_at(const SharedRegistry& registry, ErrorCode code, const std::string& what,
               const std::string& hint) {
  return {code, to_string(Complaint{.what = registry.name + ": " + what, .hint = hint})};
}

Error silent(const SharedRegistry& registry) {
  return error_at(registry, ErrorCode::kUnavailable, "no answer",
                  "a majority of the ZooKeeper servers must run and be reachable");
}

/// The answer to what `ask` asks for; nothing after span_max.
template <class Answer, class Ask>
std::optional<Answer> await(Znodes& nodes, Duration span_max, const Ask& ask) {
  auto answer = std::make_shared<std::optional<Answer>>();
  ask([answer](Answer got) { *answer = std::move(got); });
  nodes.run_until([&answer] { return answer->has_value(); }, span_max);
  return std::move(*answer);
}

struct Lead {
  Epoch epoch;
  std::int32_t epoch_version = 0;
};

/// As an elected leader does, but without standing for election: whoever leads or is about to is
/// refused from then on.
Result<Lead> raise_epoch(Znodes& nodes, const SharedRegistry& registry, Epoch epoch_min) {
  std::optional<ZnodeRead> read = await<ZnodeRead>(
      nodes, registry.span_max, [&](auto done) { nodes.read(kEpochPath, std::move(done), {}); });
  if (!read || read->status == ZnodeStatus::kConnectionLost) return silent(registry);
  if (read->status != ZnodeStatus::kOk) {
    return error_at(registry, ErrorCode::kUnavailable,
                    std::string(kEpochPath) + ": " + to_string(read->status), "");
  }
  Result<LeaderRecord> before = decode_leader_record(read->data);
  if (!before) return before.error();
  Lead lead{.epoch = std::max(Epoch{before->epoch.number + 1}, epoch_min),
            .epoch_version = read->version + 1};
  std::optional<ZnodeWritten> written =
      await<ZnodeWritten>(nodes, registry.span_max, [&](auto done) {
        nodes.write({WriteZnode{.path = kEpochPath,
                                .data = encode_leader_record({.epoch = lead.epoch}),
                                .version = read->version}},
                    std::move(done));
      });
  if (!written || written->status == ZnodeStatus::kConnectionLost) return silent(registry);
  if (written->status == ZnodeStatus::kOk) return lead;
  return error_at(registry, ErrorCode::kConflict, "a master took the lead meanwhile",
                  "stop all masters first");
}

}  // namespace

Result<RegistryCopy> read_shared_registry(Znodes& nodes, const SharedRegistry& registry) {
  Result<ClusterId> cluster = prepare_registry(nodes, {.name = registry.name,
                                                       .fresh = {},
                                                       .expected = registry.expected,
                                                       .must_exist = true,
                                                       .span_max = registry.span_max});
  if (!cluster) return cluster.error();
  RegistryReader reader(nodes, registry.name);
  if (Status read = reader.catch_up(registry.span_max); !read) return read.error();
  return RegistryCopy{.cluster = std::move(*cluster),
                      .head = reader.head().entry,
                      .contents = reader.rows().contents()};
}

Status write_shared_registry(Znodes& nodes, const SharedRegistry& registry,
                             const RegistryRestore& restore) {
  Result<ClusterId> cluster = prepare_registry(nodes, {.name = registry.name,
                                                       .fresh = restore.cluster,
                                                       .expected = registry.expected,
                                                       .span_max = registry.span_max});
  if (!cluster) return cluster.error();
  RegistryReader reader(nodes, registry.name);
  if (Status read = reader.catch_up(registry.span_max); !read) return read;
  if (reader.head().entry > 0) {
    return error_at(registry, ErrorCode::kConflict, "the registry is not empty",
                    "import goes into an empty one only: choose another path, or remove this one");
  }
  if (*cluster != restore.cluster) {
    return Error{ErrorCode::kConflict,
                 to_string(Complaint{.what = registry.name,
                                     .where = "cluster id",
                                     .expected = restore.cluster.text,
                                     .got = cluster->text,
                                     .hint = "another cluster was begun there: choose another "
                                             "path, or remove this one"})};
  }
  Result<Lead> lead = raise_epoch(nodes, registry, restore.epoch_min);
  if (!lead) return lead.error();
  std::optional<Status> outcome;
  ZnodeStore store(nodes, std::move(reader),
                   {.name = registry.name,
                    .epoch = lead->epoch,
                    .epoch_version = lead->epoch_version,
                    .load_max = registry.span_max},
                   [&](Ticket, StoreOutcome result, const std::string& reason) {
                     outcome.emplace();
                     if (result != StoreOutcome::kPersisted) {
                       outcome = error_at(registry, ErrorCode::kConflict, reason, "");
                     }
                   });
  Result<StoreContents> contents = store.load();
  if (!contents) return contents.error();
  if (!contents->rows.empty()) {
    return error_at(registry, ErrorCode::kConflict, "a master wrote meanwhile",
                    "stop all masters first");
  }
  store.commit({.ticket = {1}, .writes = restore.rows(lead->epoch)});
  // Many answers, one after the other, when the registry is large.
  nodes.run_until([&outcome] { return outcome.has_value(); }, registry.span_max * 10);
  return outcome ? *outcome : silent(registry);
}

}  // namespace fairlead
