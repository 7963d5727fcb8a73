#include "master/state.h"
