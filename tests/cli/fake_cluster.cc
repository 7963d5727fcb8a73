#include "tests/cli/fake_cluster.h"

#include <sstream>

#include "cli/cli.h"
#include "common/check.h"

namespace fairlead::cli {

FakeCluster::FakeCluster() {
  auto server = HttpServer::start(
      {}, [this](const HttpRequest& request, const std::shared_ptr<HttpResponder>& responder) {
        serve(request, *responder);
      });
  check(server.ok(), "the fake cluster needs a port");
  server_ = std::move(*server);
}

void FakeCluster::serve(const HttpRequest& request, HttpResponder& responder) {
  const std::string call = request.method + " " + request.path;
  const std::lock_guard lock(mutex_);
  bodies_[call] = request.body;
  const auto found = replies_.find(call);
  responder.reply(found != replies_.end()
                      ? found->second
                      : HttpReply{.status = 404,
                                  .body = R"({"error":{"code":"not_found","message":"nothing"}})"});
}

void FakeCluster::reply_with(const std::string& call, HttpReply reply) {
  const std::lock_guard lock(mutex_);
  replies_[call] = std::move(reply);
}

void FakeCluster::add_framework(const std::string& kind, const std::string& name,
                                const std::string& role) {
  frameworks_ += std::string(frameworks_.empty() ? "" : ",") + R"({"id":"f-)" + name +
                 R"(","name":")" + name + R"(","kind":")" + kind +
                 R"(","state":"active","principal":"p","tasks":2,"offers":0,"roles":[")" + role +
                 R"("],"api_address":")" + address() + R"("})";
  answer("GET /api/v1/frameworks", R"({"frameworks":[)" + frameworks_ + "]}");
}

std::string FakeCluster::body_of(const std::string& call) const {
  const std::lock_guard lock(mutex_);
  const auto found = bodies_.find(call);
  return found == bodies_.end() ? "" : found->second;
}

CliRun FakeCluster::run(std::vector<std::string> words) const {
  words.insert(words.begin(), {"--master-http", address()});
  return run_alone(std::move(words));
}

CliRun run_alone(std::vector<std::string> words) {
  std::ostringstream out;
  std::ostringstream err;
  const Interrupts interrupts;
  Terminal terminal = {.out = out,
                       .err = err,
                       .interrupts = interrupts,
                       .environment = [](const char* name) -> const char* {
                         return std::string_view(name) == "HOME" ? "/nonexistent" : nullptr;
                       }};
  const int code = run_cli(words, terminal);
  return {.exit_code = code, .out = out.str(), .err = err.str()};
}

}  // namespace fairlead::cli
