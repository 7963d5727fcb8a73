// Deletes what set_volume_aside has moved out of the way. What a task has left in a volume may be
// many, deep and large: it takes constant memory and descriptors, and can be stopped and begun
// again. Any one thread at a time.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "common/result.h"

namespace fairlead {

/// All that was set aside of the volume whose folder is `<root>/<role>/<id>`. On an error as much
/// is gone as can be; the rest is tried again by the next call. Fine when there is nothing.
Status delete_set_aside(const std::string& root, const std::string& folder,
                        const std::stop_token& stop);
/// The folders of which something is set aside, in order: of an earlier life.
Result<std::vector<std::string>> volumes_set_aside(const std::string& root);

}  // namespace fairlead
