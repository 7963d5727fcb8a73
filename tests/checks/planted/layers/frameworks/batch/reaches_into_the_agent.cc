#include "agent/agent_core.h"
