// The batch framework's durable rows, bytes ⇄ values. Each begins with a format version; a newer
// one is kUnsupported, anything damaged is kCorrupt. Read by this framework only.
//   job/<number>                     the job: spec, times, request to cancel, outcome
//   inst/<number>/<group>/<index>    an instance that was launched at least once
//   next                             number of the next job
#pragma once

#include <cstdint>
#include <string>

#include "common/bytes.h"
#include "common/result.h"
#include "frameworks/batch/job_state.h"

namespace fairlead::batch {

struct InstanceRef {
  JobId job;
  std::uint32_t group = 0;
  std::uint32_t index = 0;
  friend auto operator<=>(const InstanceRef&, const InstanceRef&) = default;
};

inline constexpr const char* kNextKey = "next";
inline constexpr const char* kJobPrefix = "job/";
inline constexpr const char* kInstancePrefix = "inst/";

std::string job_key(JobId id);
std::string instance_key(const InstanceRef& ref);
Result<JobId> parse_job_key(const std::string& key);
Result<InstanceRef> parse_instance_key(const std::string& key);

/// Everything of a job but its instances.
Bytes encode_job(const Job& job);
Result<Job> decode_job(BytesView bytes);
Bytes encode_instance(const Instance& instance);
Result<Instance> decode_instance(BytesView bytes);
Bytes encode_number(std::uint64_t number);
Result<std::uint64_t> decode_number(BytesView bytes);

}  // namespace fairlead::batch
