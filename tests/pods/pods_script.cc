#include "tests/pods/pods_script.h"

#include <string>
#include <utility>
#include <vector>

#include "simulator/script/script.h"
#include "tests/pods/pods_world.h"

namespace fairlead::pods {
namespace {

std::uint32_t number(const ScriptLine& line, const std::string& key, const char* otherwise) {
  return static_cast<std::uint32_t>(std::stoul(line.option(key, otherwise)));
}

Duration duration(const std::string& text) {
  return parse_script_duration(text).value();
}

ServiceSpec spec_of(const ScriptLine& line) {
  ServiceSpec spec;
  spec.name = line.words.at(1);
  spec.replicas = number(line, "replicas", "1");
  spec.shape.command.argv = {line.option("command", "v1")};
  spec.shape.resources = parse_amounts(line.option("need", "cpus:1;ports:[1-1]")).value();
  spec.labels = {{"app", line.option("app", spec.name)}};
  spec.max_surge = number(line, "surge", "1");
  spec.max_unavailable = number(line, "unavailable", "0");
  spec.per_agent_max = number(line, "agent_max", "0");
  spec.spread = line.option("spread", "yes") == "yes";
  if (line.option("probe", "no") == "yes") {
    spec.readiness = Readiness{};
  }
  const ScriptDurations backoff = parse_script_durations(line.option("backoff", "1s..8s")).value();
  spec.backoff_min = backoff.min;
  spec.backoff_max = backoff.max;
  return spec;
}

class Script {
 public:
  Result<std::vector<std::string>> run(const ScriptLine& line) {
    extra_.clear();
    const std::uint64_t before = world_.scheduler->version();
    world_.take_trace();
    if (Status known = command(line); !known.ok()) {
      return known.error();
    }
    std::vector<std::string> out = world_.take_trace();
    out.insert(out.end(), extra_.begin(), extra_.end());
    for (const auto& [name, service] : world_.scheduler->services()) {
      if (service.version > before || line.word(0) == "restart") {
        out.push_back(summary(service));
      }
    }
    return out;
  }

 private:
  Status command(const ScriptLine& line) {
    const std::string& verb = line.word(0);
    if (verb == "create" || verb == "scale" || verb == "update" || verb == "remove") {
      world_.call([&](sdk::SchedulerActions& actions) { order(line, actions); });
    } else if (verb == "offer") {
      std::vector<Offer> offers;
      for (std::size_t i = 1; i + 2 < line.words.size(); i += 3) {
        offers.push_back(
            offer_of(std::stoull(line.words[i]), line.words[i + 1], line.words[i + 2]));
        if (line.has("away")) {
          offers.back().unavailability = {duration(line.option("away")), seconds(600)};
        }
      }
      world_.offers(std::move(offers));
    } else if (verb == "status") {
      const std::string& token = line.words.at(1);
      const std::size_t slash = token.find('/');
      world_.status(
          token.substr(0, slash), static_cast<std::uint32_t>(std::stoul(token.substr(slash + 1))),
          parse_script_state(line.words.at(2)).value(),
          line.option("reason") == "PREEMPTED" ? TaskReason::kPreempted : TaskReason::kNone);
    } else if (verb == "drain") {
      world_.call([&](sdk::SchedulerActions& actions) {
        world_.scheduler->on_agent_draining(world_.now, {{line.words.at(1)}, "", seconds(60)},
                                            actions);
      });
    } else if (verb == "window") {
      window(line);
    } else if (verb == "reclaim") {
      const StandardAmounts lacking = parse_quota_amounts(line.words.at(2), {}).value();
      const StandardAmounts most =
          line.has("most") ? parse_quota_amounts(line.option("most"), {}).value() : Quota{}.limits;
      world_.call([&](sdk::SchedulerActions& actions) {
        world_.scheduler->on_reclaim(world_.now,
                                     {.reclaim = {1},
                                      .role = {"r"},
                                      .agent = {line.words.at(1)},
                                      .need = {.lacking = lacking, .most = most},
                                      .deadline = seconds(30)},
                                     actions);
      });
    } else if (verb == "probe") {
      world_.probe(line.words.at(1), std::stoull(line.words.at(2)), line.words.at(3) == "ok");
    } else if (verb == "time") {
      world_.advance(duration(line.words.at(1)));
    } else if (verb == "restart") {
      world_.restart();
    } else if (verb == "endpoints") {
      for (const Endpoint& one : world_.scheduler->endpoints({{"app", line.option("app")}})) {
        extra_.push_back(task_id(one.service, one.number).text + " at " + one.host + ":" +
                         std::to_string(one.ports.at(0)));
      }
    } else {
      return invalid({.what = "command", .expected = "a command of pods_script.h", .got = verb});
    }
    return {};
  }

  void window(const ScriptLine& line) {
    const WindowId id{line.words.at(1)};
    if (!line.has("in")) {
      world_.call([&](sdk::SchedulerActions& actions) {
        world_.scheduler->on_inverse_offers_withdrawn(world_.now, {id, "cancelled"}, actions);
      });
      return;
    }
    InverseOffer offer{.window = id, .agent = {line.words.at(2)}};
    offer.unavailability = {duration(line.option("in")), seconds(600)};
    world_.call([&](sdk::SchedulerActions& actions) {
      world_.scheduler->on_inverse_offers(world_.now, {&offer, 1}, actions);
    });
  }

  void order(const ScriptLine& line, sdk::SchedulerActions& actions) {
    PodsScheduler& scheduler = *world_.scheduler;
    const std::string& verb = line.word(0);
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

Result<std::string> run_pods_script(std::string_view script) {
  Script runner;
  return run_script(script, [&runner](const ScriptLine& line) { return runner.run(line); });
}

}  // namespace fairlead::pods
