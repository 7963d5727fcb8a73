// The folders of persistent volumes on this machine, `<root>/<role>/<id>`. Above them nobody but
// root may look: a container sees its volume as a mount. A folder that goes is first moved below
// `<root>/.gone`, durably, and deleted there (volume_deletion.h): whatever happens in between, no
// container gets it any more. Every step is taken in an open folder and follows no symbolic link.
// Any thread. A sync that fails ends the process.
#pragma once

#include <string>
#include <vector>

#include "common/container.h"
#include "common/result.h"

namespace fairlead {

/// `root` and its `.gone`, for root alone. In the first life of an agent what lies there is
/// another's, and no volume of this one begins with it: it is moved to
/// `<root>/.of-<seconds since 1970>`, which is logged.
Status open_volume_root(const std::string& root, bool is_first_life);
/// Makes the folders that are missing, durably. kInvalid: one is not `<root>/<role>/<id>`.
Status make_volume_folders(const std::string& root, const std::vector<VolumeMount>& volumes);
/// Moves the folder of a volume to `.gone/<role>/<id>/<a name of its own>`, durably. Fine when
/// there is none.
Status set_volume_aside(const std::string& root, const std::string& folder);

}  // namespace fairlead
