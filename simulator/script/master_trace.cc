#include "simulator/script/master_trace.h"

#include "common/date_text.h"

namespace fairlead {
namespace {

/// How many peers there are is said from here on: fewer never wait for each other.
constexpr std::uint64_t kManyMin = 64;

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

std::string quoted(const Error& error) {
  return std::string(to_string(error.code)) + ": " + error.message;
}

std::string list(const std::vector<OfferId>& offers) {
  std::string text;
  for (OfferId id : offers) text += (text.empty() ? "" : ",") + number(id.number);
  return text;
}

std::string task_of(const FrameworkId& framework, const TaskId& task, std::uint32_t attempt) {
  return framework.text + "/" + task.text + "#" + number(attempt);
}

std::string ahead(const Unavailability& one) {
  return "in " + std::to_string(one.begins_in.ms()) + " ms for " + std::to_string(one.length.ms()) +
         " ms";
}

struct ToAgent {
  std::string operator()(const AgentWelcome& m) const {
    return "welcome epoch " + number(m.epoch.number) +
           (m.agents < kManyMin
                ? ""
                : ", " + number(m.agents) + " agents, " + number(m.tasks) + " tasks");
  }
  std::string operator()(const AgentRefused& m) const {
    return (m.gone ? "refused as gone " : "refused ") + quoted(m.error);
  }
  std::string operator()(const AgentResync& m) const { return "resync: " + m.reason; }
  std::string operator()(const HeartbeatEcho&) const { return "echo"; }
  std::string operator()(const PrepareTask& m) const {
    return "prepare for " + m.gang.text + ": " + (*this)(m.launch);
  }
  std::string operator()(const DecideGang& m) const {
    return m.commit ? "run " + m.gang.text : "drop " + m.gang.text + ": " + m.why;
  }
  std::string operator()(const DestroyVolume& m) const { return "destroy " + to_string(m.volume); }
  std::string operator()(const LaunchTask& m) const {
    return "launch " + task_of(m.token.framework, m.token.task, m.token.attempt) + " as " +
           m.role.text + ": " + to_string(m.spec.resources) +
           (m.spec.command.user.empty() ? "" : " user=" + m.spec.command.user);
  }
  std::string operator()(const KillTask& m) const {
    return "kill " + task_of(m.framework, m.task, m.attempt) + " " + to_string(m.reason) +
           (m.grace ? " grace " + std::to_string(m.grace->ms()) + " ms" : "");
  }
  std::string operator()(const AcknowledgeStatus& m) const {
    return "acknowledge " + task_of(m.framework, m.task, m.attempt) + " update " + number(m.update);
  }
  std::string operator()(const FrameworkRemoved& m) const {
    return "framework " + m.framework.text + " removed";
  }
};

struct ToFramework {
  std::string operator()(const Subscribed& m) const {
    return "subscribed as " + m.framework.text + " epoch " + number(m.epoch.number) +
           (m.frameworks < kManyMin ? "" : ", " + number(m.frameworks) + " frameworks");
  }
  std::string operator()(const Offers& m) const {
    std::string text = "offers";
    for (const Offer& offer : m.offers) {
      text += " [" + number(offer.id.number) + " " + offer.role.text + " on " + offer.agent.text +
              " " + to_string(offer.resources) +
              (offer.unavailability ? ", away " + ahead(*offer.unavailability) : "") + "]";
    }
    return text;
  }
  std::string operator()(const Rescind& m) const {
    return "rescind " + list(m.offers) + ": " + m.reason;
  }
  std::string operator()(const FrameworkStatusUpdate& m) const {
    return "status " + describe(m.status);
  }
  std::string operator()(const AgentLost& m) const {
    return "agent " + m.agent.text + " lost: " + m.reason;
  }
  std::string operator()(const AgentDraining& m) const {
    return "agent " + m.agent.text + " drains: " + std::to_string(m.deadline.ms()) + " ms are left";
  }
  std::string operator()(const ReclaimResources& m) const {
    std::string text = "reclaim " + number(m.reclaim.number) + " (" + to_string(m.kind) + ") of " +
                       m.role.text + " on " + m.agent.text + ": " + to_string(m.need);
    if (m.kind == ReclaimKind::kPriority) text += ", below " + std::to_string(m.priority);
    return text + ", for " + m.shape + " of " + m.beneficiary.text + ": " +
           std::to_string(m.deadline.ms()) + " ms are left";
  }
  std::string operator()(const ReclaimCancelled& m) const {
    return "reclaim " + number(m.reclaim.number) + " ended: " + m.reason;
  }
  std::string operator()(const DemandImpossible& m) const {
    const std::string shape = "demand " + m.role.text + "/" + m.shape;
    return shape + (m.why.empty() ? " is possible again" : " is impossible: " + m.why);
  }
  std::string operator()(const InverseOffers& m) const {
    std::string text = "inverse offers";
    for (const InverseOffer& one : m.offers) {
      text += " [" + one.window.text + " of " + one.agent.text + " " + ahead(one.unavailability) +
              ", tasks may stay " + std::to_string(one.stay_max.ms()) + " ms]";
    }
    return text;
  }
  std::string operator()(const InverseOffersWithdrawn& m) const {
    return "inverse offers of " + m.window.text + " withdrawn: " + m.reason;
  }
  std::string operator()(const OperationsAnswer& m) const {
    std::string text = "operations " + m.id;
    if (!m.agent.empty()) text += " on " + m.agent.text;
    return text + (m.refused.empty() ? " done" : " refused: " + m.refused);
  }
  std::string operator()(const ReconcileDone&) const { return "reconcile done"; }
  std::string operator()(const FrameworkRefused& m) const {
    return std::string("refused ") + (m.fatal ? "for good " : "") + quoted(m.error);
  }
  std::string operator()(const FrameworkResync& m) const { return "resync: " + m.reason; }
  std::string operator()(const HeartbeatEcho&) const { return "echo"; }
};

struct Record {
  std::string operator()(const ClusterRecord&) const { return "cluster"; }
  std::string operator()(const AgentRecord& r) const {
    const char* standing = r.standing == AgentStanding::kAdmitted      ? "admitted"
                           : r.standing == AgentStanding::kUnreachable ? "unreachable"
                                                                       : "gone";
    return "agent " + r.id.text + " " + standing + (r.deactivated ? " deactivated" : "");
  }
  std::string operator()(const FrameworkRecord& r) const {
    return "framework " + r.info.id.text + (r.removed ? " removed" : "");
  }
  std::string operator()(const WeightRecord& r) const {
    return "weight " + r.role.text + " " + std::to_string(r.weight_milli);
  }
  std::string operator()(const DrainRecord& r) const {
    std::string text =
        "drain " + r.agent.text + " deadline " + std::to_string(r.deadline.ms()) + " ms";
    if (r.grace) text += " grace " + std::to_string(r.grace->ms()) + " ms";
    if (r.mark_gone) text += ", then gone";
    if (!r.window.empty()) text += " of " + r.window.text;
    return r.drained.unix_ms == 0 ? text : text + ", drained";
  }
  std::string operator()(const WindowRecord& r) const { return describe(r); }
  std::string operator()(const GangRecord& r) const {
    std::string text = "gang " + r.id.text + " of " + r.framework.text + " runs on";
    for (const AgentId& agent : r.agents) text += " " + agent.text;
    return text;
  }
  std::string operator()(const QuotaRecord& r) const {
    return "quota " + r.role.text + " " + to_string(r.quota);
  }
  std::string operator()(const ReservationsRecord& r) const {
    std::string text = "reservations " + r.agent.text + " " + to_string(r.converted);
    for (const VolumeName& one : r.destroying) text += ", destroying " + to_string(one);
    return text;
  }
};

struct Describe {
  std::string operator()(const SendToAgent& a) const {
    return a.agent.text + " <- " + std::visit(ToAgent{}, a.message);
  }
  std::string operator()(const SendToFramework& a) const {
    return (a.framework.empty() ? "(new)" : a.framework.text) + "@" + number(a.connection.number) +
           " <- " + std::visit(ToFramework{}, a.message);
  }
  std::string operator()(const WriteRegistry& a) const {
    std::string text = "write " + number(a.ticket.number) + ":";
    for (const RegistryRecord& record : a.put) text += " " + std::visit(Record{}, record);
    for (const std::string& key : a.erase) text += " erase " + key;
    return text;
  }
  std::string operator()(const AnswerOperator& a) const {
    std::string text = "operator answer: " + (a.outcome ? "ok" : quoted(a.outcome.error()));
    return a.made.empty() ? text : text + ", " + a.made;
  }
  std::string operator()(const RecordAudit& a) const {
    return "audit: " + a.principal.text + " " + a.action + " (" + a.subject + "): " + a.outcome;
  }
  std::string operator()(const PublishEvent& a) const {
    std::string text = "event " + a.kind + " " + a.subject;
    if (!a.text.empty()) text += ": " + a.text;
    return text + (a.status ? std::string(" ") + to_string(a.status->state) : "");
  }
  std::string operator()(const CountReject& a) const { return "reject " + a.kind; }
  std::string operator()(const StepDown& a) const { return "step down: " + a.reason; }
};

}  // namespace

std::string describe(const MasterAction& action) {
  return std::visit(Describe{}, action);
}

std::string describe(const WindowRecord& window) {
  std::string text = "window " + window.id.text + " of";
  for (const AgentId& agent : window.agents) text += " " + agent.text;
  text +=
      " from " + format_date(window.start) + " for " + std::to_string(window.duration.ms()) + " ms";
  return window.has_begun ? text + ", begun" : text;
}

std::string describe(const TaskStatus& status) {
  std::string text = task_of({status.framework}, status.task, status.attempt);
  if (!status.agent.empty()) text += " on " + status.agent.text;
  text += std::string(" ") + to_string(status.state);
  if (status.reason != TaskReason::kNone) text += std::string(" ") + to_string(status.reason);
  if (status.update != 0) text += " update " + number(status.update);
  if (status.source == StatusSource::kMaster) text += " by the master";
  if (!status.message.empty()) text += " (" + status.message + ")";
  return text;
}

}  // namespace fairlead
