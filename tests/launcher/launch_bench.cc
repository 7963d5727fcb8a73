// How many containers per second one launcher starts, runs (/bin/true) and cleans up. Needs root.
//   launch_bench [containers] [in flight] [shim]
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "agent/launcher/launcher.h"
#include "isolators/apply/host.h"
#include "tests/support/poll_loop.h"

namespace fairlead {
namespace {

int measure(int count, int in_flight, const std::string& shim) {
  using Clock = std::chrono::steady_clock;
  const Result<isolators::HostFacts> host = isolators::detect_host();
  if (!host) return std::fprintf(stderr, "%s\n", host.error().message.c_str()), 1;
  std::string root = (std::filesystem::temp_directory_path() / "fairlead-bench-XXXXXX").string();
  if (::mkdtemp(root.data()) == nullptr) return 1;
  test::PollLoop loop;
  int launched = 0;
  int ended = 0;
  int good = 0;
  std::map<ContainerId, Clock::time_point> begun;
  std::vector<double> start_ms;
  Launcher launcher(
      loop,
      {.shim = shim,
       .host = *host,
       .cgroup_parent = "fairlead/bench-" + std::to_string(::getpid())},
      {.on_started =
           [&](const ContainerId& id, const ShimIdentity&, std::int32_t) {
             start_ms.push_back(
                 std::chrono::duration<double, std::milli>(Clock::now() - begun[id]).count());
           },
       .on_exited =
           [&](const ContainerExit& exit) {
             ++ended;
             if (exit.exit && exit.exit->code == 0) ++good;
             if (!exit.launch_error.empty())
               std::fprintf(stderr, "%s\n", exit.launch_error.c_str());
           }});
  const auto begin = Clock::now();
  while (ended < count) {
    while (launched < count && launched - ended < in_flight) {
      ContainerSpec spec;
      spec.id = {"c" + std::to_string(launched++)};
      spec.command.argv = {"/bin/true"};
      spec.sandbox = root + "/" + spec.id.text;
      spec.meta = spec.sandbox + ".meta";
      spec.cpu_milli = 100;
      spec.memory_limit_kib = 64 << 10;
      spec.pids_max = 50;
      begun[spec.id] = Clock::now();
      if (Status ok = launcher.launch(spec); !ok)
        return std::fprintf(stderr, "%s\n", ok.error().message.c_str()), 1;
    }
    const int before = ended;
    if (!loop.run_until([&] { return ended > before; })) return 1;
  }
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  launcher.remove_parents();
  std::filesystem::remove_all(root);
  std::sort(start_ms.begin(), start_ms.end());
  const std::size_t n = start_ms.size();
  std::printf(
      "{\"containers\":%d,\"in_flight\":%d,\"good\":%d,\"per_s\":%.1f,\"start_ms_p50\":%.2f,"
      "\"start_ms_p99\":%.2f}\n",
      count, in_flight, good, count / elapsed, n ? start_ms[n / 2] : 0,
      n ? start_ms[n * 99 / 100] : 0);
  return good == count ? 0 : 1;
}

}  // namespace
}  // namespace fairlead

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 200;
  const int in_flight = argc > 2 ? std::atoi(argv[2]) : 1;
  const std::string shim = argc > 3 ? argv[3] : FAIRLEAD_BINARY_DIR "/bin/fairlead-shim";
  return fairlead::measure(count, in_flight, shim);
}
