#include "simulator/chaos/gang_book.h"

namespace fairlead::chaos {

void GangBook::on_container_started(const ContainerId& container) {
  auto member = members_.find(container);
  if (member == members_.end()) return;
  Gang& gang = gangs_[member->second];
  gang.started = container;
  expect_whole(gang);
}

void GangBook::on_dropped(const ContainerId& container) {
  auto member = members_.find(container);
  if (member == members_.end() || damaged_.contains(container)) return;
  Gang& gang = gangs_[member->second];
  gang.dropped = container;
  expect_whole(gang);
}

void GangBook::expect_whole(const Gang& gang) {
  bool is_whole = gang.started.text.empty() || gang.dropped.text.empty();
  stage_.expect(Promise::kGangWhole, is_whole, [&] {
    return gang.started.text + " runs, and " + gang.dropped.text + " of its gang was dropped";
  });
}

}  // namespace fairlead::chaos
