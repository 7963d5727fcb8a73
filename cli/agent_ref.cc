#include "cli/agent_ref.h"

#include <vector>

#include "cli/cluster_client.h"

namespace fairlead::cli {

using nlohmann::json;

Result<std::string> agent_id_of(const json& agents, const std::string& name) {
  std::vector<std::string> found;
  std::string gone = name;  // the master says what it is, or that it is not known
  for (const json& one : list_of(agents, "agents")) {
    const std::string id = text_of(one, "id");
    if (id == name) return id;
    if (text_of(one, "hostname") != name) continue;
    if (text_of(one, "state") == "gone") {
      gone = id;
    } else {
      found.push_back(id);
    }
  }
  if (found.empty()) return gone;
  if (found.size() == 1) return found.front();
  return invalid({.what = "agent",
                  .expected = "an id, since several agents have this hostname",
                  .got = name,
                  .hint = found[0] + " or " + found[1]});
}

}  // namespace fairlead::cli
