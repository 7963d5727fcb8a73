// What a test file includes besides.
#pragma once
#include "cmake/precompiled/std.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
