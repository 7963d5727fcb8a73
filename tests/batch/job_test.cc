#include "frameworks/batch/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frameworks/batch/row_codec.h"

namespace fairlead::batch {
namespace {

using testing::HasSubstr;

JobSpec two_step_job() {
  JobSpec spec;
  spec.name = "sort";
  spec.role = {"analytics/ads"};
  spec.labels = {{"team", "ads"}};
  TaskGroup map;
  map.name = "map";
  map.instances = 20;
  map.command.argv = {"sh", "-c", "true"};
  map.command.environment = {{"A", "1"}};
  map.resources = parse_amounts("cpus:1.5;mem:64MiB;ports:[1-2]").value();
  map.limits.memory_kib = 128 << 10;
  map.limits.rlimits = {{"nofile", 64, 128}};
  map.retries = 2;
  map.on_unreachable = OnUnreachable::kRelaunch;
  map.constraints = {{"rack", ConstraintRule::kNotEquals, "a"}};
  TaskGroup reduce = map;
  reduce.name = "reduce";
  reduce.instances = 1;
  reduce.depends_on = {"map"};
  spec.tasks = {map, reduce};
  return spec;
}

TEST(JobSpec, OfTwoStepsIsValid) {
  EXPECT_TRUE(validate(two_step_job()).ok());
}

TEST(JobSpec, NamesWhatIsWrong) {
  JobSpec spec = two_step_job();
  spec.tasks[1].depends_on = {"mop"};
  EXPECT_THAT(validate(spec).error().message,
              HasSubstr("expected a task of this job, got \"mop\""));
  spec = two_step_job();
  spec.tasks[0].depends_on = {"reduce"};
  EXPECT_THAT(validate(spec).error().message, HasSubstr("no circle"));
  spec = two_step_job();
  spec.tasks[0].instances = 0;
  EXPECT_THAT(validate(spec).error().message, HasSubstr("task 'map' instances"));
  spec = two_step_job();
  spec.tasks[0].name = "a.b";
  EXPECT_THAT(validate(spec).error().message, HasSubstr("a.b"));
  spec = two_step_job();
  spec.tasks[0].gang = true;
  EXPECT_THAT(validate(spec).error().message, HasSubstr("expected on_unreachable: wait"));
  spec.tasks[0].on_unreachable = OnUnreachable::kWait;
  EXPECT_TRUE(validate(spec).ok());
  spec.tasks[0].instances = 1'001;
  EXPECT_THAT(validate(spec).error().message,
              HasSubstr("expected 2..1000 instances, got \"1001\""));
  spec.tasks[0].instances = 1;
  EXPECT_THAT(validate(spec).error().message, HasSubstr("expected 2..1000 instances, got \"1\""));
  spec = two_step_job();
  spec.tasks[0].resources = {};
  EXPECT_THAT(validate(spec).error().message, HasSubstr("resources"));
}

TEST(TaskNames, GoBothWays) {
  const TaskId id = task_id({17}, "map-a", 300);
  EXPECT_EQ(id.text, "j17.map-a.300");
  EXPECT_EQ(parse_task_id(id).value(), (TaskName{{17}, "map-a", 300}));
  for (const char* bad :
       {"", "j1", "j1.map", "j0.map.1", "x1.map.1", "j1.map.x", "j1.map.100000"}) {
    EXPECT_FALSE(parse_task_id({bad}).ok()) << bad;
  }
}

TEST(RetryPause, DoublesUpToItsMaximum) {
  EXPECT_EQ(retry_pause(seconds(1), seconds(5), 0), Duration{});
  EXPECT_EQ(retry_pause(seconds(1), seconds(5), 1), seconds(1));
  EXPECT_EQ(retry_pause(seconds(1), seconds(5), 3), seconds(4));
  EXPECT_EQ(retry_pause(seconds(1), seconds(5), 4), seconds(5));
  EXPECT_EQ(retry_pause(seconds(1), seconds(5), 4'000'000'000U), seconds(5));
}

TEST(JobRows, SurviveTheirEncoding) {
  Job job;
  job.id = {9};
  job.spec = two_step_job();
  job.spec.tasks[0].on_unreachable = OnUnreachable::kWait;
  job.spec.tasks[0].gang = true;
  job.state = JobState::kRunning;
  job.cancel_requested = true;
  job.why = "j9.map.3: exit 7";
  job.submitted_at = {-5};
  const Job again = decode_job(encode_job(job)).value();
  EXPECT_EQ(again.spec, job.spec);
  EXPECT_EQ(again.id, job.id);
  EXPECT_EQ(again.state, job.state);
  EXPECT_EQ(again.why, job.why);
  EXPECT_EQ(again.submitted_at, job.submitted_at);
  EXPECT_TRUE(again.cancel_requested);

  Instance instance;
  instance.phase = Phase::kFailed;
  instance.attempt = 3;
  instance.state = TaskState::kFailed;
  instance.exit = ExitStatus{std::nullopt, 9};
  instance.message = "killed by signal 9";
  instance.waited_ms = 77;
  EXPECT_EQ(decode_instance(encode_instance(instance)).value(), instance);
  const InstanceRef ref{{3}, 4, 5};
  EXPECT_EQ(parse_instance_key(instance_key(ref)).value(), ref);
}

TEST(JobRows, EveryTruncationIsAnErrorAndNotACrash) {
  Job job;
  job.id = {9};
  job.spec = two_step_job();
  const Bytes whole = encode_job(job);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_job(BytesView(whole).first(size)).ok()) << size;
  }
  for (const char* bad :
       {"inst/", "inst/1", "inst/1/2/x", "inst/1/2/3/4", "job/1", "inst/1/200/0"}) {
    EXPECT_FALSE(parse_instance_key(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace fairlead::batch
