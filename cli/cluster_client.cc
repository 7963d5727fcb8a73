#include "cli/cluster_client.h"

#include <algorithm>
#include <cctype>

#include "cli/dev_record.h"
#include "cli/leader_wait.h"
#include "common/edit_distance.h"
#include "runtime/adapters/http/json_text.h"
#include "runtime/adapters/zookeeper/master_dealer.h"

namespace fairlead::cli {

using nlohmann::json;

Error JsonClient::explained(const Error& error) const {
  if (error.code != ErrorCode::kUnavailable) return error;
  // The client names the address too.
  const std::string prefix = options_.address + ": ";
  const bool is_named = error.message.starts_with(prefix);
  const std::string why = is_named ? error.message.substr(prefix.size()) : error.message;
  const bool has_hint = why.find("; hint: ") != std::string::npos;
  return {error.code, "cannot reach " + who_ + " at " + options_.address + ": " + why +
                          (has_hint ? "" : "; hint: is it running? here: fairlead dev status")};
}

Result<json> JsonClient::read(Result<HttpAnswer> answer) {
  if (!answer) return explained(answer.error());
  Result<HttpAnswer> good = expect_success(std::move(answer));
  if (!good) return good.error();
  json body = parse_json(good->body);
  if (!body.is_object()) {
    return Error{ErrorCode::kCorrupt,
                 who_ + " at " + options_.address + ": answered something that is not JSON"};
  }
  return body;
}

Result<json> JsonClient::get(const std::string& target) {
  return read(HttpClient(options_).get(target));
}
Result<json> JsonClient::post(const std::string& target, const std::string& body) {
  return read(HttpClient(options_).post(target, body));
}
Result<json> JsonClient::remove(const std::string& target) {
  return read(HttpClient(options_).remove(target));
}

Result<HttpAnswer> JsonClient::get_raw(const std::string& target) {
  Result<HttpAnswer> answer = HttpClient(options_).get(target);
  if (!answer) return explained(answer.error());
  return expect_success(std::move(answer));
}

Result<HttpAnswer> JsonClient::stream(const std::string& target, const HttpChunkHandler& on_chunk) {
  Result<HttpAnswer> answer = HttpClient(options_).stream(target, on_chunk);
  if (!answer) return explained(answer.error());
  return expect_success(std::move(answer));
}

Result<ClusterClient> ClusterClient::open(const CommonOptions& options, const Terminal& terminal) {
  HttpClientOptions http;
  http.address = options.master_http;
  http.token = options.token;
  http.token_file = options.token_file;
  http.ca_file = options.http_ca;
  http.insecure = options.insecure;
  http.stop_descriptor = terminal.interrupts.descriptor();
  if (http.address.empty()) {
    Result<DevRecord> record = read_record(options.dev_dir);
    if (!record || record->master_http.empty()) {
      return Error{ErrorCode::kUnavailable,
                   "cannot reach the master: no --master-http and no dev cluster in " +
                       options.dev_dir + "; hint: fairlead dev up"};
    }
    http.address = record->master_http;
  }
  if (is_zookeeper_address(http.address)) {
    Result<LeaderRecord> leader = wait_for_leader(http, terminal);
    if (!leader) return leader.error();
    http.address = leader->http;
  }
  return ClusterClient(std::move(http));
}

JsonClient ClusterClient::quiet_master(Duration silence_max) const {
  HttpClientOptions http = options_;
  http.stream_silence_max = silence_max;
  return {"the master", std::move(http)};
}

JsonClient ClusterClient::client_of(const FrameworkRef& framework) const {
  HttpClientOptions http = options_;
  http.address = framework.api_address;
  return {"framework " + framework.name, std::move(http)};
}

JsonClient ClusterClient::agent_at(const std::string& address) const {
  HttpClientOptions http = options_;
  http.address = address;
  return {"the agent", std::move(http)};
}

Result<std::vector<FrameworkRef>> ClusterClient::frameworks(std::string_view kind) {
  Result<json> reply = master_.get("/api/v1/frameworks");
  if (!reply) return reply.error();
  std::vector<FrameworkRef> found;
  for (const json& one : list_of(*reply, "frameworks")) {
    if (text_of(one, "kind") != kind || text_of(one, "api_address").empty()) continue;
    FrameworkRef framework = {.id = text_of(one, "id"),
                              .name = text_of(one, "name"),
                              .kind = text_of(one, "kind"),
                              .state = text_of(one, "state"),
                              .api_address = text_of(one, "api_address"),
                              .roles = {}};
    for (const json& role : list_of(one, "roles")) framework.roles.push_back(role);
    found.push_back(std::move(framework));
  }
  return found;
}

Result<FrameworkRef> ClusterClient::framework_for(std::string_view kind, const std::string& role) {
  Result<std::vector<FrameworkRef>> known = frameworks(kind);
  if (!known) return known.error();
  std::vector<std::string> roles;
  for (const FrameworkRef& framework : *known) {
    if (role.empty()) return framework;
    for (const std::string& one : framework.roles) {
      if (one == role) return framework;
      roles.push_back(one);
    }
  }
  const std::string program = "fairlead-" + std::string(kind);
  if (known->empty()) {
    return Error{ErrorCode::kNotFound,
                 "no " + program + " is subscribed; hint: fairlead frameworks"};
  }
  std::string all;
  for (const std::string& one : roles) all += (all.empty() ? "" : ", ") + one;
  return Error{ErrorCode::kNotFound,
               to_string(Complaint{.what = "role " + role,
                                   .where = {},
                                   .expected = "one that a " + program + " has: " + all,
                                   .got = role,
                                   .hint = did_you_mean(role, roles)})};
}

Result<FrameworkRef> ClusterClient::framework_named(std::string_view kind,
                                                    const std::string& name) {
  Result<std::vector<FrameworkRef>> known = frameworks(kind);
  if (!known) return known.error();
  for (const FrameworkRef& framework : *known) {
    if (framework.name == name) return framework;
  }
  return Error{ErrorCode::kNotFound,
               "framework " + name + ": not known; hint: fairlead frameworks"};
}

Result<JobRef> ClusterClient::find_job(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string wanted = slash == std::string::npos ? "" : text.substr(0, slash);
  const std::string id = slash == std::string::npos ? text : text.substr(slash + 1);
  Result<std::vector<FrameworkRef>> known = frameworks("batch");
  if (!known) return known.error();
  std::vector<JobRef> found;
  for (const FrameworkRef& framework : *known) {
    if (!wanted.empty() && framework.name != wanted) continue;
    Result<json> job =
        client_of(framework).get("/api/v1/jobs/" + url_encoded(id) + "?instances=no");
    if (job) found.push_back({framework, id});
    if (!job && job.error().code != ErrorCode::kNotFound) return job.error();
  }
  if (found.empty()) {
    return Error{ErrorCode::kNotFound, "job " + text + ": not known; hint: fairlead job list"};
  }
  if (found.size() > 1) {
    return invalid({.what = "job " + text,
                    .where = {},
                    .expected = "one framework that has it",
                    .got = found[0].framework.name + " and " + found[1].framework.name,
                    .hint = "write " + found[0].framework.name + "/" + id});
  }
  return found[0];
}

std::string url_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

bool looks_like_job(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) text.remove_prefix(slash + 1);
  return text.size() > 1 && text[0] == 'j' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

json list_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : json::array();
}

std::string amounts_of(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return {};
  std::string text;
  // People read cpus and memory first; the rest follows in the order of names.
  for (const char* name : {"cpus", "mem"}) {
    const std::string value = text_of(*found, name);
    if (!value.empty()) text += (text.empty() ? "" : ";") + std::string(name) + ":" + value;
  }
  for (const auto& [name, value] : found->items()) {
    if (name == "cpus" || name == "mem" || !value.is_string()) continue;
    text += (text.empty() ? "" : ";") + name + ":" + value.get<std::string>();
  }
  return text;
}

}  // namespace fairlead::cli
