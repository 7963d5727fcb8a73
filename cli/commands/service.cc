// fairlead service create | scale | update | list | show | endpoints | remove
#include "cli/answer.h"
#include "cli/cluster_client.h"
#include "cli/command.h"
#include "cli/service_ref.h"
#include "common/parse_units.h"

namespace fairlead::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kReplicasMax = 10'000;  // of fairlead-pods

void add_name(FlagSet& flags, std::string& name) {
  flags.add({.name = "service", .help = "its name", .is_required = true, .is_positional = true},
            &name);
}

std::string dumped(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// NAME=VALUE texts as an object.
Result<json> object_of(const std::vector<std::string>& texts, const std::string& flag) {
  json object = json::object();
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return invalid({.what = "flag --" + flag,
                      .where = {},
                      .expected = "NAME=VALUE",
                      .got = text,
                      .hint = {}});
    }
    object[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return object;
}

class ServiceCreate : public Command {
 public:
  void declare(FlagSet& flags) override;
  Result<int> run(const CommonOptions& options, Terminal& terminal) override;

 private:
  std::string name_;
  std::string role_;
  std::string cpus_ = "0.1";
  std::string mem_ = "32MiB";
  std::int64_t replicas_ = 1;
  std::int64_t ports_ = 0;
  std::string user_;
  std::vector<std::string> labels_;
  std::vector<std::string> environment_;
  std::vector<std::string> command_;
};

void ServiceCreate::declare(FlagSet& flags) {
  add_name(flags, name_);
  flags.add({.name = "role", .help = "whose share it uses", .value_name = "ROLE"}, &role_);
  flags.add({.name = "replicas", .help = "how many run at once", .value_name = "N"}, &replicas_,
            {.min = 0, .max = kReplicasMax, .unit = "replicas"});
  flags.add({.name = "cpus", .help = "of one replica", .value_name = "N"}, &cpus_);
  flags.add({.name = "mem", .help = "of one replica", .value_name = "BYTES"}, &mem_);
  flags.add({.name = "ports",
             .help = "of one replica; it is ready when the first one, $PORT, answers",
             .value_name = "N"},
            &ports_, {.min = 0, .max = 100, .unit = "ports"});
  flags.add({.name = "user",
             .help = "of the machines that it runs as; default: the one of your principal",
             .value_name = "USER"},
            &user_);
  flags.add_repeated({.name = "label", .help = "repeat it", .value_name = "NAME=VALUE"}, &labels_);
  flags.add_repeated({.name = "env", .help = "repeat it", .value_name = "NAME=VALUE"},
                     &environment_);
  flags.add_repeated({.name = "command",
                      .help = "program and arguments, after --",
                      .is_required = true,
                      .is_positional = true},
                     &command_);
  flags.add_example(
      "fairlead service create web --replicas 3 --ports 1 -- sh -c 'exec python3 -m http.server "
      "$PORT'");
}

Result<int> ServiceCreate::run(const CommonOptions& options, Terminal& terminal) {
  Result<json> labels = object_of(labels_, "label");
  if (!labels) return labels.error();
  Result<json> environment = object_of(environment_, "env");
  if (!environment) return environment.error();
  json body = {{"name", name_},
               {"replicas", replicas_},
               {"command", command_},
               {"resources", {{"cpus", cpus_}, {"mem", mem_}}}};
  if (ports_ > 0) {
    body["resources"]["ports"] = ports_;
    body["readiness"] = {{"port", 0}};
  }
  if (!role_.empty()) body["role"] = role_;
  if (!user_.empty()) body["user"] = user_;
  if (!labels->empty()) body["labels"] = *labels;
  if (!environment->empty()) body["env"] = *environment;
  Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
  if (!cluster) return cluster.error();
  Result<FrameworkRef> framework = cluster->framework_for("pods", role_);
  if (!framework) return framework.error();
  Result<json> made = cluster->client_of(*framework).post(kServicesPath, dumped(body));
  if (!made) return made.error();
  terminal.out << "service " << name_ << " created; hint: fairlead service show " << name_ << "\n";
  return kExitOk;
}

class ServiceScale : public Command {
 public:
  void declare(FlagSet& flags) override {
    add_name(flags, name_);
    flags.add({.name = "replicas",
               .help = "how many from now on",
               .value_name = "N",
               .is_required = true},
              &replicas_, {.min = 0, .max = kReplicasMax, .unit = "replicas"});
    flags.add_example("fairlead service scale web --replicas 5");
  }
  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<ServiceRef> service = find_service(*cluster, name_);
    if (!service) return service.error();
    Result<json> done =
        service->client.post(std::string(kServicesPath) + "/" + url_encoded(name_) + "/scale",
                             dumped({{"replicas", replicas_}}));
    if (!done) return done.error();
    terminal.out << "service " << name_ << " is scaled to " << replicas_ << " replicas\n";
    return kExitOk;
  }

 private:
  std::string name_;
  std::int64_t replicas_ = 1;
};

