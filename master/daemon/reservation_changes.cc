#include "master/daemon/reservation_changes.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/conversions.h"
#include "master/daemon/json_forms.h"
#include "runtime/adapters/http/json_text.h"

namespace fairlead {
namespace {

using json_forms::bad_body;
using nlohmann::json;

/// The texts of an object, which has all of `required` and may have `optional` ones; nothing when
/// it is another one.
std::optional<std::map<std::string, std::string>> texts_of(
    const std::string& body, const std::vector<std::string>& required,
    const std::vector<std::string>& optional = {}) {
  const json object = parse_json(body);
  if (!object.is_object()) return std::nullopt;
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : object.items()) {
    bool is_known = std::find(required.begin(), required.end(), key) != required.end() ||
                    std::find(optional.begin(), optional.end(), key) != optional.end();
    if (!is_known || !(value.is_string() || value.is_boolean())) return std::nullopt;
    texts[key] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  for (const std::string& key : required) {
    if (!texts.contains(key)) return std::nullopt;
  }
  return texts;
}

Result<ResourceOperation> reserve_of(const std::string& body) {
  auto texts = texts_of(body, {"resources", "role"}, {"from"});
  if (!texts) {
    return bad_body(R"({"resources":"cpus:4;mem:8GiB","role":"a/b","from":"a"}, the last optional)",
                    body);
  }
  Result<Amounts> amounts = parse_amounts((*texts)["resources"]);
  if (!amounts) return amounts.error();
  return ResourceOperation{
      operation::Reserve{*amounts, {(*texts)["role"]}, {(*texts)["from"]}, {}}};
}

Result<ResourceOperation> unreserve_of(const std::string& body) {
  auto texts = texts_of(body, {"resources", "role"});
  if (!texts) return bad_body(R"({"resources":"cpus:4;mem:8GiB","role":"a/b"})", body);
  Result<Amounts> amounts = parse_amounts((*texts)["resources"]);
  if (!amounts) return amounts.error();
  return ResourceOperation{operation::Unreserve{*amounts, {(*texts)["role"]}}};
}

Result<ResourceOperation> create_volume_of(const std::string& body) {
  auto texts = texts_of(body, {"role", "id", "size", "path"}, {"shared"});
  const bool is_shared = texts && (*texts)["shared"] == "true";
  if (!texts || !(is_shared || (*texts)["shared"].empty() || (*texts)["shared"] == "false")) {
    return bad_body(R"({"role":"a/b","id":"db","size":"10GiB","path":"data/db","shared":false}, )"
                    "the last optional",
                    body);
  }
  Result<Amounts> size = parse_amounts("disk:" + (*texts)["size"]);
  if (!size) return size.error();
  return ResourceOperation{operation::CreateVolume{{(*texts)["role"]},
                                                   {(*texts)["id"], (*texts)["path"]},
                                                   size->scalars[StandardScalar::kDisk],
                                                   is_shared}};
}

Result<ResourceOperation> destroy_volume_of(const std::string& body) {
  auto texts = texts_of(body, {"role", "id"});
  if (!texts) return bad_body(R"({"role":"a/b","id":"db"})", body);
  return ResourceOperation{operation::DestroyVolume{{(*texts)["role"]}, (*texts)["id"]}};
}

using Read = Result<ResourceOperation> (*)(const std::string&);

const std::map<std::string, Read>& readers() {
  static const std::map<std::string, Read> kReaders = {{"reserve", reserve_of},
                                                       {"unreserve", unreserve_of},
                                                       {"create_volume", create_volume_of},
                                                       {"destroy_volume", destroy_volume_of}};
  return kReaders;
}

}  // namespace

std::optional<Result<OperatorRequest>> read_conversion(const std::string& verb,
                                                       const std::string& agent,
                                                       const std::string& body) {
  auto reader = readers().find(verb);
  if (reader == readers().end()) return std::nullopt;
  Result<ResourceOperation> operation = reader->second(body);
  if (!operation) return Result<OperatorRequest>(operation.error());
  return Result<OperatorRequest>(ConvertResources{{agent}, std::move(*operation)});
}

namespace views {

json reservations(const Resources& total) {
  json list = json::array();
  for (const Lot& lot : total.lots) {
    if (!lot.kind.is_reserved()) continue;
    json levels = json::array();
    for (const Reservation& one : lot.kind.reservations) {
      bool is_by_operation = one.kind == ReservationKind::kDynamic;
      json level = {{"role", one.role.text}, {"by_operation", is_by_operation}};
      if (is_by_operation) level["principal"] = one.principal.text;
      levels.push_back(std::move(level));
    }
    json view = {{"role", lot.kind.reservations.back().role.text},
                 {"levels", std::move(levels)},
                 {"resources", json_forms::of(Resources{{{LotKind{}, lot.amounts}}})}};
    if (lot.kind.volume) {
      view["volume"] = {{"id", lot.kind.volume->id}, {"path", lot.kind.volume->container_path}};
    }
    list.push_back(std::move(view));
  }
  return list;
}

void add_reservations(const master::MasterState& state, const master::AgentEntry& agent,
                      json& view) {
  bool has_total = agent.total != master::kNoSlot;
  if (has_total) view["reservations"] = reservations(state.shapes[agent.total]);
  auto known = state.reservations.find(agent.id());
  if (known == state.reservations.end()) return;
  const ConvertedTotal now = master::total_of(known->second);
  const Resources destroyed = master::being_destroyed(known->second);
  if (!has_total) {
    // Nothing has been reported: what is converted is missing, all of it.
    view["reservations"] = reservations(now.missing);
  }
  if (!destroyed.is_zero()) view["destroying"] = reservations(destroyed);
  if (has_total && !now.missing.is_zero()) view["missing"] = reservations(now.missing);
}

}  // namespace views
}  // namespace fairlead
