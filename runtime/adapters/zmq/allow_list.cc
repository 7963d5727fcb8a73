#include "runtime/adapters/zmq/allow_list.h"

#include <sstream>
#include <utility>

#include "common/limits.h"
#include "runtime/adapters/zmq/curve_keys.h"

namespace fairlead {

Result<AllowList::Keys> AllowList::parse(const std::string& path, const std::string& text) {
  Keys keys;
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line == "#" || line.starts_with("# "))
      continue;  // a key may start with '#'
    std::size_t space = line.find(' ');
    std::string key = line.substr(0, space);
    std::string principal = space == std::string::npos ? std::string() : line.substr(space + 1);
    std::string where = "line " + std::to_string(number);
    if (!is_curve_key(key)) {
      return invalid({.what = "allow-list " + path,
                      .where = where,
                      .expected = "a public key (40 characters of z85), a space and a principal",
                      .got = key.substr(0, 60)});
    }
    Status name = check_id_text(principal, "allow-list " + path + ": " + where + ": principal");
    if (!name.ok()) return name.error();
    if (!keys.emplace(key, Principal{principal}).second) {
      return invalid(
          {.what = "allow-list " + path, .where = where, .expected = "each key once", .got = key});
    }
  }
  return keys;
}

Result<std::unique_ptr<AllowList>> AllowList::load(const std::string& path) {
  std::unique_ptr<AllowList> list(new AllowList(path));
  Status read = list->refresh();
  if (!read.ok()) return read.error();
  return list;
}

Status AllowList::refresh() {
  std::lock_guard<std::mutex> lock(mutex_);
  // Before the content: a change in between is then seen next time.
  std::optional<FileMark> mark = mark_of_file(path_);
  if (mark && *mark == mark_) return last_read_;
  Result<Keys> keys = read(path_);
  mark_ = mark.value_or(FileMark{});
  last_read_ = keys.ok() ? Status() : Status(keys.error());
  if (!keys.ok()) return last_read_;
  keys_ = std::move(*keys);
  std::erase_if(revoked_, [this](const std::string& key) { return !keys_.contains(key); });
  revision_.fetch_add(1, std::memory_order_release);
  return {};
}

Result<AllowList::Keys> AllowList::read(const std::string& path) {
  Result<std::string> text =
      read_file_safely(path, {.bytes_max = limits::kConfigBytesMax, .forbidden_mode = 0022});
  if (!text.ok()) return text.error();
  return parse(path, *text);
}

std::optional<Principal> AllowList::principal_of(std::string_view key) const {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = keys_.find(key);
  if (found == keys_.end() || revoked_.contains(key)) return std::nullopt;
  return found->second;
}

bool AllowList::revoke(std::string_view key) {
  std::lock_guard<std::mutex> lock(mutex_);
  bool is_new = keys_.find(key) != keys_.end() && revoked_.emplace(key).second;
  if (is_new) revision_.fetch_add(1, std::memory_order_release);
  return is_new;
}

std::size_t AllowList::revoked() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return revoked_.size();
}

}  // namespace fairlead
