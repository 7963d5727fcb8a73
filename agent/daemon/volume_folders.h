// The folders of persistent volumes on this machine, `<root>/<role>/<id>`. Above them nobody but
// root may look: a container sees its volume as a mount. A folder that goes is first moved into
// `<root>/.gone`, durably, and deleted there: whatever happens in between, no container gets it any
// more. Every step is taken in an open folder and follows no symbolic link. Any thread.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "common/container.h"
#include "common/result.h"

namespace fairlead {

/// `root` and its `.gone`, for root alone.
Status make_volume_root(const std::string& root);
/// Makes the folders that are missing, durably. kInvalid: one is not `<root>/<role>/<id>`.
Status make_volume_folders(const std::string& root, const std::vector<VolumeMount>& volumes);
/// Moves the folder of a volume into `.gone`, durably. Fine when there is none.
Status set_volume_aside(const std::string& root, const std::string& folder);
/// Deletes everything in `.gone`; what a task has left there may be many, deep and large. Ends
/// early when it is asked to `stop`, and can be called again. On an error as much is gone as can
/// be.
Status delete_set_aside(const std::string& root, const std::stop_token& stop);

}  // namespace fairlead
