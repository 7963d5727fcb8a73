// Finds the master and the frameworks behind it and speaks JSON with them. Not a cache: every call
// asks. Owned by a command while it runs; main thread only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "common/result.h"
#include "runtime/adapters/http/http_client.h"

namespace fairlead::cli {

/// One process that serves HTTP. Messages name it by `who` ("the master").
class JsonClient {
 public:
  JsonClient(std::string who, HttpClientOptions options)
      : who_(std::move(who)), options_(std::move(options)) {}

  /// The JSON of a reply below 300. kUnavailable: nobody answers there; else the reply's error.
  Result<nlohmann::json> get(const std::string& target);
  Result<nlohmann::json> post(const std::string& target, const std::string& body);
  Result<nlohmann::json> remove(const std::string& target);
  /// A reply that is not JSON: logs and streams.
  Result<HttpAnswer> get_raw(const std::string& target);
  Result<HttpAnswer> stream(const std::string& target, const HttpChunkHandler& on_chunk);

 private:
  Result<nlohmann::json> read(Result<HttpAnswer> answer);
  Error explained(const Error& error) const;

  std::string who_;
  HttpClientOptions options_;
};

struct FrameworkRef {
  std::string id;
  std::string name;
  std::string kind;
  std::string state;
  std::string api_address;
  std::vector<std::string> roles;
};

/// A job and the framework that has it.
struct JobRef {
  FrameworkRef framework;
  std::string id;
};

class ClusterClient {
 public:
  /// --master-http (flag, environment, file) > the dev cluster's record. kUnavailable when neither
  /// says where the master is.
  static Result<ClusterClient> open(const CommonOptions& options, const Terminal& terminal);

  JsonClient& master() { return master_; }
  /// For streams: silence of `silence_max` ends them with kTimedOut.
  JsonClient quiet_master(Duration silence_max) const;
  JsonClient client_of(const FrameworkRef& framework) const;
  JsonClient agent_at(const std::string& address) const;

  Result<std::vector<FrameworkRef>> frameworks(std::string_view kind);
  /// The framework of this kind that has `role`; empty: the first one. kNotFound names the roles
  /// that there are.
  Result<FrameworkRef> framework_for(std::string_view kind, const std::string& role);
  /// kNotFound when none of this kind has the name.
  Result<FrameworkRef> framework_named(std::string_view kind, const std::string& name);
  /// "j3", or "NAME/j3" when several frameworks have a j3 (kInvalid then).
  Result<JobRef> find_job(const std::string& text);

 private:
  ClusterClient(HttpClientOptions options)  // NOLINT(google-explicit-constructor)
      : options_(options), master_("the master", std::move(options)) {}

  HttpClientOptions options_;
  JsonClient master_;
};

/// `text` for one part of a path or a query.
std::string url_encoded(std::string_view text);
/// "j" and digits, perhaps with "NAME/" before them.
bool looks_like_job(std::string_view text);

// What a reply may lack, without exceptions: the default then.
std::string text_of(const nlohmann::json& object, const char* key);
std::int64_t number_of(const nlohmann::json& object, const char* key);
/// The list under `key`, empty when there is none.
nlohmann::json list_of(const nlohmann::json& object, const char* key);
/// `{"cpus":"1","mem":"1GiB"}` as "cpus:1;mem:1GiB".
std::string amounts_of(const nlohmann::json& object, const char* key);

}  // namespace fairlead::cli
