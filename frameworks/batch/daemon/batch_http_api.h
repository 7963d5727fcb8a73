// docs/http_api_batch.md: routes requests to the scheduler, holds long polls and event streams.
// Parses and routes; decides nothing. Loop's thread only.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/acl.h"
#include "frameworks/batch/batch_scheduler.h"
#include "frameworks/sdk/sdk_core.h"
#include "runtime/clock.h"
#include "runtime/http.h"

namespace fairlead::batch {

class BatchHttpApi {
 public:
  using Callback = std::function<void(Instant, sdk::SchedulerActions&)>;
  struct World {
    BatchScheduler& scheduler;
    const Clock& clock;
    std::function<void(Callback)> act;          ///< runs a callback through the SDK
    std::function<const sdk::SdkCore*()> core;  ///< nullptr before the driver is up
    Acl acl = permissive_acl();                 ///< what callers may do
  };

  explicit BatchHttpApi(World world) : world_(std::move(world)) {}

  /// Answers now, when a job changes, or once what it ordered is durable.
  void serve(const HttpRequest& request, std::shared_ptr<HttpResponder> responder);
  /// After every event that the SDK took: answers what became durable, and notes changes.
  void after_step();
  /// When on_due wants to run: waiting polls end, streams get their lines.
  Instant next_deadline() const;
  void on_due(Instant now);

 private:
  using Responder = std::shared_ptr<HttpResponder>;

  struct Poll {
    JobId job;
    std::uint64_t since = 0;
    Instant until;
    bool with_instances = true;
    Responder responder;
  };
  struct Stream {
    JobId job;
    std::uint64_t sent = 0;  ///< version of the last line
    std::shared_ptr<HttpStream> stream;
  };

  void get(const HttpRequest& request, Responder responder);
  void get_job(const HttpRequest& request, JobId id, Responder responder);
  void post(const HttpRequest& request, Responder responder);
  void submit(const HttpRequest& request, const Responder& responder);
  void cancel(const HttpRequest& request, JobId id, const Responder& responder);
  /// Fills in the owner, the role and the users; kDenied when the caller may not have such a job.
  Status admit(const Principal& who, JobSpec& spec) const;
  void stream(JobId id, const Responder& responder);
  HttpReply list(const HttpRequest& request) const;
  HttpReply ready() const;
  HttpReply metrics() const;
  HttpReply job_reply(const Job& job, bool with_instances) const;
  void answer_polls(Instant now);
  void write_streams();
  /// False when the stream is to be dropped.
  bool write_line(Stream& stream, const Job* job);

  World world_;
  std::uint64_t ticket_ = 0;
  std::map<Ticket, std::pair<Responder, HttpReply>> durable_;  ///< replies that wait for the disk
  std::vector<Poll> polls_;
  std::vector<Stream> streams_;
  std::uint64_t version_seen_ = 0;
  Instant tick_at_ = Instant::never();
};

}  // namespace fairlead::batch
