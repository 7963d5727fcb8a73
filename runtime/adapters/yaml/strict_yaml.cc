#include "runtime/adapters/yaml/strict_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "common/edit_distance.h"
#include "common/limits.h"
#include "common/parse_units.h"

namespace fairlead {

/// Nodes in one vector, addressed by index: no recursion, no ownership between nodes.
struct YamlNode::Tree {
  enum class Kind { kNull, kScalar, kList, kMap };
  struct Key {
    std::string text;
    std::size_t line = 0;
    std::size_t column = 0;
  };
  struct Node {
    Kind kind = Kind::kNull;
    std::string text;
    bool is_plain = false;  ///< written without quotes
    std::size_t line = 0;
    std::size_t column = 0;
    std::vector<Key> keys;              ///< of a map
    std::vector<std::size_t> children;  ///< of a list, or the values of `keys`
  };

  std::string name;
  std::vector<Node> nodes;

  class Builder;
};

namespace {

constexpr std::size_t kDepthMax = 64;  // levels; deeper is an attack or a mistake

struct Refusal {
  YAML::Mark mark;
  Complaint complaint;
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

bool is_null_word(const std::string& text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

}  // namespace

/// Builds the tree from yaml-cpp's events. Throws Refusal, which stops at parse().
class YamlNode::Tree::Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Tree& tree) : tree_(tree) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(mark, {.kind = Kind::kNull, .is_plain = true});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{mark, {.what = "aliases are not allowed", .hint = "write the value out"}};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    // yaml-cpp says "?" for a plain scalar and "!" for a quoted one.
    const bool plain = tag == "?" || tag.empty();
    if (!plain && tag != "!") throw Refusal{mark, {.what = "tags are not allowed", .got = tag}};
    const bool is_null = plain && is_null_word(value);
    add(mark, {.kind = is_null ? Kind::kNull : Kind::kScalar, .text = value, .is_plain = plain});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::kList);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::kMap);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    std::size_t index;
    bool expects_key;
    std::set<std::string> seen;
  };

  static void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0)
      throw Refusal{mark, {.what = "anchors are not allowed", .hint = "write the value out"}};
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    refuse_anchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Refusal{mark, {.what = "tags are not allowed", .got = tag}};
    }
    if (open_.size() >= kDepthMax) throw Refusal{mark, {.what = "nested more than 64 levels deep"}};
    const std::size_t index = add(mark, {.kind = kind});
    open_.push_back({.index = index, .expects_key = kind == Kind::kMap, .seen = {}});
  }
  std::size_t add(const YAML::Mark& mark, Node node) {
    if (!open_.empty() && open_.back().expects_key) {
      add_key(mark, node);
      return 0;
    }
    node.line = static_cast<std::size_t>(mark.line) + 1;
    node.column = static_cast<std::size_t>(mark.column) + 1;
    const std::size_t index = tree_.nodes.size();
    tree_.nodes.push_back(std::move(node));
    if (!open_.empty()) {
      Open& parent = open_.back();
      tree_.nodes[parent.index].children.push_back(index);
      parent.expects_key = tree_.nodes[parent.index].kind == Kind::kMap;
    }
    return index;
  }
  void add_key(const YAML::Mark& mark, const Node& node) {
    if (node.kind != Kind::kScalar) throw Refusal{mark, {.what = "a key must be a text"}};
    if (node.is_plain && node.text == "<<") {
      throw Refusal{mark,
                    {.what = "merge keys (<<) are not allowed", .hint = "write the keys out"}};
    }
    if (!open_.back().seen.insert(node.text).second) {
      throw Refusal{mark, {.what = "duplicate key \"" + node.text + "\""}};
    }
    tree_.nodes[open_.back().index].keys.push_back(
        {.text = node.text,
         .line = static_cast<std::size_t>(mark.line) + 1,
         .column = static_cast<std::size_t>(mark.column) + 1});
    open_.back().expects_key = false;
  }

  Tree& tree_;
  std::vector<Open> open_;
};

