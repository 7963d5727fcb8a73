// The operators' file of rights: which principal may register under which roles, speak for which
// agents, run tasks as which users and use which verbs. Strict YAML; read once at the start.
#pragma once

#include <string>

#include "common/acl.h"
#include "common/result.h"

namespace fairlead {

/// rules:
///   - principal: batch           # "*" is everybody
///     roles: [analytics]         # and their sub-roles; "*" is every role
///     agents: ["rack1-*"]        # ids, or prefixes that end in "*"
///     users: [nobody]            # "*" is every user
///     verbs: [set_weight, kill]  # "*" is every verb
/// kInvalid with line and column; kNotFound when the file cannot be opened.
Result<Acl> read_acl_file(const std::string& path);

/// What a flag --acl-file says: the file's rules; everything is allowed when `path` is empty.
/// Errors name the flag.
Result<Acl> acl_of_flag(const std::string& path);

}  // namespace fairlead
