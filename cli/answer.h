// Printing answers: listings in the form that -o asks for, and single documents. Main thread only.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command.h"
#include "cli/output/listing.h"

namespace fairlead::cli {

/// REQUIRES: options.output is one of table, json, yaml.
OutputFormat format_of(const CommonOptions& options);
void print_listing(const Listing& listing, const CommonOptions& options, Terminal& terminal);
/// A document in the form that -o asks for; `table` is its form for people.
void print_document(const nlohmann::ordered_json& document, const std::string& table,
                    const CommonOptions& options, Terminal& terminal);
/// Block style; texts are quoted as JSON quotes them, which YAML reads the same.
std::string to_yaml(const nlohmann::ordered_json& document);

/// TASK_RUNNING as "running"; running and finished are good, failures bad.
std::string short_state(const std::string& state);
CellTone tone_of(const std::string& state);

}  // namespace fairlead::cli
