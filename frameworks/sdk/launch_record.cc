#include "frameworks/sdk/launch_record.h"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "common/limits.h"

namespace fairlead::sdk {
namespace {

constexpr std::string_view kNothing = "-";

Bytes to_bytes(const std::string& text) {
  return Bytes(text.begin(), text.end());
}

std::string word(const std::string& text) {
  return text.empty() ? std::string(kNothing) : text;
}

std::string unword(std::string_view text) {
  return text == kNothing ? std::string() : std::string(text);
}

std::vector<std::string> words(BytesView bytes) {
  std::vector<std::string> found(1);
  for (const std::uint8_t byte : bytes) {
    const char c = static_cast<char>(byte);
    if (c == ' ') {
      found.emplace_back();
    } else {
      found.back().push_back(c);
    }
  }
  return found;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty()) {
    return std::nullopt;
  }
  return value;
}

Error damaged(std::string_view what) {
  return {ErrorCode::kCorrupt, std::string(what) + ": damaged row in the framework's store"};
}

class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      mix(static_cast<std::uint8_t>(c));
    }
    mix(0);
  }
  void add(std::int64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      mix(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  void mix(std::uint8_t byte) {
    value_ ^= byte;
    value_ *= 1'099'511'628'211ULL;
  }
  std::uint64_t value_ = 14'695'981'039'346'656'037ULL;
};

}  // namespace

std::string launch_row_key(const LaunchKey& key) {
  return std::string(kLaunchPrefix) + key.task.text + "/" + std::to_string(key.attempt);
}

Result<LaunchKey> parse_launch_row_key(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  if (!key.starts_with(kLaunchPrefix) || slash < kLaunchPrefix.size()) {
    return damaged(key);
  }
  const auto attempt = number(key.substr(slash + 1));
  const std::string_view task = key.substr(kLaunchPrefix.size(), slash - kLaunchPrefix.size());
  if (!attempt || *attempt > UINT32_MAX || task.empty()) {
    return damaged(key);
  }
  return LaunchKey{{std::string(task)}, static_cast<std::uint32_t>(*attempt)};
}

Bytes encode(const Identity& identity) {
  return to_bytes(word(identity.framework.text) + " " + word(identity.cluster.text) + " " +
                  std::to_string(identity.epoch.number));
}

Bytes encode(const LifeRecord& life) {
  return to_bytes(word(life.kind) + " " + std::to_string(life.session.number));
}

Bytes encode(const LaunchRecord& record) {
  return to_bytes(word(record.agent.text) + " " + std::to_string(record.spec_digest) + " " +
                  std::to_string(static_cast<unsigned>(record.state)) + " " +
                  std::to_string(record.update));
}

Result<Identity> decode_identity(BytesView bytes) {
  const auto parts = words(bytes);
  const auto epoch = parts.size() == 3 ? number(parts[2]) : std::nullopt;
  if (!epoch) {
    return damaged(kIdentityKey);
  }
  return Identity{{unword(parts[0])}, {unword(parts[1])}, {*epoch}};
}

Result<LifeRecord> decode_life(BytesView bytes) {
  const auto parts = words(bytes);
  const auto session = parts.size() == 2 ? number(parts[1]) : std::nullopt;
  if (!session || *session > ~std::uint64_t{0} - limits::kSessionsOfALifeMax) {
    return damaged(kLifeKey);
  }
  return LifeRecord{unword(parts[0]), {*session}};
}

Result<LaunchRecord> decode_launch_record(BytesView bytes) {
  const auto parts = words(bytes);
  if (parts.size() != 4) {
    return damaged("launch record");
  }
  const auto digest = number(parts[1]);
  const auto state = number(parts[2]);
  const auto update = number(parts[3]);
  if (!digest || !state || !update || *state > static_cast<unsigned>(TaskState::kUnknown)) {
    return damaged("launch record");
  }
  return LaunchRecord{{unword(parts[0])}, *digest, static_cast<TaskState>(*state), *update};
}

Status check_state(const std::vector<StateRow>& rows, const std::string& kind) {
  for (const StateRow& row : rows) {
    if (!row.key.starts_with("sdk/") && !row.key.starts_with(kAppPrefix)) {
      return Error{ErrorCode::kConflict,
                   to_string(Complaint{.what = "state",
                                       .where = "row " + row.key,
                                       .expected = "rows of a framework",
                                       .got = "a master's registry, or somebody else's",
                                       .hint = "each framework has a place of its own"})};
    }
    if (row.key != kLifeKey) {
      continue;
    }
    const auto life = decode_life(row.value);
    if (!life.ok()) {
      return life.error();
    }
    if (life->kind != kind) {
      return Error{ErrorCode::kConflict,
                   to_string(Complaint{.what = "state",
                                       .where = "row " + row.key,
                                       .expected = "of a framework of kind " + word(kind),
                                       .got = word(life->kind),
                                       .hint = "each framework has a place of its own"})};
    }
  }
  return {};
}

std::uint64_t spec_digest(const TaskSpec& spec) {
  Digest digest;
  digest.add(spec.id.text);
  for (const std::string& argument : spec.command.argv) {
    digest.add(argument);
  }
  for (const EnvironmentVariable& variable : spec.command.environment) {
    digest.add(variable.name);
    digest.add(variable.value);
  }
  digest.add(spec.command.user);
  digest.add(spec.command.working_directory);
  digest.add(spec.limits.cpu_milli.value_or(-1));
  digest.add(spec.limits.memory_kib.value_or(-1));
  digest.add(spec.limits.pids.value_or(-1));
  return digest.value();
}

}  // namespace fairlead::sdk
