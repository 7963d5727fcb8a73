#include "agent/daemon/host_facts.h"

#include <sys/random.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "common/ids.h"
#include "isolators/apply/descriptor.h"

namespace fairlead {
namespace {

constexpr std::size_t kHostCharsMax = 64;

Result<std::int64_t> memory_kib() {
  std::ifstream info("/proc/meminfo");
  std::string word;
  std::int64_t kib = 0;
  if (info >> word >> kib && word == "MemTotal:" && kib > 0) return kib;
  return Error{ErrorCode::kUnavailable, "/proc/meminfo: no MemTotal"};
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  std::string clean;
  for (const char* c = name.data(); *c != '\0' && clean.size() < kHostCharsMax; ++c) {
    bool good = check_id_text(std::string("x") + *c, "hostname").ok();
    clean += good ? *c : '-';
  }
  while (!clean.empty() && (clean.front() == '-' || clean.front() == '.')) clean.erase(0, 1);
  return clean.empty() ? "localhost" : clean;
}

Result<std::string> boot_id() {
  Result<std::string> text = read_file("/proc/sys/kernel/random/boot_id");
  if (!text) return text.error();
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

AgentId fresh_agent_id(const std::string& hostname) {
  std::array<unsigned char, 4> random{};
  check(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()),
        "the kernel gives 4 random bytes");
  AgentId id{hostname + "-"};
  for (unsigned char byte : random) {
    constexpr const char* kHex = "0123456789abcdef";
    id.text += kHex[byte >> 4];
    id.text += kHex[byte & 15];
  }
  return id;
}

Result<DiskSampled> sample_disk(const std::string& path) {
  struct statvfs facts {};
  if (::statvfs(path.c_str(), &facts) != 0) {
    return Error{ErrorCode::kUnavailable, "disk of " + path + ": " + std::strerror(errno)};
  }
  auto kib = [&](fsblkcnt_t blocks) {
    return static_cast<std::int64_t>(blocks * (facts.f_frsize / 1024));
  };
  // What only root may use counts as used: tasks cannot have it.
  return DiskSampled{.total_kib = kib(facts.f_blocks - facts.f_bfree + facts.f_bavail),
                     .free_kib = kib(facts.f_bavail)};
}

Result<Amounts> machine_amounts(const std::string& path) {
  Result<std::int64_t> memory = memory_kib();
  if (!memory) return memory.error();
  Result<DiskSampled> disk = sample_disk(path);
  if (!disk) return disk.error();
  Amounts whole;
  whole.scalars[StandardScalar::kCpus] = ::sysconf(_SC_NPROCESSORS_ONLN) * 1000;
  whole.scalars[StandardScalar::kMem] = *memory;
  // Not what is free: a restart would take away what tasks and volumes have written.
  whole.scalars[StandardScalar::kDisk] = disk->total_kib;
  whole.ranges.push_back({"ports", {{31000, 32000}}});
  return whole;
}

Result<Amounts> without_reserve(Amounts whole, const Amounts& reserve) {
  if (!contains(whole, reserve)) {
    return invalid({.what = "flag --system-reserved",
                    .expected = "at most " + to_string(whole),
                    .got = to_string(reserve)});
  }
  subtract(whole, reserve);
  return whole;
}

}  // namespace fairlead
