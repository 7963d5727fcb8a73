#include "common/resource_operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "common/conversions.h"

namespace fairlead {
namespace {

using operation::CreateVolume;
using operation::DestroyVolume;
using operation::Reserve;
using operation::Unreserve;

constexpr std::int64_t kGib = 1 << 20;  // in KiB

Resources lots_of(std::string_view text) {
  return parse_resources(text).value();
}
Amounts amounts_of(std::string_view text) {
  return parse_amounts(text).value();
}
Reserve reserve(std::string_view text, std::string role, std::string from = "") {
  return {amounts_of(text), {std::move(role)}, {std::move(from)}, {"ops"}};
}

/// What the agent has after all of them, as text; or the first refusal.
std::string after(std::string_view whole, const std::vector<ResourceOperation>& operations) {
  Resources now = lots_of(whole);
  for (const ResourceOperation& one : operations) {
    Result<Resources> next = after_operation(now, one);
    if (!next) return next.error().message;
    now = *next;
  }
  return to_string(now);
}

TEST(Reserving, PutsARoleAboveWhatIsNobodys) {
  EXPECT_EQ(after("cpus:4;mem:8GiB;ports:[31000-31009]",
                  {reserve("cpus:1;mem:2GiB;ports:[31004]", "eng")}),
            "cpus:3;mem:6GiB;ports:[31000-31003,31005-31009];"
            "cpus(eng@ops):1;mem(eng@ops):2GiB;ports(eng@ops):[31004-31004]");
}

TEST(Reserving, IsRefinedForASubRoleOfTheOwner) {
  EXPECT_EQ(after("cpus(eng):4", {reserve("cpus:3", "eng/ads", "eng"),
                                  reserve("cpus:1", "eng/ads/eu", "eng/ads")}),
            "cpus(eng):1;cpus(eng,eng/ads@ops):2;cpus(eng,eng/ads@ops,eng/ads/eu@ops):1");
  EXPECT_EQ(after("cpus(eng):4", {reserve("cpus:1", "web", "eng")}),
            "reserve: role: expected a sub-role of 'eng', whose it is now, got \"web\"");
  EXPECT_EQ(after("cpus(eng):4", {reserve("cpus:1", "eng", "eng")}),
            "reserve: role: expected a sub-role of 'eng', whose it is now, got \"eng\"");
}

TEST(Reserving, TakesNoMoreThanIsThereAndSaysWhatThatIs) {
  EXPECT_EQ(after("cpus:2;cpus(eng):4;cpus{revocable}:8", {reserve("cpus:3", "web")}),
            "reserve: expected at most what belongs to nobody there (cpus:2), got \"cpus:3\"");
  EXPECT_EQ(after("ports:[1-5]", {reserve("ports:[4-6]", "web")}),
            "reserve: expected at most what belongs to nobody there (ports:[1-5]), got "
            "\"ports:[4-6]\"");
  EXPECT_EQ(after("cpus:2", {reserve("", "web")}),
            "reserve: resources: expected amounts like cpus:4;mem:8GiB, got \"nothing\"");
  EXPECT_EQ(after("cpus:2", {reserve("cpus:1", "*")}),
            "reserve: role: expected the role that it is to be for, got \"*\"");
}

TEST(Reserving, TakesDevicesWithTheirShares) {
  constexpr const char* kTwoGpus = "gpus:2;gpu_shares:[0-1999]";
  EXPECT_EQ(after(kTwoGpus, {reserve("gpus:1;gpu_shares:[0-999]", "eng")}),
            "gpus:1;gpu_shares:[1000-1999];gpus(eng@ops):1;gpu_shares(eng@ops):[0-999]");
  EXPECT_EQ(after(kTwoGpus, {reserve("gpus:1", "eng")}),
            "reserve: gpus: expected gpus with as many of their gpu_shares, got \"gpus:1\"; hint: "
            "gpus:1;gpu_shares:[0-999] is device 0");
}

TEST(Unreserving, TakesTheLastLevelAway) {
  EXPECT_EQ(
      after("cpus(eng):1;cpus(eng,eng/ads@ops):2", {Unreserve{amounts_of("cpus:2"), {"eng/ads"}}}),
      "cpus(eng):3");
  EXPECT_EQ(after("cpus(eng@a):1;cpus(eng@b):2", {Unreserve{amounts_of("cpus:2"), {"eng"}}}),
            "cpus:2;cpus(eng@b):1");
}

TEST(Unreserving, LeavesTheAgentsConfigurationAndVolumesAlone) {
  EXPECT_EQ(after("disk(eng):4GiB;disk(eng@ops){volume:db:data}:2GiB;disk(eng@ops):1GiB",
                  {Unreserve{amounts_of("disk:2GiB"), {"eng"}}}),
            "unreserve: expected at most what an operation reserved for role 'eng' there "
            "(disk:1GiB), got \"disk:2GiB\"; hint: a volume is destroyed first "
            "(disk(eng@ops){volume:db:data}:2GiB); disk:4GiB are of the agent's configuration");
}

TEST(Volumes, AreMadeOfReservedDiskAndGiveItBack) {
  CreateVolume create{{"eng"}, {"db", "data/db"}, 2 * kGib};
  EXPECT_EQ(after("disk:10GiB", {reserve("disk:5GiB", "eng"), create}),
            "disk:5GiB;disk(eng@ops):3GiB;disk(eng@ops){volume:db:data/db}:2GiB");
  EXPECT_EQ(after("disk(eng):5GiB", {create, DestroyVolume{{"eng"}, "db"}}), "disk(eng):5GiB");
  EXPECT_EQ(after("disk(eng):5GiB", {create, create}),
            "create volume: role 'eng' has a volume 'db' on this agent; hint: destroy it, or use "
            "another id");
  EXPECT_EQ(after("disk:10GiB", {create}),
            "create volume: expected at most the disk of one reservation for role 'eng' there "
            "(none), got \"disk:2GiB\"; hint: reserve disk for the role first");
  EXPECT_EQ(after("disk(eng):5GiB", {DestroyVolume{{"eng"}, "db"}}),
            "destroy volume: role 'eng' has no volume 'db' on this agent");
}

TEST(Volumes, AreSharedAsLongAsTheyAreThere) {
  CreateVolume create{{"eng"}, {"set", "data"}, 2 * kGib, true};
  EXPECT_EQ(after("disk(eng):5GiB", {create}),
            "disk(eng):3GiB;disk(eng){shared}{volume:set:data}:2GiB");
  EXPECT_EQ(after("disk(eng):5GiB", {create, DestroyVolume{{"eng"}, "set"}}), "disk(eng):5GiB");
}

TEST(Volumes, HaveNamesAndPathsThatFoldersCanHave) {
  const std::string long_word(256, 'p');
  for (const CreateVolume& one : {CreateVolume{{"eng"}, {"db", "data/" + long_word}, kGib},
                                  CreateVolume{{std::string(254, 'r')}, {"db", "data"}, kGib},
                                  CreateVolume{{"eng"}, {"..", "data"}, kGib}}) {
    EXPECT_THAT(after("disk(eng):5GiB", {one}), ::testing::HasSubstr("expected"));
  }
}

TEST(Volumes, OfTwoRolesMayHaveTheSameId) {
  EXPECT_EQ(after("disk(a):1GiB;disk(b):1GiB",
                  {CreateVolume{{"a"}, {"db", "d"}, kGib}, CreateVolume{{"b"}, {"db", "d"}, kGib}}),
            "disk(a){volume:db:d}:1GiB;disk(b){volume:db:d}:1GiB");
}

TEST(Volumes, StayInsideTheSandbox) {
  for (const char* path : {"data", "data/db", "..data"}) EXPECT_TRUE(check_volume_path(path).ok());
  for (const char* path : {"", "/data", "..", "a/../b", "a/./b", "a//b", "a/", "a\nb"}) {
    EXPECT_FALSE(check_volume_path(path).ok()) << path;
  }
}

// --- what an agent reports, with what operations made of it --------------------------------------

std::string with(std::string_view reported, std::string_view converted) {
  ConvertedTotal done = with_conversions(lots_of(reported), lots_of(converted));
  return to_string(done.total) + " | " + to_string(done.missing);
}

TEST(Conversions, AreAppliedToWhatAnAgentReports) {
  EXPECT_EQ(with("cpus:4;disk(eng):4GiB", "cpus(web@ops):1;disk(eng){volume:db:d}:1GiB"),
            "cpus:3;disk(eng):3GiB;disk(eng){volume:db:d}:1GiB;cpus(web@ops):1 | ");
}

TEST(Conversions, ReserveAsMuchAsThereIsOnAnAgentThatShrank) {
  EXPECT_EQ(with("cpus:2;mem:1GiB", "cpus(web@ops):3;ports(web@ops):[5]"),
            "mem:1GiB;cpus(web@ops):2 | cpus(web@ops):1;ports(web@ops):[5-5]");
}

TEST(Conversions, KeepTheDiskOfAVolumeBackThatDoesNotFit) {
  EXPECT_EQ(with("disk:3GiB", "disk(eng@ops):1GiB;disk(eng@ops){volume:db:d}:4GiB"),
            " | disk(eng@ops):1GiB;disk(eng@ops){volume:db:d}:4GiB");
}

TEST(Conversions, AreNotReportedByAgents) {
  EXPECT_TRUE(check_unconverted(lots_of("cpus:4;cpus(a):1"), "agent").ok());
  EXPECT_FALSE(check_unconverted(lots_of("cpus(a@x):1"), "agent").ok());
  EXPECT_FALSE(check_unconverted(lots_of("disk(a){volume:v:d}:1GiB"), "agent").ok());
}

// --- for any agent -------------------------------------------------------------------------------

struct Drawn {
  Resources whole;
  std::vector<ResourceOperation> operations;
};

RoleName some_role() {
  static constexpr const char* kRoles[] = {"a", "a/x", "a/x/1", "b"};
  return {kRoles[*rc::gen::inRange(0, 4)]};
}

Amounts some_amounts() {
  Amounts some;
  some.scalars[StandardScalar::kCpus] = 500 * *rc::gen::inRange(0, 4);
  some.scalars[StandardScalar::kDisk] = kGib * *rc::gen::inRange(0, 4);
  if (*rc::gen::inRange(0, 3) == 0) some.ranges = {{"ports", {{31000, 31001}}}};
  return some;
}

ResourceOperation some_operation() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
    case 1: {
      RoleName from = *rc::gen::inRange(0, 2) == 0 ? RoleName{} : some_role();
      return Reserve{some_amounts(), some_role(), from, {*rc::gen::inRange(0, 2) == 0 ? "p" : "q"}};
    }
    case 2:
      return Unreserve{some_amounts(), some_role()};
    case 3:
      return CreateVolume{some_role(),
                          {*rc::gen::inRange(0, 2) == 0 ? "v" : "w", "data"},
                          kGib,
                          *rc::gen::inRange(0, 2) == 0};
    default:
      return DestroyVolume{some_role(), *rc::gen::inRange(0, 2) == 0 ? "v" : "w"};
  }
}

