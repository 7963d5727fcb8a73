#include "runtime/adapters/zookeeper/server_file.h"

#include <sys/stat.h>

#include <utility>

#include "common/limits.h"
#include "runtime/adapters/log/log.h"

namespace fairlead {
namespace {

constexpr std::string_view kFileScheme = "zk-file:";
constexpr std::size_t kFileBytesMax = 16'384;  // limits::kZookeeperServersMax long names fit
constexpr Duration kLookEvery = seconds(1);

}  // namespace

bool is_zookeeper_address(std::string_view text) {
  return text.starts_with("zk://") || text.starts_with(kFileScheme);
}

Result<ZookeeperAddress> read_zookeeper_address(std::string_view text) {
  if (!text.starts_with(kFileScheme)) return parse_zookeeper_address(text);
  std::string file(text.substr(kFileScheme.size()));
  Result<std::string> content =
      read_file_safely(file, {.bytes_max = kFileBytesMax, .forbidden_mode = S_IWGRP | S_IWOTH});
  if (!content) return content.error();
  Result<ZookeeperAddress> address =
      parse_zookeeper_address(std::string_view(*content).substr(0, content->find('\n')));
  if (!address) {
    return Error{address.error().code, "file " + file + ": " + address.error().message};
  }
  address->file = std::move(file);
  return address;
}

ServerFileWatch::ServerFileWatch(ZookeeperAddress address, Apply apply)
    : address_(std::move(address)), apply_(std::move(apply)) {}

Result<std::unique_ptr<ServerFileWatch>> ServerFileWatch::start(Loop& loop,
                                                                const ZookeeperAddress& address,
                                                                Apply apply) {
  std::unique_ptr<ServerFileWatch> watch;
  if (address.file.empty()) return watch;
  watch.reset(new ServerFileWatch(address, std::move(apply)));
  auto timer = LoopTimer::create(loop, [self = watch.get()] { self->look(); });
  if (!timer) return timer.error();
  watch->timer_ = std::move(*timer);
  watch->timer_->start_every(kLookEvery);
  return watch;
}

void ServerFileWatch::look() {
  std::optional<FileMark> now = mark_of_file(address_.file);
  if (now == seen_) return;
  seen_ = now;
  if (Status followed = follow(); !followed) {
    log_line(LogLevel::kWarning, "zookeeper_servers",
             {{"text", followed.error().message}, {"kept", address_.servers}});
  }
}

Status ServerFileWatch::follow() {
  Result<ZookeeperAddress> now = read_zookeeper_address(std::string(kFileScheme) + address_.file);
  if (!now) return now.error();
  if (now->chroot != address_.chroot) {
    return invalid({.what = "file " + address_.file,
                    .expected = "the path " + address_.chroot,
                    .got = now->chroot,
                    .hint = "another path is another registry: it takes a restart"});
  }
  if (now->servers == address_.servers) return {};
  if (Status applied = apply_(now->servers); !applied) return applied;
  address_.servers = now->servers;
  log_line(LogLevel::kInfo, "zookeeper_servers", {{"servers", address_.servers}});
  return {};
}

}  // namespace fairlead
