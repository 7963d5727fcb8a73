// What `fairlead logs SUBJECT` is about: a job, a service or one task; and which sandboxes hold
// what it wrote. Not the reading of them (commands/logs.cc). Main thread only.
#pragma once

#include <string>
#include <vector>

#include "cli/cluster_client.h"
#include "common/result.h"

namespace fairlead::cli {

/// One attempt of a task, where its output is.
struct LogPlace {
  std::string task;
  std::string agent_http;
  std::string container_path;
};

struct LogPlaces {
  std::vector<LogPlace> places;
  bool is_over = false;  ///< nothing new will come
};

class LogSubject {
 public:
  /// `text` is a job's id ("j3", "batch/j3"), a service's name or a task's id; job/…, service/… or
  /// task/… in front says which. kInvalid when it could be two of them, with what to write;
  /// kNotFound when it is none.
  static Result<LogSubject> find(ClusterClient& cluster, const std::string& text);

  /// Asks again: replicas and attempts come and go. A service that is removed meanwhile is over.
  Result<LogPlaces> places(ClusterClient& cluster) const;
  /// Its lines carry the name of their task.
  bool has_many() const { return kind_ != Kind::kTask; }

 private:
  enum class Kind { kJob, kService, kTask };

  LogSubject(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}

  static Status exists(ClusterClient& cluster, Kind kind, const std::string& name);
  static const char* word_of(Kind kind);

  Result<LogPlaces> places_of_job(ClusterClient& cluster) const;
  Result<LogPlaces> places_of_service(ClusterClient& cluster) const;
  Result<LogPlaces> places_of_task(ClusterClient& cluster) const;

  Kind kind_;
  std::string name_;
};

}  // namespace fairlead::cli
