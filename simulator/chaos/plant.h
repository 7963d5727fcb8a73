// Bugs that can be planted into the simulated world (never into a core), each to show that one
// checker bites. Values.
#pragma once

#include <cstdint>
#include <string_view>

#include "simulator/chaos/checkers.h"

namespace fairlead::chaos {

enum class Plant : std::uint8_t {
  kNone,
  kInflatedAgent,     ///< agents report twice the resources that they have
  kSecondContainer,   ///< adopting a container that has ended starts it again
  kLostExit,          ///< nobody is told that a container has ended
  kRepeatedStatus,    ///< a scheduler hears the status before the last one again
  kBlindAdoption,     ///< adopting does not see a container that lives
  kObedientAgent,     ///< an agent takes an old epoch's word for the newest one's
  kObedientRegistry,  ///< the registry takes the writes of a leader that was deposed
  kForgottenEpoch,    ///< a takeover does not write the epoch that it leads under
  kLyingDisk,         ///< a disk loses the last write that it acknowledged
  kHastyDisk,         ///< a disk acknowledges before it has written
  kForgetfulDrain,    ///< a takeover does not see which agents are drained
  kForgetfulGang,     ///< a takeover does not see which gangs run
  kDeafAgent,         ///< one agent stays cut off when everything else heals
};

struct PlantRow {
  Plant plant;
  std::string_view name;
  Promise caught_by;
};
inline constexpr PlantRow kPlants[] = {
    {Plant::kInflatedAgent, "inflated_agent", Promise::kNoOvercommit},
    {Plant::kSecondContainer, "second_container", Promise::kAttemptOnce},
    {Plant::kLostExit, "lost_exit", Promise::kNothingForgotten},
    {Plant::kRepeatedStatus, "repeated_status", Promise::kTerminalFinal},
    {Plant::kBlindAdoption, "blind_adoption", Promise::kStatusTrue},
    {Plant::kObedientAgent, "obedient_agent", Promise::kEpochFenced},
    {Plant::kObedientRegistry, "obedient_registry", Promise::kEpochFenced},
    {Plant::kForgottenEpoch, "forgotten_epoch", Promise::kOneLeaderPerEpoch},
    {Plant::kLyingDisk, "lying_disk", Promise::kDurable},
    {Plant::kHastyDisk, "hasty_disk", Promise::kDurableFirst},
    {Plant::kForgetfulDrain, "forgetful_drain", Promise::kDrainKept},
    {Plant::kForgetfulGang, "forgetful_gang", Promise::kGangWhole},
    {Plant::kDeafAgent, "deaf_agent", Promise::kConverges},
};

}  // namespace fairlead::chaos
