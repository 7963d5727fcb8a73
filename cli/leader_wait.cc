#include "cli/leader_wait.h"

#include <string>

#include "cli/progress.h"
#include "common/parse_units.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/zookeeper/master_dealer.h"
#include "runtime/leader_absence.h"

namespace fairlead::cli {
namespace {

constexpr Duration kWaitMax = seconds(30);
constexpr Duration kAnswerMax = seconds(2);  // of the servers, and of the leader
constexpr Duration kPause = milliseconds(300);

/// The record stays when its leader dies: whoever it names may be gone, or stand by again.
Status check_leads(HttpClientOptions http, const LeaderRecord& leader) {
  http.address = leader.http;
  http.timeout = kAnswerMax;
  Result<HttpAnswer> answer = HttpClient(http).get("/leader");
  if (answer && answer->status == 503) {
    return Error{ErrorCode::kUnavailable, leader.http + " does not lead any more"};
  }
  if (answer || answer.error().code == ErrorCode::kDenied) return {};
  if (answer.error().code != ErrorCode::kTimedOut) return answer.error();
  return Error{ErrorCode::kUnavailable, answer.error().message};
}

}  // namespace

Result<LeaderRecord> wait_for_leader(const HttpClientOptions& http, const Terminal& terminal) {
  const SystemClock clock;
  ProgressLine progress(terminal.err, terminal.err_is_live, terminal.err_width);
  LeaderAbsence absence;
  const Instant until = clock.now() + kWaitMax;
  for (;;) {
    Result<LeaderRecord> leader = find_leader(http.address, kAnswerMax);
    const Status leads = leader ? check_leads(http, *leader) : Status(leader.error());
    if (leads) return leader;
    const std::string& why = leads.error().message;
    if (leads.error().code != ErrorCode::kUnavailable) return leads.error();
    absence.begin(clock.now(), clock.wall(), why);
    if (clock.now() >= until) {
      return Error{ErrorCode::kUnavailable,
                   "no leader after waiting " + format_duration(kWaitMax) + ": " + why};
    }
    if (auto news = absence.on_time(clock.now())) {
      progress.show(news->text + ": " + news->why, clock.now());
    }
    if (terminal.interrupts.wait(kPause)) return Error{ErrorCode::kConflict, "interrupted"};
  }
}

}  // namespace fairlead::cli