Result<YamlNode> YamlNode::parse(std::string_view text, std::string_view name) {
  auto tree = std::make_shared<Tree>();
  tree->name = std::string(name);
  if (text.size() > limits::kConfigBytesMax) {
    return Error{.code = ErrorCode::kExhausted,
                 .message = tree->name + ": " + std::to_string(text.size()) +
                            " bytes: expected at most 1 MiB"};
  }
  const auto at = [&](const YAML::Mark& mark) {
    return tree->name + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
  };
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Tree::Builder builder(*tree);
    parser.HandleNextDocument(builder);
    if (tree->nodes.empty()) tree->nodes.push_back({.line = 1, .column = 1});
    Tree rest;
    Tree::Builder rest_builder(rest);
    if (parser.HandleNextDocument(rest_builder)) {
      return Error{.code = ErrorCode::kInvalid, .message = tree->name + ": more than one document"};
    }
  } catch (const Refusal& refusal) {
    return Error{.code = ErrorCode::kInvalid,
                 .message = at(refusal.mark) + ": " + to_string(refusal.complaint)};
  } catch (const YAML::Exception& failure) {
    return Error{.code = ErrorCode::kInvalid, .message = at(failure.mark) + ": " + failure.msg};
  }
  return YamlNode(std::move(tree), 0);
}

Result<YamlNode> YamlNode::read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{.code = ErrorCode::kNotFound, .message = path + ": cannot be opened"};
  std::string text;
  char block[4096];
  // One byte more than the bound, so that parse() can say that it is too long.
  while (text.size() <= limits::kConfigBytesMax &&
         (file.read(block, sizeof block) || file.gcount() > 0)) {
    text.append(block, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad())
    return Error{.code = ErrorCode::kUnavailable, .message = path + ": cannot be read"};
  return parse(text, path);
}

bool YamlNode::is_null() const {
  return tree_->nodes[index_].kind == Tree::Kind::kNull;
}
bool YamlNode::is_scalar() const {
  return tree_->nodes[index_].kind == Tree::Kind::kScalar;
}
bool YamlNode::is_list() const {
  return tree_->nodes[index_].kind == Tree::Kind::kList;
}
bool YamlNode::is_map() const {
  return tree_->nodes[index_].kind == Tree::Kind::kMap;
}

