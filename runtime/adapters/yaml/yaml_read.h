// How a reader of a document is put together from readers of its parts. Over strict_yaml.h; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/adapters/yaml/strict_yaml.h"

namespace fairlead {

/// Every reader, in order, until one fails. A reader is called without arguments.
template <class... Reads>
Status read_all(Reads... reads) {
  Status status;
  ((status = reads(), status.ok()) && ...);
  return status;
}

/// Reads the whole number `key` when it is there, else leaves the target alone.
/// REQUIRES: `range` fits into Integer.
template <class Integer>
Status read_integer(const YamlNode& node, std::string_view key, Integer& target,
                    const YamlRange& range) {
  auto wide = static_cast<std::int64_t>(target);
  if (Status read = node.read(key, wide, range); !read.ok()) return read;
  target = static_cast<Integer>(wide);
  return {};
}

/// Calls `each(name, node)`, which returns a Status, for every entry of the map `key` in the order
/// of the file, until one fails. Missing and null are an empty map.
template <class Each>
Status read_entries(const YamlNode& parent, std::string_view key, Each each) {
  const auto map = parent.find(key);
  if (!map || map->is_null()) return {};
  if (!map->is_map()) {
    return map->error({.what = std::string(key), .expected = "a map of names to values"});
  }
  for (const std::string& name : map->keys()) {
    if (Status read = each(name, *map->find(name)); !read.ok()) return read;
  }
  return {};
}

}  // namespace fairlead
