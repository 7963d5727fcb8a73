#include "runtime/adapters/candidate/candidate.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "runtime/adapters/sqlite/embedded_coordination.h"
#include "runtime/adapters/zookeeper/session_end.h"

namespace fairlead {
namespace {

constexpr Duration kBeatEvery = milliseconds(500);
constexpr Duration kSilenceMin = seconds(10);
constexpr Duration kSessionEndMax = seconds(5);

Bytes to_note(const ZookeeperSession& session) {
  Bytes note(sizeof session.id + session.password.size());
  std::memcpy(note.data(), &session.id, sizeof session.id);
  std::memcpy(note.data() + sizeof session.id, session.password.data(), session.password.size());
  return note;
}

/// What a supervisor does with the note that a dead process left.
void end_session_of(BytesView note, const std::string& program,
                    const std::string& zookeeper_address) {
  Result<ZookeeperAddress> address = read_zookeeper_address(zookeeper_address);
  ZookeeperSession session;
  if (!address || note.size() != sizeof session.id + session.password.size()) return;
  std::memcpy(&session.id, note.data(), sizeof session.id);
  std::memcpy(session.password.data(), note.data() + sizeof session.id, session.password.size());
  if (Status ended = end_zookeeper_session(*address, session, kSessionEndMax); !ended) {
    std::fprintf(stderr, "%s: supervisor: the session ends by its timeout: %s\n", program.c_str(),
                 ended.error().message.c_str());
  }
}

}  // namespace

Result<std::unique_ptr<Coordination>> coordinate(const StatePlace& place, AcceptState accept,
                                                 CandidateWorld world, CoordinationEvents events) {
  if (place.zookeeper.address.empty()) {
    return std::unique_ptr<Coordination>(
        std::make_unique<EmbeddedCoordination>(place.disk, world.loop, std::move(events)));
  }
  ZookeeperPorts ports{
      .accept = std::move(accept),
      .on_session = [&supervisor = world.supervisor](const ZookeeperSession& session) {
        supervisor.leave_note(to_note(session));
      }};
  return coordinate_by_zookeeper(place.zookeeper, place.pin_dir, std::move(ports), world.loop,
                                 world.clock, std::move(events));
}

void Beat::on_time(Instant now) {
  if (now < at_) return;
  supervisor_.beat();
  at_ = now + kBeatEvery;
}

int run_candidate(const ProgramOptions& program, const ZookeeperMode& zookeeper,
                  const std::function<Status(SupervisorLink&)>& run) {
  auto live = [&program, &run](SupervisorLink& supervisor) {
    return run_program(program, [&] { return run(supervisor); });
  };
  SupervisorLink alone;
  if (zookeeper.address.empty() || zookeeper.no_supervisor) return live(alone);
  SupervisorOptions supervisor{.program = program.program,
                               .silence_max = std::max(kSilenceMin, zookeeper.session_timeout)};
  supervisor.on_death = [&program, &zookeeper](BytesView note) {
    end_session_of(note, program.program, zookeeper.address);
  };
  return supervise(supervisor, live);
}

}  // namespace fairlead
