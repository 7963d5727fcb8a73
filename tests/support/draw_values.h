// Draws values: amounts, resources, attributes, statuses and specs of tasks. Called inside
// rc::gen::exec only; they satisfy the invariants of their types and common/limits.h.
#pragma once

#include "common/attributes.h"
#include "common/resources.h"
#include "common/result.h"
#include "common/task.h"

namespace fairlead::generators {

Amounts draw_amounts();
Resources draw_resources();
Attributes draw_attributes();
Label draw_label();
TaskStatus draw_status();
TaskSpec draw_spec();
Error draw_error();

}  // namespace fairlead::generators
