#include "isolators/apply/apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace fairlead::isolators {
namespace {

/// Does one step at a time and remembers what it made, for undoing.
class Builder {
 public:
  Status operator()(const EnsureDirectory& step) {
    if (::mkdir(step.path.c_str(), 0755) == 0 || errno == EEXIST) return {};
    return system_error("make cgroup", step.path, errno);
  }
  Status operator()(const MakeCgroup& step) {
    if (::mkdir(step.path.c_str(), 0755) != 0) return system_error("make cgroup", step.path, errno);
    made_.push_back(step.path);
    return {};
  }
  Status operator()(const WriteFile& step) { return write_existing(step.path, step.content); }
  Status operator()(const JoinCgroup& step) {
    Descriptor file(::open(step.path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.is_open()) return system_error("open", step.path, errno);
    prepared_.joins.push_back(std::move(file));
    return {};
  }
  Status operator()(const BornInCgroup& step) {
    prepared_.born.reset(::open(step.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!prepared_.born.is_open()) return system_error("open", step.path, errno);
    return {};
  }
  // The first process does these to itself.
  Status operator()(const Namespaces&) { return {}; }
  Status operator()(const SetRlimit&) { return {}; }

  void undo() {
    for (auto path = made_.rbegin(); path != made_.rend(); ++path) ::rmdir(path->c_str());
  }
  Prepared take() { return std::move(prepared_); }

 private:
  std::vector<std::string> made_;
  Prepared prepared_;
};

Result<Prepared> apply_once(const ContainerPlan& plan) {
  Builder builder;
  for (const Step& step : plan.steps) {
    Status done = std::visit([&builder](const auto& s) { return builder(s); }, step);
    if (done) continue;
    builder.undo();
    return Error{done.error().code, "container " + plan.id.text + ": " + done.error().message};
  }
  return builder.take();
}

}  // namespace

Result<Prepared> apply(const ContainerPlan& plan) {
  Result<Prepared> first = apply_once(plan);
  // Another agent that is just ending may remove the empty shared directories between two steps.
  if (first || first.error().code != ErrorCode::kNotFound) return first;
  return apply_once(plan);
}

}  // namespace fairlead::isolators
