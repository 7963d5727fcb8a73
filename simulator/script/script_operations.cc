#include "simulator/script/script_operations.h"

namespace fairlead {

bool is_script_operation(const std::string& verb) {
  return verb == "reserve" || verb == "unreserve" || verb == "create-volume" ||
         verb == "destroy-volume";
}

Result<ResourceOperation> parse_script_operation(const ScriptLine& line, std::size_t at) {
  const std::string& verb = line.word(at);
  const RoleName role{line.word(at + 2)};
  if (verb == "destroy-volume") {
    return ResourceOperation{operation::DestroyVolume{role, line.word(at + 3)}};
  }
  if (verb == "create-volume") {
    Result<Amounts> size = parse_amounts("disk:" + line.word(at + 4));
    if (!size) return size.error();
    return ResourceOperation{operation::CreateVolume{role,
                                                     {line.word(at + 3), line.word(at + 5)},
                                                     size->scalars[StandardScalar::kDisk],
                                                     line.word(at + 6) == "shared"}};
  }
  Result<Amounts> amounts = parse_amounts(line.word(at + 3));
  if (!amounts) return amounts.error();
  if (verb == "unreserve") return ResourceOperation{operation::Unreserve{*amounts, role}};
  if (verb == "reserve") {
    return ResourceOperation{
        operation::Reserve{*amounts, role, {line.option("from")}, {line.option("by")}}};
  }
  return unreadable(line, "reserve, unreserve, create-volume or destroy-volume");
}

}  // namespace fairlead
