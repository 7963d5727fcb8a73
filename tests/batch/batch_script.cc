#include "tests/batch/batch_script.h"

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "frameworks/batch/batch_scheduler.h"
#include "simulator/script/script.h"

namespace fairlead::batch {
namespace {

Result<TaskReason> reason_of(const std::string& word) {
  for (int i = 0; i <= static_cast<int>(TaskReason::kGangAborted); ++i) {
    if (to_string(static_cast<TaskReason>(i)) == word) {
      return static_cast<TaskReason>(i);
    }
  }
  return invalid({.what = "reason", .expected = "a reason as MEMORY_LIMIT", .got = word});
}

Duration duration(const std::string& text) {
  return parse_script_duration(text).value();
}

class World {
 public:
  World() { restart(); }

  Result<std::vector<std::string>> run(const ScriptLine& line) {
    trace_.clear();
    const std::string& name = line.word(0);
    if (name == "task") {
      task(line);
    } else if (name == "submit") {
      submit(line);
    } else if (name == "cancel") {
      cancel(line);
    } else if (name == "agent") {
      agents_.push_back({line.words.at(1), parse_amounts(line.words.at(2)).value().scalars});
      scheduler_->set_known_agents(agents_);
    } else if (name == "offer") {
      offer(line);
    } else if (name == "offers") {
      call([&](sdk::SchedulerActions& actions) { scheduler_->on_offers(now_, offers_, actions); });
      offers_.clear();
    } else if (name == "status") {
      status(line);
    } else if (name == "window") {
      window(line);
    } else if (name == "reclaim") {
      reclaim(line);
    } else if (name == "time") {
      now_ = now_ + duration(line.words.at(1));
      if (scheduler_->next_deadline() <= now_) {
        call([&](sdk::SchedulerActions& actions) { scheduler_->on_time(now_, actions); });
      }
    } else if (name == "impossible") {
      DemandImpossible demand{.role = {"r"}, .shape = line.words.at(1), .why = line.option("why")};
      call([&](sdk::SchedulerActions& actions) {
        scheduler_->on_demand_impossible(now_, demand, actions);
      });
    } else if (name == "restart") {
      restart();
    } else if (name == "show") {
      show(parse_job_id(line.words.at(1)).value());
    } else {
      return invalid({.what = "command", .expected = "a command of batch_script.h", .got = name});
    }
    return trace_;
  }

 private:
  void say(std::string text) { trace_.push_back(std::move(text)); }

  void task(const ScriptLine& line) {
    TaskGroup group;
    group.name = line.words.at(1);
    group.command.argv = {"true"};
    group.instances = static_cast<std::uint32_t>(std::stoul(line.option("instances", "1")));
    group.retries = static_cast<std::uint32_t>(std::stoul(line.option("retries", "0")));
    group.resources = parse_amounts(line.option("need", "cpus:1")).value();
    group.depends_on = split_text(line.option("after"), ',');
    group.priority = std::stoi(line.option("priority", "0"));
    group.timeout = duration(line.option("timeout", "0s"));
    group.gang = line.option("gang", "no") == "yes";
    if (line.option("policy", "wait") == "relaunch") {
      group.on_unreachable = OnUnreachable::kRelaunch;
    }
    if (const std::string retry = line.option("retry", ""); !retry.empty()) {
      const ScriptDurations pause = parse_script_durations(retry).value();
      group.retry_min = pause.min;
      group.retry_max = pause.max;
    }
    if (const std::string where = line.option("where", ""); !where.empty()) {
      const std::size_t colon = where.find(':');
      group.constraints = {
          {where.substr(0, colon), ConstraintRule::kEquals, where.substr(colon + 1)}};
    }
    tasks_.push_back(std::move(group));
  }

  void submit(const ScriptLine& line) {
    JobSpec spec;
    spec.name = line.words.at(1);
    spec.role = {line.option("role", "")};
    spec.priority = std::stoi(line.option("priority", "0"));
    spec.allow_unplaceable = line.words.size() > 2;
    spec.tasks = std::exchange(tasks_, {});
    call([&](sdk::SchedulerActions& actions) {
      const auto id = scheduler_->submit(now_, spec, {1}, actions);
      say(id.ok() ? "job " + to_string(id.value()) : "! " + id.error().message);
    });
  }