class ServiceUpdate : public Command {
 public:
  void declare(FlagSet& flags) override {
    add_name(flags, name_);
    flags.add_repeated({.name = "env", .help = "repeat it", .value_name = "NAME=VALUE"},
                       &environment_);
    flags.add_repeated({.name = "command",
                        .help = "the new program and arguments, after --",
                        .is_required = true,
                        .is_positional = true},
                       &command_);
    flags.add_example("fairlead service update web -- ./server --version 2");
  }
  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<json> environment = object_of(environment_, "env");
    if (!environment) return environment.error();
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<ServiceRef> service = find_service(*cluster, name_);
    if (!service) return service.error();
    json body = {{"command", command_}};
    if (!environment->empty()) body["env"] = *environment;
    Result<json> done = service->client.post(
        std::string(kServicesPath) + "/" + url_encoded(name_) + "/update", dumped(body));
    if (!done) return done.error();
    terminal.out << "service " << name_ << ": its replicas are replaced one after the other\n";
    return kExitOk;
  }

 private:
  std::string name_;
  std::vector<std::string> environment_;
  std::vector<std::string> command_;
};

class ServiceRemove : public Command {
 public:
  void declare(FlagSet& flags) override {
    add_name(flags, name_);
    flags.add_example("fairlead service remove web");
  }
  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<ServiceRef> service = find_service(*cluster, name_);
    if (!service) return service.error();
    Result<json> done =
        service->client.remove(std::string(kServicesPath) + "/" + url_encoded(name_));
    if (!done) return done.error();
    terminal.out << "service " << name_ << " is removed; its replicas are ending\n";
    return kExitOk;
  }

 private:
  std::string name_;
};

class ServiceList : public Command {
 public:
  void declare(FlagSet& flags) override { flags.add_example("fairlead service list"); }
  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<std::vector<FrameworkRef>> frameworks = cluster->frameworks("pods");
    if (!frameworks) return frameworks.error();
    Listing listing = {.name = "services",
                       .columns = {{.key = "name", .title = "SERVICE"},
                                   {.key = "role", .title = "ROLE"},
                                   {.key = "replicas", .title = "WANTED"},
                                   {.key = "ready", .title = "READY"},
                                   {.key = "generation", .title = "GENERATION"},
                                   {.key = "framework", .title = "FRAMEWORK"}},
                       .rows = {},
                       .tone_column = 3,
                       .empty_text = "no services; hint: fairlead service create --help"};
    for (const FrameworkRef& framework : *frameworks) {
      Result<json> reply = cluster->client_of(framework).get(kServicesPath);
      if (!reply) return reply.error();
      for (const json& one : list_of(*reply, "services")) {
        const std::int64_t wanted = number_of(one, "replicas");
        const std::int64_t ready = number_of(one, "ready");
        listing.rows.push_back({.cells = {text_of(one, "name"), text_of(one, "role"), wanted, ready,
                                          number_of(one, "generation"), framework.name},
                                .tone = ready < wanted ? CellTone::kWarning : CellTone::kGood});
      }
    }
    print_listing(listing, options, terminal);
    return kExitOk;
  }
};

class ServiceShow : public Command {
 public:
  void declare(FlagSet& flags) override {
    add_name(flags, name_);
    flags.add_example("fairlead service show web -o yaml");
  }
  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<ServiceRef> service = find_service(*cluster, name_);
    if (!service) return service.error();
    // YAML reads well enough for people, and shows all there is.
    print_document(service->view, to_yaml(service->view), options, terminal);
    return kExitOk;
  }

 private:
  std::string name_;
};

class ServiceEndpoints : public Command {
 public:
  void declare(FlagSet& flags) override {
    add_name(flags, name_);
    flags.add_example("fairlead service endpoints web -o json");
  }
  Result<int> run(const CommonOptions& options, Terminal& terminal) override {
    Result<ClusterClient> cluster = ClusterClient::open(options, terminal);
    if (!cluster) return cluster.error();
    Result<ServiceRef> service = find_service(*cluster, name_);
    if (!service) return service.error();
    Result<json> reply =
        service->client.get(std::string(kServicesPath) + "/" + url_encoded(name_) + "/endpoints");
    if (!reply) return reply.error();
    Listing listing = {.name = "endpoints",
                       .columns = {{.key = "addresses", .title = "ADDRESSES"},
                                   {.key = "task", .title = "TASK"},
                                   {.key = "host", .title = "HOST"}},
                       .rows = {},
                       .empty_text = "no replica is ready"};
    for (const json& one : list_of(*reply, "endpoints")) {
      std::vector<std::string> addresses;
      for (const json& address : list_of(one, "addresses")) addresses.push_back(address);
      listing.rows.push_back({.cells = {addresses, text_of(one, "task"), text_of(one, "host")}});
    }
    print_listing(listing, options, terminal);
    return kExitOk;
  }

 private:
  std::string name_;
};

}  // namespace

void add_service_commands(Commands& commands) {
  commands.group("service", "Services of fairlead-pods");
  commands.add<ServiceCreate>("service create", "Keeps replicas of a command running");
  commands.add<ServiceScale>("service scale", "Changes how many replicas there are");
  commands.add<ServiceUpdate>("service update", "Replaces the command, replica by replica");
  commands.add<ServiceList>("service list", "Lists services");
  commands.add<ServiceShow>("service show", "Shows one service");
  commands.add<ServiceEndpoints>("service endpoints", "Lists where ready replicas listen");
  commands.add<ServiceRemove>("service remove", "Ends a service");
}

}  // namespace fairlead::cli
