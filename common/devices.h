// Devices: GPUs that are known one by one. An agent that knows its own declares, beside `gpus`, the
// ranges resource `gpu_shares`: device i is the values 1000 i … 1000 i + 999, one for each of its
// thousandths. Lot by lot there are as many values as thousandths of `gpus`; both travel together,
// so that what is offered, held and launched says of which device it is. A task has a share of one
// device, or whole ones. Where there is no `gpu_shares`, gpus are a plain amount.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/resources.h"

namespace fairlead {

inline constexpr std::string_view kGpuShares = "gpu_shares";
inline constexpr std::int64_t kDeviceMilli = 1000;  ///< thousandths, and values, of one device

/// So much of one device.
struct DeviceShare {
  std::uint32_t device = 0;
  std::int64_t milli = 0;  ///< 1..1000
  friend bool operator==(const DeviceShare&, const DeviceShare&) = default;
};

bool has_devices(const Resources& resources);
/// What `intervals` of gpu_shares hold of each device; by device. O(devices).
std::vector<DeviceShare> devices_of(const std::vector<Interval>& intervals);
/// The same for all lots together.
std::vector<DeviceShare> devices_of(const Resources& resources);
/// The gpu_shares that name a device for a task that wants `milli` of it.
NamedRanges on_device(std::uint32_t device, std::int64_t milli);

/// What a task that wants `milli` gpus gets of `there`. A share comes from the device with the
/// least that is enough, whole ones are those with the lowest numbers; where `only` is not empty,
/// from those devices. nullopt when they do not have it, or when it is neither a share of one
/// device nor whole ones.
std::optional<std::vector<DeviceShare>> choose_devices(const std::vector<DeviceShare>& there,
                                                       std::int64_t milli,
                                                       const std::vector<DeviceShare>& only);
/// Takes the highest values of gpu_shares away until there are no more than thousandths of gpus.
void cut_shares_to_gpus(Amounts& amounts);
/// `part` of `whole`, which has devices, gets the gpus that belong to its gpu_shares.
void set_gpus_of_shares(Resources& part, const Resources& whole);

/// Of a demand, a job or a service: gpus are a share of one device or whole ones, and gpu_shares
/// are not named. `what` says whose they are.
Status check_gpus_wanted(const Amounts& want, const std::string& what);
/// Of an agent: no gpu_shares, or in each lot as many as thousandths of gpus.
Status check_devices(const Resources& total, const std::string& what);
/// Of a task that is launched on what an agent offered: see above.
Status check_device_use(const Resources& offered, const Resources& task, const std::string& what);

}  // namespace fairlead
