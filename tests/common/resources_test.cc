#include "common/resources.h"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

Resources resources(std::string_view text) {
  return parse_resources(text).value();
}
Amounts amounts(std::string_view text) {
  return parse_amounts(text).value();
}

TEST(Resources, ReservedAndUnreservedAreDifferentLots) {
  Resources all = resources("cpus:4;cpus(ads):2;mem:8GiB");
  EXPECT_EQ(all.lots.size(), 2U);
  EXPECT_EQ(to_string(all), "cpus:4;mem:8GiB;cpus(ads):2");
  EXPECT_EQ(to_string(total(all)), "cpus:6;mem:8GiB");
}

TEST(Resources, ARoleMayUseItsOwnAndItsAncestorsReservations) {
  Resources all = resources("cpus:1;cpus(ads):2;cpus(ads/eu):4;cpus(web):8");
  EXPECT_EQ(to_string(usable_by(all, {"ads/eu"})), "cpus:1;cpus(ads):2;cpus(ads/eu):4");
  EXPECT_EQ(to_string(usable_by(all, {"ads"})), "cpus:1;cpus(ads):2");
  EXPECT_EQ(to_string(usable_by(all, {"adsx"})), "cpus:1");
}

TEST(Resources, TakeUsesReservedLotsFirstAndTheLowestPorts) {
  Resources have = resources("cpus:4;ports:[31000-31009];cpus(ads):1");
  std::optional<Resources> taken = take(have, amounts("cpus:2;ports:[1-2]"), {"ads"});
  ASSERT_TRUE(taken);
  EXPECT_EQ(to_string(*taken), "cpus:1;ports:[31000-31001];cpus(ads):1");
  EXPECT_TRUE(contains(have, *taken));
  EXPECT_FALSE(take(have, amounts("cpus:5"), {"web"}));
}

TEST(Resources, SubtractingALotEntirelyRemovesIt) {
  Resources have = resources("cpus:4;cpus(ads):1");
  subtract(have, resources("cpus(ads):1"));
  EXPECT_EQ(to_string(have), "cpus:4");
  EXPECT_FALSE(contains(have, resources("cpus(ads):1")));
}

TEST(Resources, ABadRoleInAReservationIsRefused) {
  EXPECT_FALSE(parse_resources("cpus(a//b):1").ok());
}

TEST(Resources, RevocableLotsAreReadAndWrittenAndCutByThoseWhoAskForThem) {
  Resources both = parse_resources("cpus:4;cpus{revocable}:8;mem(a){revocable}:1GiB").value();
  EXPECT_EQ(to_string(both), "cpus:4;cpus{revocable}:8;mem(a){revocable}:1GiB");
  EXPECT_EQ(to_string(revocable_part(both)), "cpus:8;mem(a):1GiB");
  EXPECT_EQ(to_string(as_revocable(revocable_part(both))),
            "cpus{revocable}:8;mem(a){revocable}:1GiB");
  EXPECT_FALSE(take(both, total(parse_resources("cpus:5").value()), {"a"}));
}

TEST(Resources, WhatOperationsMakeIsWrittenAndRead) {
  constexpr const char* kText =
      "cpus(ads,ads/eu@alice):2;disk(web@a%40b):1GiB;disk(web@a%40b){volume:db:data/db}:4GiB";
  Resources all = resources(kText);
  ASSERT_EQ(all.lots.size(), 3U);
  EXPECT_EQ(to_string(all), kText);
  EXPECT_EQ(all.lots[0].kind.reservations.size(), 2U);
  EXPECT_EQ(all.lots[1].kind.reservations.back().principal.text, "a@b");
  EXPECT_EQ(all.lots[2].kind.volume->container_path, "data/db");
  for (const char* text :
       {"cpus(a,b@x):1", "cpus(a@x,a/b):1", "cpus(a,a@x):1", "cpus(*,a@x):1", "cpus(a@x%):1",
        "cpus(a@x%2g):1", "disk(a){volume:db}:1GiB", "disk(a){volume::p}:1GiB", "cpus(a:1"}) {
    EXPECT_FALSE(parse_resources(text).ok()) << text;
  }
}

}  // namespace
}  // namespace fairlead
