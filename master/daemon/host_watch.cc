#include "master/daemon/host_watch.h"

#include <sys/stat.h>

#include <string_view>
#include <utility>

#include "common/limits.h"
#include "runtime/adapters/log/log.h"

namespace fairlead {
namespace {

constexpr Duration kLookEvery = seconds(1);
/// limits::kAgentsMax hosts with long names.
constexpr std::size_t kHostFileBytesMax = 32 * 1024 * 1024;
constexpr std::string_view kBlanks = " \t\r";

/// Without its comment and the blanks around it.
std::string_view content_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

Error wrong_line(const std::string& path, std::size_t number, std::string_view got) {
  return invalid({.what = "file " + path,
                  .where = "line " + std::to_string(number),
                  .expected = "one hostname",
                  .got = std::string(got.substr(0, 80)),
                  .hint = "one a line, # begins a comment"});
}

}  // namespace

Result<std::vector<std::string>> read_host_file(const std::string& path) {
  Result<std::string> content =
      read_file_safely(path, {.bytes_max = kHostFileBytesMax, .forbidden_mode = S_IWGRP | S_IWOTH});
  if (!content) return content.error();
  std::vector<std::string> hosts;
  std::string_view rest = *content;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    std::size_t end = rest.find('\n');
    std::string_view host = content_of(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (host.empty()) continue;
    if (host.find_first_of(kBlanks) != std::string_view::npos) {
      return wrong_line(path, number, host);
    }
    hosts.emplace_back(host);
  }
  if (hosts.size() <= limits::kAgentsMax) return hosts;
  return invalid({.what = "file " + path,
                  .where = "",
                  .expected = "at most " + std::to_string(limits::kAgentsMax) + " hosts",
                  .got = std::to_string(hosts.size()),
                  .hint = ""});
}

Result<std::unique_ptr<HostWatch>> HostWatch::start(Loop& loop, std::string path,
                                                    OnChange on_change) {
  std::unique_ptr<HostWatch> watch(new HostWatch(std::move(path), std::move(on_change)));
  watch->seen_ = mark_of_file(watch->path_);
  Result<std::vector<std::string>> hosts = read_host_file(watch->path_);
  if (!hosts) return hosts.error();
  watch->hosts_ = std::move(*hosts);
  auto timer = LoopTimer::create(loop, [self = watch.get()] { self->look(); });
  if (!timer) return timer.error();
  watch->timer_ = std::move(*timer);
  watch->timer_->start_every(kLookEvery);
  return watch;
}

void HostWatch::look() {
  std::optional<FileMark> now = mark_of_file(path_);
  if (now == seen_) return;
  seen_ = now;
  Result<std::vector<std::string>> hosts = read_host_file(path_);
  if (!hosts) {
    log_line(LogLevel::kWarning, "agent_allow_file",
             {{"text", hosts.error().message}, {"kept", hosts_.size()}});
    return;
  }
  hosts_ = std::move(*hosts);
  log_line(LogLevel::kInfo, "agent_allow_file", {{"hosts", hosts_.size()}});
  on_change_(hosts_);
}

}  // namespace fairlead
