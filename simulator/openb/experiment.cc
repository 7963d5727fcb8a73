#include "simulator/openb/experiment.h"

#include <optional>

#include "allocator/allocator.h"
#include "allocator/random.h"

namespace fairlead::openb {
namespace {

const RoleName kRole{"openb"};
constexpr FrameworkHandle kFramework{0};
constexpr const char* kModel = "gpu_model";

/// The cluster and one framework, at a time that does not pass.
class Cluster {
 public:
  Cluster(const Trace& trace, const Options& options, std::uint64_t seed)
      : core_(config_of(trace, options, seed)) {
    // Before the agents, and wanting nothing: else it would be offered all of them.
    step(allocation::FrameworkAdded{kFramework, {"openb"}, {kRole}, {}});
    step(allocation::DemandSet{kFramework, kRole, {}});
    for (std::size_t i = 0; i < trace.nodes.size(); ++i) {
      const Node& node = trace.nodes[i];
      allocation::AgentAdded added;
      added.agent = {static_cast<std::uint32_t>(i)};
      added.text = AgentText({.id = node.name, .hostname = node.name, .http_address = {}});
      added.total = node.total;
      if (!node.gpu_model.empty()) added.attributes.push_back({kModel, node.gpu_model});
      step(added);
    }
  }

  /// False when it fits nowhere.
  bool place(const Pod& pod) {
    DemandShape shape{.name = "pod", .amounts = pod.want};
    shape.count = 1;
    if (!pod.gpu_model.empty()) {
      shape.constraints = {{kModel, ConstraintRule::kEquals, pod.gpu_model}};
    }
    step(allocation::DemandSet{kFramework, kRole, {shape}});
    const auto* offer =
        actions_.empty() ? nullptr : std::get_if<allocation::MakeOffer>(&actions_[0]);
    if (offer == nullptr) {
      step(allocation::DemandSet{kFramework, kRole, {}});
      return false;
    }
    const allocation::OfferResolved accepted{.offer = offer->offer, .used = offer->resources};
    step(accepted);
    return true;
  }

 private:
  static AllocatorConfig config_of(const Trace& trace, const Options& options, std::uint64_t seed) {
    AllocatorConfig config{.seed = seed};
    config.placement = options.placement;
    if (options.knows_tasks) config.typical_tasks = typical_tasks(trace.pods);
    return config;
  }

  void step(const allocation::Event& event) {
    actions_.clear();
    core_.step(Instant{}, event, actions_);
    for (const allocation::Action& action : actions_) {
      const auto* rejected = std::get_if<allocation::RejectEvent>(&action);
      check(rejected == nullptr, rejected == nullptr ? "" : rejected->error.message.c_str());
    }
  }

  AllocatorCore core_;
  std::vector<allocation::Action> actions_;  // of the last step
};

std::int64_t total_of(const Trace& trace) {
  std::int64_t total = 0;
  for (const Node& node : trace.nodes) total += node.gpu_milli;
  return total;
}

}  // namespace

std::vector<std::size_t> arrivals(const Trace& trace, std::int64_t percent_max,
                                  std::uint64_t seed) {
  allocation::Random random{seed};
  std::vector<std::size_t> pods;
  std::int64_t wanted = 0;
  auto come = [&](std::size_t pod) {
    pods.push_back(pod);
    wanted += trace.pods[pod].gpu_milli();
  };
  for (std::size_t i = 0; i < trace.pods.size(); ++i) come(i);
  const std::int64_t total = total_of(trace);
  while (wanted * 100 < total * percent_max) come(random.below(trace.pods.size()));
  allocation::shuffle(pods, random);
  return pods;
}

SeedResult run(const Trace& trace, const Options& options, std::uint64_t seed) {
  Cluster cluster(trace, options, seed);
  SeedResult result{.seed = seed, .gpu_milli_total = total_of(trace)};
  for (std::size_t at : arrivals(trace, options.percent_max, seed)) {
    const Pod& pod = trace.pods[at];
    result.gpu_milli_arrived += pod.gpu_milli();
    if (cluster.place(pod)) {
      result.gpu_milli_allocated += pod.gpu_milli();
      ++result.pods_placed;
    } else {
      ++result.pods_dropped;
    }
  }
  return result;
}

}  // namespace fairlead::openb
