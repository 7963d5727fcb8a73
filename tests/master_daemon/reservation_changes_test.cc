// Bodies that reserve and make volumes, and how an agent's reservations are shown.
#include "master/daemon/reservation_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fairlead {
namespace {

using ::testing::HasSubstr;

/// What the body asks for, as text, or why it cannot be read.
std::string asked(const std::string& verb, const std::string& body) {
  std::optional<Result<OperatorRequest>> read = read_conversion(verb, "a1", body);
  if (!read) return "no verb";
  if (!*read) return read->error().message;
  return to_string(std::get<ConvertResources>(**read).operation);
}

TEST(ReservationBody, NamesAmountsAndRole) {
  EXPECT_EQ(asked("reserve", R"({"resources":"cpus:4;mem:8GiB","role":"a/b","from":"a"})"),
            "reserve cpus:4;mem:8GiB for a/b from a");
  EXPECT_EQ(asked("unreserve", R"({"resources":"cpus:4","role":"a/b"})"),
            "unreserve cpus:4 of a/b");
  EXPECT_EQ(asked("create_volume", R"({"role":"a","id":"db","size":"10GiB","path":"data/db"})"),
            "create volume db of a: disk 10GiB at data/db");
  EXPECT_EQ(asked("create_volume",
                  R"({"role":"a","id":"db","size":"10GiB","path":"data/db","shared":true})"),
            "create shared volume db of a: disk 10GiB at data/db");
  EXPECT_EQ(asked("destroy_volume", R"({"role":"a","id":"db"})"), "destroy volume db of a");
  EXPECT_EQ(asked("resize_volume", "{}"), "no verb");
}

TEST(ReservationBody, SaysWhatItHasToLookLike) {
  for (const char* body :
       {"", "[]", "{}", R"({"resources":"cpus:4"})", R"({"resources":4,"role":"a"})",
        R"({"resources":"cpus:4","role":"a","form":"b"})"}) {
    EXPECT_THAT(asked("reserve", body), HasSubstr(R"({"resources":"cpus:4;mem:8GiB")")) << body;
  }
  EXPECT_THAT(asked("unreserve", R"({"resources":"cpus:4","role":"a","from":"b"})"),
              HasSubstr(R"("role":"a/b"})"));
  EXPECT_THAT(asked("create_volume", R"({"role":"a","id":"db","size":"1GiB"})"),
              HasSubstr(R"("path":"data/db")"));
  EXPECT_THAT(
      asked("create_volume", R"({"role":"a","id":"db","size":"1GiB","path":"d","shared":"maybe"})"),
      HasSubstr(R"("shared":false)"));
  EXPECT_THAT(asked("create_volume", R"({"role":"a","id":"db","size":"much","path":"d"})"),
              HasSubstr("512MiB"));
}

TEST(ReservationView, ShowsLevelsAndVolumes) {
  const Resources total =
      parse_resources("cpus:4;cpus(a,a/b@ops):1;disk(a){volume:db:data}:1GiB").value();
  EXPECT_EQ(views::reservations(total).dump(),
            R"([{"levels":[{"by_operation":false,"role":"a"}],"resources":{"disk":"1GiB"},)"
            R"("role":"a","volume":{"id":"db","path":"data"}},)"
            R"({"levels":[{"by_operation":false,"role":"a"},)"
            R"({"by_operation":true,"principal":"ops","role":"a/b"}],)"
            R"("resources":{"cpus":"1"},"role":"a/b"}])");
}

}  // namespace
}  // namespace fairlead