  void cancel(const ScriptLine& line) {
    call([&](sdk::SchedulerActions& actions) {
      const Status done =
          scheduler_->cancel(now_, parse_job_id(line.words.at(1)).value(), {1}, actions);
      if (!done.ok()) {
        say("! " + done.error().message);
      }
    });
  }

  void offer(const ScriptLine& line) {
    Offer offer;
    offer.id = {std::stoull(line.words.at(1))};
    offer.agent = {line.words.at(2)};
    offer.hostname = line.words.at(2);
    offer.resources = plain(parse_amounts(line.words.at(3)).value());
    offer.role = {line.option("role", "r")};
    offer.attributes = parse_attributes(line.option("where", "rack:none")).value();
    offers_.push_back(std::move(offer));
  }

  void status(const ScriptLine& line) {
    const std::string& token = line.words.at(1);
    const std::size_t slash = token.find('/');
    TaskStatus status;
    status.task = {token.substr(0, slash)};
    status.attempt = static_cast<std::uint32_t>(std::stoul(token.substr(slash + 1)));
    status.state = parse_script_state(line.words.at(2)).value();
    status.reason = reason_of(line.option("reason", "NONE")).value();
    if (line.has("exit")) {
      status.exit = ExitStatus{std::stoi(line.option("exit")), std::nullopt};
    }
    call([&](sdk::SchedulerActions& actions) { scheduler_->on_status(now_, status, actions); });
  }

  void reclaim(const ScriptLine& line) {
    ReclaimResources reclaim{.reclaim = {1},
                             .role = {line.option("role", "r")},
                             .agent = {line.words.at(1)},
                             .need = {.lacking = parse_quota_amounts(line.words.at(2), {}).value(),
                                      .most = Quota{}.limits},
                             .deadline = seconds(30)};
    if (line.has("most")) {
      reclaim.need.most = parse_quota_amounts(line.option("most"), {}).value();
    }
    if (line.has("below")) {
      reclaim.kind = ReclaimKind::kPriority;
      reclaim.priority = std::stoi(line.option("below"));
    }
    call([&](sdk::SchedulerActions& actions) { scheduler_->on_reclaim(now_, reclaim, actions); });
  }

  void window(const ScriptLine& line) {
    const WindowId id{line.words.at(1)};
    if (!line.has("in")) {
      call([&](sdk::SchedulerActions& actions) {
        scheduler_->on_inverse_offers_withdrawn(now_, {id, "cancelled"}, actions);
      });
      return;
    }
    InverseOffer offer{.window = id, .agent = {line.words.at(2)}};
    offer.unavailability = {duration(line.option("in")), seconds(600)};
    call([&](sdk::SchedulerActions& actions) {
      scheduler_->on_inverse_offers(now_, {&offer, 1}, actions);
    });
  }

