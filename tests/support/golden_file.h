// A file below tests/ that holds the expected output of a test. FAIRLEAD_REWRITE=1 in the
// environment writes into it what the test says now. For every golden test; gtest's main thread.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace fairlead::test {

/// The whole file; "" when it is not there.
std::string read_golden(const std::filesystem::path& path);

/// Succeeds when the file holds exactly `actual`, else says where they differ. When rewriting is
/// asked for, the file holds `actual` afterwards, and it still fails: a run that wrote its own
/// expectations has proved nothing.
testing::AssertionResult matches_golden(const std::filesystem::path& path,
                                        const std::string& actual);

/// The lines that differ, with '-' for what was expected and '+' for what came, under the last line
/// in front of them that is not indented (a script's command):
///
///     line 12: accept f1 1 t1 cpus:1
///     -   send a1 LaunchTask t1
///     +   send f1 TASK_ERROR t1
///
/// "" when they are the same.
std::string describe_difference(std::string_view expected, std::string_view actual);

}  // namespace fairlead::test
