// The registry's conformance suites over a real ZooKeeper.
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "tests/runtime/shared_store_conformance.h"
#include "tests/runtime/znode_leader.h"
#include "tests/zookeeper/shared_servers.h"

namespace fairlead::testing {
namespace {

class ZookeeperBackend {
 public:
  std::unique_ptr<Znodes> connect() {
    auto client = ZookeeperClient::open(options_, *loop_);
    check(client.ok(), "the client opens");
    return std::move(*client);
  }

 private:
  const ZookeeperOptions options_ = fresh_options();
  SystemClock clock_;
  std::unique_ptr<EpollLoop> loop_ = std::move(EpollLoop::create(clock_).value());
};

INSTANTIATE_TYPED_TEST_SUITE_P(Zookeeper, StoreConformance, ZnodeStoreHarness<ZookeeperBackend>);
INSTANTIATE_TYPED_TEST_SUITE_P(Zookeeper, SharedStoreConformance, ZookeeperBackend);

}  // namespace
}  // namespace fairlead::testing