  void restart() {
    scheduler_ = std::make_unique<BatchScheduler>(
        BatchOptions{.roles = {{"r"}, {"s"}}, .wall_at_zero = {1'000}});
    scheduler_->set_known_agents(agents_);
    sdk::Recovered recovered;
    for (const auto& [key, value] : rows_) {
      recovered.rows.push_back({key, value});
    }
    call([&](sdk::SchedulerActions& actions) {
      scheduler_->on_recovered(now_, recovered, actions);
    });
  }

  template <class Callback>
  void call(Callback callback) {
    sdk::SchedulerActions actions;
    const std::uint64_t before = scheduler_->version();
    callback(actions);
    for (const sdk::Order& order : actions.orders()) {
      std::visit([&](const auto& one) { trace(one); }, order);
    }
    for (const auto& [id, job] : scheduler_->jobs()) {
      if (job.version > before) {
        summary(job);
      }
    }
  }

  void summary(const Job& job) {
    const JobProgress progress = progress_of(job, scheduler_->wall(now_));
    std::string text = to_string(job.id) + " " + to_string(job.state);
    text += job.cancel_requested && !job.is_over() ? " (cancelling)" : "";
    for (std::size_t i = 0; i < kPhases; ++i) {
      if (progress.counts[i] > 0) {
        text += std::string(" ") + to_string(static_cast<Phase>(i)) + "=" +
                std::to_string(progress.counts[i]);
      }
    }
    if (progress.eta_ms) {
      text += " eta_ms=" + std::to_string(*progress.eta_ms);
    }
    const std::string why = why_of(job);
    say(text + (why.empty() ? "" : " why=" + why));
  }

  void show(JobId id) {
    const Job& job = *scheduler_->find(id);
    summary(job);
    for (std::size_t g = 0; g < job.groups.size(); ++g) {
      for (std::size_t i = 0; i < job.groups[g].instances.size(); ++i) {
        const Instance& one = job.groups[g].instances[i];
        std::string text = job.spec.tasks[g].name + "." + std::to_string(i) + " " +
                           to_string(one.phase) + " attempt=" + std::to_string(one.attempt);
        if (one.attempt > 0) {
          text += " agent=" + one.agent.text + " " + to_string(one.state) +
                  " failures=" + std::to_string(one.failures) +
                  " losses=" + std::to_string(one.losses);
        }
        say(text);
      }
    }
  }

  void trace(const SetDemand& demand) {
    std::string text = "demand " + demand.role.text;
    for (const DemandShape& shape : demand.shapes) {
      text += " " + shape.name + "*" + std::to_string(shape.count) + "<" +
              to_string(shape.amounts) + ">" +
              (shape.gang_size > 1 ? "/gang of " + std::to_string(shape.gang_size) : "");
    }
    say(text);
  }
  void trace(const AcceptOffers& accept) {
    std::string text = "accept";
    for (const OfferId offer : accept.offers) {
      text += " " + std::to_string(offer.number);
    }
    for (const TaskLaunch& launch : accept.launches) {
      text += " " + launch.spec.id.text + "/" + std::to_string(launch.attempt);
      for (const EnvironmentVariable& variable : launch.spec.command.environment) {
        text += variable.name == "FAIRLEAD_PORTS" ? "[ports " + variable.value + "]" : "";
      }
    }
    say(text);
  }
  void trace(const AcceptGang& gang) {
    say("gang of " + std::to_string(gang.parts.size()) + " agents");
    for (const AcceptOffers& part : gang.parts) trace(part);
  }
  void trace(const AcceptOperations& operations) { say("operations " + operations.id); }
  void trace(const DeclineOffers& decline) {
    constexpr std::array<const char*, 5> kReasons = {"no work", "too small", "constraint", "spread",
                                                     "other"};
    say("decline " + std::to_string(decline.offers.front().number) + " for " +
        std::to_string(decline.refuse_for.ms()) +
        " ms: " + kReasons[static_cast<std::size_t>(decline.reason)]);
  }
  void trace(const AnswerInverseOffer& answer) {
    say(std::string(answer.accepts ? "accepts" : "declines") + " to leave " + answer.agent.text +
        " for " + answer.window.text + (answer.reason.empty() ? "" : ": " + answer.reason) +
        (answer.accepts ? "" : ", ask again in " + std::to_string(answer.ask_again.ms()) + " ms"));
  }
  void trace(const Suppress&) { say("suppress"); }
  void trace(const Revive& revive) { say("revive " + revive.roles.front().text); }
  void trace(const KillTask& kill) {
    say((kill.reason == TaskReason::kPreempted ? "preempt " : "kill ") + kill.task.text + "/" +
        std::to_string(kill.attempt));
  }
  void trace(const Reconcile&) { say("reconcile"); }
  void trace(const sdk::PersistState& persist) {
    std::string text = "persist";
    for (const sdk::StateWrite& write : persist.writes) {
      text += " " + std::string(write.value ? "" : "-") + write.key;
      if (write.value) {
        rows_[write.key] = *write.value;
      } else {
        rows_.erase(write.key);
      }
    }
    say(text);
  }
  void trace(const Teardown&) { say("teardown"); }
  void trace(const sdk::StopFramework& stop) { say("stop: " + stop.reason); }

  std::unique_ptr<BatchScheduler> scheduler_;
  std::map<std::string, Bytes> rows_;
  std::vector<KnownAgent> agents_;
  std::vector<TaskGroup> tasks_;
  std::vector<Offer> offers_;
  Instant now_;
  std::vector<std::string> trace_;
};

}  // namespace

Result<std::string> run_batch_script(std::string_view script) {
  World world;
  return run_script(script, [&world](const ScriptLine& line) { return world.run(line); });
}

}  // namespace fairlead::batch
