#include "runtime/adapters/sqlite/embedded_coordination.h"

#include <utility>

namespace fairlead {

Status EmbeddedCoordination::start(LeaderRecord mine) {
  Result<std::unique_ptr<SqliteStore>> store =
      SqliteStore::open(options_, loop_, events_.on_outcome);
  if (!store) return store.error();
  store_ = std::move(*store);
  Result<StoreContents> contents = store_->load();
  if (!contents) return contents.error();
  events_.on_lead(
      {.cluster = {}, .epoch = {}, .epoch_floor = mine.epoch, .contents = std::move(*contents)});
  return {};
}

}  // namespace fairlead
