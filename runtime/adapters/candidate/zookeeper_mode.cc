#include "runtime/adapters/candidate/zookeeper_mode.h"

#include <sys/stat.h>

#include <utility>

#include "runtime/adapters/candidate/random_id.h"
#include "runtime/adapters/files/replace_file.h"
#include "runtime/adapters/files/safe_file.h"

namespace fairlead {
namespace {

constexpr std::size_t kFileBytesMax = 4096;
constexpr unsigned kOthers = S_IRWXG | S_IRWXO;

Result<std::string> read_credentials(const std::string& file) {
  if (file.empty()) {
    return Error{ErrorCode::kInvalid,
                 "flag --zk-credentials-file: expected a file with user:password, got none; hint: "
                 "without it everybody could change what is kept there"};
  }
  Result<std::string> text =
      read_file_safely(file, {.bytes_max = kFileBytesMax, .forbidden_mode = kOthers});
  if (!text) return text.error();
  return parse_zookeeper_credentials(*text, file);
}

/// "" when there is no directory to pin it in.
std::string pin_of(const std::string& directory) {
  return directory.empty() ? "" : directory + "/cluster-id";
}

/// "" when this process belongs to no cluster yet.
Result<ClusterId> pinned_cluster(const ZookeeperMode& mode, const std::string& file) {
  if (!mode.cluster.empty()) {
    Status valid = check_id_text(mode.cluster, "flag --" + mode.cluster_flag);
    return valid ? Result<ClusterId>(ClusterId{mode.cluster}) : valid.error();
  }
  if (file.empty() || !mark_of_file(file)) return ClusterId{};
  Result<std::string> text = read_file_safely(file, {.bytes_max = kFileBytesMax});
  if (!text) return text.error();
  ClusterId id{text->substr(0, text->find('\n'))};
  if (Status valid = check_id_text(id.text, file); !valid) return valid.error();
  return id;
}

}  // namespace

Result<ZookeeperPlace> place_of(const ZookeeperMode& mode, const std::string& pin_dir) {
  Result<ZookeeperAddress> address = read_zookeeper_address(mode.address);
  if (!address) return address.error();
  Result<std::string> credentials = read_credentials(mode.credentials_file);
  if (!credentials) return credentials.error();
  Result<ClusterId> expected = pinned_cluster(mode, pin_of(pin_dir));
  if (!expected) return expected.error();
  return ZookeeperPlace{.client = {.address = *address,
                                   .credentials = std::move(*credentials),
                                   .session_timeout = mode.session_timeout},
                        .name = address->text(),
                        .expected = std::move(*expected)};
}

Result<std::unique_ptr<Coordination>> coordinate_by_zookeeper(const ZookeeperMode& mode,
                                                              const std::string& pin_dir,
                                                              ZookeeperPorts ports, Loop& loop,
                                                              const Clock& clock,
                                                              CoordinationEvents events) {
  Result<ZookeeperPlace> place = place_of(mode, pin_dir);
  if (!place) return place.error();
  // Valid from `open` to the next `open`: the coordination owns what it points to.
  auto current = std::make_shared<ZookeeperClient*>(nullptr);
  auto open = [client = place->client, current, &loop]() -> Result<std::unique_ptr<Znodes>> {
    Result<std::unique_ptr<ZookeeperClient>> opened = ZookeeperClient::open(client, loop);
    if (!opened) return opened.error();
    *current = opened->get();
    return std::unique_ptr<Znodes>(std::move(*opened));
  };
  auto accept = [accept = std::move(ports.accept), pin = pin_of(pin_dir)](
                    const ClusterId& cluster, const StoreContents& contents) -> Status {
    if (Status accepted = accept(cluster, contents); !accepted || pin.empty()) return accepted;
    return replace_file(pin, cluster.text + "\n");
  };
  auto on_session = [on_session = std::move(ports.on_session), current] {
    on_session((*current)->ticket());
  };
  return std::unique_ptr<Coordination>(std::make_unique<ZnodeCoordination>(
      ZnodeCoordinationOptions{
          .name = place->name, .fresh = {random_id()}, .expected = std::move(place->expected)},
      ZnodeCoordinationPorts{.open = std::move(open),
                             .accept = std::move(accept),
                             .on_session = std::move(on_session)},
      clock, std::move(events)));
}

}  // namespace fairlead
