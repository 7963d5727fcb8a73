#include "common/version.h"

namespace fairlead {

const char* version() {
  return FAIRLEAD_VERSION;
}

}  // namespace fairlead
