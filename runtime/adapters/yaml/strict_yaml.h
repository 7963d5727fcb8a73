// Reads YAML strictly: duplicate and unknown keys, wrong types, aliases, merge keys, tags and
// several documents are errors with a place. A YamlNode is a read-only cursor into a parsed tree;
// copies share the tree; thread-safe. No yaml-cpp in this header.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/time.h"

namespace fairlead {

/// Inclusive bounds of a number, with the unit for the message.
struct YamlRange {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::string unit;
};

class YamlNode {
 public:
  /// Parses one document of at most limits::kConfigBytesMax bytes. `name` stands for the file in
  /// messages: `job.yaml:5:3: unknown key "cpuz": expected one of cpus, mem; hint: did you mean
  /// "cpus"?`. An empty document is a null node.
  static Result<YamlNode> parse(std::string_view text, std::string_view name);
  /// The same from a file; kNotFound when it cannot be opened.
  static Result<YamlNode> read_file(const std::string& path);

  bool is_null() const;
  bool is_scalar() const;
  bool is_list() const;
  bool is_map() const;
  /// "job.yaml:5:3", counted from 1.
  std::string where() const;
  /// An error at this place: `<where>: <complaint>`.
  Error error(const Complaint& complaint) const;

  // --- the node itself -----------------------------------------------------------------------
  /// Any scalar as it was written, unless it is null.
  Result<std::string> text() const;
  /// `true` or `false`, unquoted; `no`, `on` and friends are refused, not guessed.
  Result<bool> boolean() const;
  Result<std::int64_t> integer(const YamlRange& range = {}) const;
  Result<Duration> duration() const;
  Result<std::int64_t> bytes() const;
  Result<std::vector<YamlNode>> items() const;
  /// One of `words`, or an error that names them all.
  Result<std::string> word(const std::vector<std::string>& words) const;
  Result<std::vector<std::string>> texts() const;

  // --- maps ----------------------------------------------------------------------------------
  /// The node is a map and has no keys but these.
  Status expect_keys(const std::vector<std::string>& allowed) const;
  /// Keys in the order of the file; empty when it is not a map.
  std::vector<std::string> keys() const;
  std::optional<YamlNode> find(std::string_view key) const;
  /// kInvalid with this map's place when the key is missing.
  Result<YamlNode> require(std::string_view key) const;
  /// The place of the key itself (a value may be empty).
  Error error_at_key(std::string_view key, const Complaint& complaint) const;

  // Reads the value of `key` when it is there, else leaves the target alone.
  Status read(std::string_view key, std::string& target) const;
  Status read(std::string_view key, bool& target) const;
  Status read(std::string_view key, std::int64_t& target, const YamlRange& range = {}) const;
  Status read(std::string_view key, Duration& target) const;
  Status read(std::string_view key, std::vector<std::string>& target) const;
  Status read_bytes(std::string_view key, std::int64_t& target) const;

 private:
  struct Tree;
  YamlNode(std::shared_ptr<const Tree> tree, std::size_t index)
      : tree_(std::move(tree)), index_(index) {}
  std::string place(std::size_t line, std::size_t column) const;

  std::shared_ptr<const Tree> tree_;
  std::size_t index_;
};

}  // namespace fairlead
