#include "frameworks/batch/daemon/agent_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "common/check.h"
#include "runtime/adapters/http/json_text.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/zookeeper/master_dealer.h"

namespace fairlead::batch {
namespace {

constexpr int kLookEveryMs = 2'000;

Result<KnownAgent> read_agent(const nlohmann::json& agent) {
  const Error damaged{ErrorCode::kCorrupt, "the master's list of agents: unexpected form"};
  const auto total = agent.find("total");
  if (total == agent.end() || !total->is_object()) {
    return damaged;
  }
  std::string text;
  for (const auto& [name, value] : total->items()) {
    if (!value.is_string()) {
      return damaged;
    }
    text += (text.empty() ? "" : ";") + name + ":" + value.get<std::string>();
  }
  KnownAgent known;
  const auto hostname = agent.find("hostname");
  if (hostname != agent.end() && hostname->is_string()) {
    known.hostname = hostname->get<std::string>();
  }
  if (!text.empty()) {
    auto amounts = parse_amounts(text);
    if (!amounts.ok()) {
      return amounts.error();
    }
    known.total = amounts->scalars;
  }
  return known;
}

}  // namespace

Result<std::vector<KnownAgent>> read_agents(std::string_view body) {
  const nlohmann::json json = parse_json(body);
  const auto list = json.is_object() ? json.find("agents") : json.end();
  if (!json.is_object() || list == json.end() || !list->is_array()) {
    return Error{ErrorCode::kCorrupt, "the master's list of agents: unexpected form"};
  }
  std::vector<KnownAgent> agents;
  for (const nlohmann::json& agent : *list) {
    if (!agent.is_object()) {
      return Error{ErrorCode::kCorrupt, "the master's list of agents: unexpected form"};
    }
    const auto state = agent.find("state");
    if (state != agent.end() && *state == "gone") {
      continue;
    }
    auto known = read_agent(agent);
    if (!known.ok()) {
      return known.error();
    }
    agents.push_back(std::move(known).value());
  }
  return agents;
}

namespace {

/// Where the leader is, is asked each time: it may be another one by now.
Result<HttpAnswer> ask(HttpClientOptions options) {
  if (is_zookeeper_address(options.address)) {
    Result<LeaderRecord> leader = find_leader(options.address, options.timeout);
    if (!leader) return leader.error();
    options.address = leader->http;
  }
  HttpClient client(std::move(options));
  return expect_success(client.get("/api/v1/agents"));
}

}  // namespace

AgentWatch::AgentWatch(HttpClientOptions master, Handler on_agents)
    : master_(std::move(master)),
      on_agents_(std::move(on_agents)),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  check(stop_ >= 0, "an eventfd can be made");
  thread_ = std::thread([this] { watch(); });
}

AgentWatch::~AgentWatch() {
  const std::uint64_t one = 1;
  check(::write(stop_, &one, sizeof one) == sizeof one, "an eventfd takes a number");
  thread_.join();
  ::close(stop_);
}

void AgentWatch::watch() {
  HttpClientOptions options = master_;
  options.timeout = seconds(2);
  options.stop_descriptor = stop_;
  pollfd stopped{.fd = stop_, .events = POLLIN, .revents = 0};
  std::string trouble;
  do {
    const auto answer = ask(options);
    auto agents = answer.ok() ? read_agents(answer->body) : answer.error();
    const std::string now = agents.ok() ? std::string() : agents.error().message;
    if (agents.ok()) {
      on_agents_(std::move(agents).value());
    }
    // Once, not every two seconds.
    if (!now.empty() && now != trouble && ::poll(&stopped, 1, 0) == 0) {
      log_line(LogLevel::kWarning, "agent_watch", {{"text", now}});
    }
    trouble = now;
  } while (::poll(&stopped, 1, kLookEveryMs) == 0);
}

}  // namespace fairlead::batch
