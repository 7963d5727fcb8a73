// One HTTP server that plays master, batch framework and agent with canned replies, and the
// command line run against it in this process.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/adapters/http/http_server.h"

namespace fairlead::cli {

struct CliRun {
  int exit_code = -1;
  std::string out;
  std::string err;
};

class FakeCluster {
 public:
  FakeCluster();

  /// `call` is "GET /api/v1/agents"; the query is not looked at. Until set: 404.
  void reply_with(const std::string& call, HttpReply reply);
  void answer(const std::string& call, const std::string& json) {
    reply_with(call, {.body = json});
  }
  /// A framework of `kind` that lives at this very server.
  void add_framework(const std::string& kind, const std::string& name, const std::string& role);
  std::string address() const { return server_->address(); }
  /// The body of the last such call; empty when there was none.
  std::string body_of(const std::string& call) const;

  /// Runs the words with --master-http of this server.
  CliRun run(std::vector<std::string> words) const;

 private:
  void serve(const HttpRequest& request, HttpResponder& responder);

  mutable std::mutex mutex_;
  std::map<std::string, HttpReply> replies_;   // guarded by mutex_
  std::map<std::string, std::string> bodies_;  // guarded by mutex_
  std::string frameworks_;                     // JSON objects, joined
  std::unique_ptr<HttpServer> server_;
};

/// Without any server and with a dev folder that does not exist.
CliRun run_alone(std::vector<std::string> words);

}  // namespace fairlead::cli