/// What undoes it.
ResourceOperation inverse(const ResourceOperation& one, const Conversion& done) {
  if (const auto* r = std::get_if<Reserve>(&one)) return Unreserve{r->amounts, r->role};
  if (const auto* r = std::get_if<CreateVolume>(&one)) return DestroyVolume{r->role, r->volume.id};
  const Lot& lot = done.consumed.lots.front();
  if (const auto* r = std::get_if<DestroyVolume>(&one)) {
    return CreateVolume{r->role, *lot.kind.volume, lot.amounts.scalars[StandardScalar::kDisk],
                        lot.kind.shared};
  }
  const auto& r = std::get<Unreserve>(one);
  LotKind below = lot.kind;
  Principal principal = below.reservations.back().principal;
  below.reservations.erase(below.reservations.end() - 1);
  return Reserve{r.amounts, r.role, owner_of(below), principal};
}

RC_GTEST_PROP(ResourceOperations, ChangeNoAmountAndAreUndone, ()) {
  const Resources reported = lots_of("cpus:4;disk:8GiB;ports:[31000-31003];cpus(a):2;disk(a):4GiB");
  Resources now = reported;
  int done = 0;
  for (int i = 0; i < 20; ++i) {
    const ResourceOperation one = some_operation();
    Result<Conversion> conversion = convert(now, one);
    Result<Resources> next = after_operation(now, one);
    RC_ASSERT(conversion.ok() == next.ok());
    if (!next) continue;
    ++done;
    RC_ASSERT(total(*next) == total(reported));
    RC_ASSERT(parse_resources(to_string(*next)).value() == *next);
    // From the list of converted lots alone it is found again.
    ConvertedTotal again = with_conversions(reported, converted_part(*next));
    RC_ASSERT(again.total == *next);
    RC_ASSERT(again.missing.is_zero());
    // Lots of two kinds that became one are not told apart again.
    if (conversion->consumed.lots.size() == 1) {
      Result<Resources> back = after_operation(*next, inverse(one, *conversion));
      RC_ASSERT(back.ok());
      RC_ASSERT(total(*back) == total(reported));
      if (std::holds_alternative<CreateVolume>(one)) RC_ASSERT(*back == now);
    }
    now = *next;
  }
  RC_CLASSIFY(done > 3, "several were done");
}

RC_GTEST_PROP(ResourceOperations, ReserveThenUnreserveIsNothing, ()) {
  const Resources whole = lots_of("cpus:4;disk:8GiB;ports:[31000-31003];cpus(a):2;disk(a):4GiB");
  Reserve one{some_amounts(),
              some_role(),
              *rc::gen::inRange(0, 2) == 0 ? RoleName{} : RoleName{"a"},
              {"p"}};
  Result<Resources> reserved = after_operation(whole, one);
  RC_PRE(reserved.ok());
  RC_ASSERT(*reserved != whole);
  Result<Resources> back = after_operation(*reserved, Unreserve{one.amounts, one.role});
  RC_ASSERT(back.ok() && *back == whole);
}

}  // namespace
}  // namespace fairlead
