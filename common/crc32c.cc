#include "common/crc32c.h"

#include <array>
#include <cstddef>

namespace fairlead {
namespace {

constexpr std::uint32_t kPolynomialReversed = 0x82f63b78;
constexpr std::size_t kLanes = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, kLanes>;

// Slicing by eight (Kounavis and Berry 2005): tables[k] advances a byte by k further zero bytes.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomialReversed : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t lane = 1; lane < kLanes; ++lane) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::uint32_t crc = tables[lane - 1][byte];
      tables[lane][byte] = (crc >> 8) ^ tables[0][crc & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(BytesView bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  while (bytes.size() >= kLanes) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < kLanes; ++i) {
      std::uint32_t byte = bytes[i];
      if (i < 4) byte ^= (crc >> (8 * i)) & 0xff;
      next ^= kTables[kLanes - 1 - i][byte];
    }
    crc = next;
    bytes = bytes.subspan(kLanes);
  }
  for (std::uint8_t byte : bytes) crc = (crc >> 8) ^ kTables[0][(crc ^ byte) & 0xff];
  return ~crc;
}

}  // namespace fairlead
