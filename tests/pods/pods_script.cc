#include <map>
#include <optional>
#include <sstream>

#include "tests/pods/pods_world.h"

namespace fairlead::pods {
namespace {

struct Line {
  std::vector<std::string> words;
  std::map<std::string, std::string> options;
  std::string option(const std::string& key, const std::string& otherwise) const {
    const auto found = options.find(key);
    return found == options.end() ? otherwise : found->second;
  }
  std::uint32_t number(const std::string& key, const std::string& otherwise) const {
    return static_cast<std::uint32_t>(std::stoul(option(key, otherwise)));
  }
};

Line split(const std::string& text) {
  Line line;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    const std::size_t at = word.find('=');
    if (at == std::string::npos) {
      line.words.push_back(word);
    } else {
      line.options[word.substr(0, at)] = word.substr(at + 1);
    }
  }
  return line;
}

Duration duration(const std::string& text) {
  const std::int64_t number = std::stoll(text);
  return text.ends_with("ms") ? milliseconds(number) : seconds(number);
}

std::optional<TaskState> state_of(const std::string& word) {
  for (int i = 0; i <= static_cast<int>(TaskState::kUnknown); ++i) {
    if (to_string(static_cast<TaskState>(i)) == "TASK_" + word) {
      return static_cast<TaskState>(i);
    }
  }
  return std::nullopt;
}

ServiceSpec spec_of(const Line& line) {
  ServiceSpec spec;
  spec.name = line.words.at(1);
  spec.replicas = line.number("replicas", "1");
  spec.shape.command.argv = {line.option("command", "v1")};
  spec.shape.resources = parse_amounts(line.option("need", "cpus:1;ports:[1-1]")).value();
  spec.labels = {{"app", line.option("app", spec.name)}};
  spec.max_surge = line.number("surge", "1");
  spec.max_unavailable = line.number("unavailable", "0");
  spec.per_agent_max = line.number("agent_max", "0");
  spec.spread = line.option("spread", "yes") == "yes";
  if (line.option("probe", "no") == "yes") {
    spec.readiness = Readiness{};
  }
  const std::string backoff = line.option("backoff", "1s..8s");
  spec.backoff_min = duration(backoff);
  spec.backoff_max = duration(backoff.substr(backoff.find("..") + 2));
  return spec;
}

class Script {
 public:
  std::vector<std::string> run(const std::string& text) {
    const Line line = split(text);
    extra_.clear();
    const std::uint64_t before = world_.scheduler->version();
    world_.take_trace();
    command(line);
    std::vector<std::string> out = world_.take_trace();
    out.insert(out.end(), extra_.begin(), extra_.end());
    for (const auto& [name, service] : world_.scheduler->services()) {
      if (service.version > before || line.words.front() == "restart") {
        out.push_back(summary(service));
      }
    }
    return out;
  }

 private:
  void command(const Line& line) {
    const std::string& verb = line.words.front();
    if (verb == "create" || verb == "scale" || verb == "update" || verb == "remove") {
      world_.call([&](sdk::SchedulerActions& actions) { order(line, actions); });
    } else if (verb == "offer") {
      std::vector<Offer> offers;
      for (std::size_t i = 1; i + 2 < line.words.size(); i += 3) {
        offers.push_back(
            offer_of(std::stoull(line.words[i]), line.words[i + 1], line.words[i + 2]));
      }
      world_.offers(std::move(offers));
    } else if (verb == "status") {
      const std::string& token = line.words.at(1);
      const std::size_t slash = token.find('/');
      world_.status(token.substr(0, slash),
                    static_cast<std::uint32_t>(std::stoul(token.substr(slash + 1))),
                    state_of(line.words.at(2)).value());
    } else if (verb == "probe") {
      world_.probe(line.words.at(1), std::stoull(line.words.at(2)), line.words.at(3) == "ok");
    } else if (verb == "time") {
      world_.advance(duration(line.words.at(1)));
    } else if (verb == "restart") {
      world_.restart();
    } else if (verb == "endpoints") {
      for (const Endpoint& one : world_.scheduler->endpoints({{"app", line.option("app", "")}})) {
        extra_.push_back(task_id(one.service, one.number).text + " at " + one.host + ":" +
                         std::to_string(one.ports.at(0)));
      }
    } else {
      extra_.push_back("! no such command: " + verb);
    }
  }

  void order(const Line& line, sdk::SchedulerActions& actions) {
    PodsScheduler& scheduler = *world_.scheduler;
    const std::string& verb = line.words.front();
    const std::string& name = line.words.at(1);
    Status done;
    if (verb == "create") {
      done = scheduler.create(world_.now, spec_of(line), {1}, actions);
    } else if (verb == "scale") {
      done = scheduler.scale(
          world_.now, name, static_cast<std::uint32_t>(std::stoul(line.words.at(2))), {1}, actions);
    } else if (verb == "update") {
      ServiceSpec spec = scheduler.find(name)->spec;
      spec.shape.command.argv = {line.option("command", "v2")};
      const auto generation = scheduler.update(world_.now, spec, {1}, actions);
      done = generation.ok() ? Status() : Status(generation.error());
    } else {
      done = scheduler.remove(world_.now, name, {1}, actions);
    }
    if (!done.ok()) {
      extra_.push_back("! " + done.error().message);
    }
  }

  PodsWorld world_;
  std::vector<std::string> extra_;
};

}  // namespace

std::string run_pods_script(const std::string& script) {
  Script runner;
  std::string out;
  std::istringstream in(script);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(' ')) {
      continue;
    }
    out += line + "\n";
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    for (const std::string& trace : runner.run(line)) {
      out += "  " + trace + "\n";
    }
  }
  return out;
}

}  // namespace fairlead::pods