std::string YamlNode::place(std::size_t line, std::size_t column) const {
  return tree_->name + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string YamlNode::where() const {
  return place(tree_->nodes[index_].line, tree_->nodes[index_].column);
}

Error YamlNode::error(const Complaint& complaint) const {
  return Error{.code = ErrorCode::kInvalid, .message = where() + ": " + to_string(complaint)};
}

Error YamlNode::error_at_key(std::string_view key, const Complaint& complaint) const {
  for (const Tree::Key& candidate : tree_->nodes[index_].keys) {
    if (candidate.text != key) continue;
    return Error{.code = ErrorCode::kInvalid,
                 .message = place(candidate.line, candidate.column) + ": " + to_string(complaint)};
  }
  return error(complaint);
}

Result<std::string> YamlNode::text() const {
  const Tree::Node& node = tree_->nodes[index_];
  if (node.kind == Tree::Kind::kScalar) return node.text;
  return error({.what = "wrong type",
                .expected = "a text",
                .got = is_map()    ? "a map"
                       : is_list() ? "a list"
                                   : "nothing"});
}

Result<bool> YamlNode::boolean() const {
  const Tree::Node& node = tree_->nodes[index_];
  if (is_scalar() && node.is_plain && node.text == "true") return true;
  if (is_scalar() && node.is_plain && node.text == "false") return false;
  return error({.what = "wrong type", .expected = "true or false", .got = node.text});
}

Result<std::int64_t> YamlNode::integer(const YamlRange& range) const {
  const Result<std::string> written = text();
  if (!written) return written.error();
  const Result<std::int64_t> value = parse_integer(*written);
  if (!value)
    return Error{.code = ErrorCode::kInvalid, .message = where() + ": " + value.error().message};
  if (*value >= range.min && *value <= range.max) return *value;
  return error({.what = "out of range",
                .expected = std::to_string(range.min) + ".." + std::to_string(range.max) +
                            (range.unit.empty() ? "" : " " + range.unit),
                .got = *written});
}

Result<Duration> YamlNode::duration() const {
  const Result<std::string> written = text();
  if (!written) return written.error();
  Result<Duration> value = parse_duration(*written);
  if (!value)
    return Error{.code = ErrorCode::kInvalid, .message = where() + ": " + value.error().message};
  return value;
}

Result<std::int64_t> YamlNode::bytes() const {
  const Result<std::string> written = text();
  if (!written) return written.error();
  Result<std::int64_t> value = parse_bytes(*written);
  if (!value)
    return Error{.code = ErrorCode::kInvalid, .message = where() + ": " + value.error().message};
  return value;
}

Result<std::vector<YamlNode>> YamlNode::items() const {
  if (!is_list()) return error({.what = "wrong type", .expected = "a list"});
  std::vector<YamlNode> out;
  for (std::size_t child : tree_->nodes[index_].children) out.push_back(YamlNode(tree_, child));
  return out;
}

Result<std::string> YamlNode::word(const std::vector<std::string>& words) const {
  Result<std::string> written = text();
  if (!written || std::find(words.begin(), words.end(), *written) != words.end()) return written;
  return error({.what = "wrong value",
                .expected = "one of " + joined(words),
                .got = *written,
                .hint = did_you_mean(*written, words)});
}

Result<std::vector<std::string>> YamlNode::texts() const {
  const Result<std::vector<YamlNode>> nodes = items();
  if (!nodes) return nodes.error();
  std::vector<std::string> out;
  for (const YamlNode& node : *nodes) {
    Result<std::string> item = node.text();
    if (!item) return item.error();
    out.push_back(std::move(*item));
  }
  return out;
}

Status YamlNode::expect_keys(const std::vector<std::string>& allowed) const {
  if (!is_map()) return error({.what = "wrong type", .expected = "a map with " + joined(allowed)});
  for (const Tree::Key& key : tree_->nodes[index_].keys) {
    if (std::find(allowed.begin(), allowed.end(), key.text) != allowed.end()) continue;
    return error_at_key(key.text, {.what = "unknown key \"" + key.text + "\"",
                                   .expected = "one of " + joined(allowed),
                                   .hint = did_you_mean(key.text, allowed)});
  }
  return {};
}

std::vector<std::string> YamlNode::keys() const {
  std::vector<std::string> out;
  for (const Tree::Key& key : tree_->nodes[index_].keys) out.push_back(key.text);
  return out;
}

std::optional<YamlNode> YamlNode::find(std::string_view key) const {
  const Tree::Node& node = tree_->nodes[index_];
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (node.keys[i].text == key) return YamlNode(tree_, node.children[i]);
  }
  return std::nullopt;
}

Result<YamlNode> YamlNode::require(std::string_view key) const {
  std::optional<YamlNode> found = find(key);
  if (found) return *found;
  return error({.what = "missing key \"" + std::string(key) + "\""});
}

namespace {

/// Stores a value when it was read.
template <class T>
Status store(Result<T> value, T& target) {
  if (!value) return value.error();
  target = std::move(*value);
  return {};
}

}  // namespace

Status YamlNode::read(std::string_view key, std::string& target) const {
  const auto node = find(key);
  return node ? store(node->text(), target) : Status();
}
Status YamlNode::read(std::string_view key, bool& target) const {
  const auto node = find(key);
  return node ? store(node->boolean(), target) : Status();
}
Status YamlNode::read(std::string_view key, std::int64_t& target, const YamlRange& range) const {
  const auto node = find(key);
  return node ? store(node->integer(range), target) : Status();
}
Status YamlNode::read(std::string_view key, Duration& target) const {
  const auto node = find(key);
  return node ? store(node->duration(), target) : Status();
}
Status YamlNode::read(std::string_view key, std::vector<std::string>& target) const {
  const auto node = find(key);
  return node ? store(node->texts(), target) : Status();
}
Status YamlNode::read_bytes(std::string_view key, std::int64_t& target) const {
  const auto node = find(key);
  return node ? store(node->bytes(), target) : Status();
}

}  // namespace fairlead
