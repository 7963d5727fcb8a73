#include "runtime/adapters/http/http_exposure.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace fairlead {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

/// IPv4 as IPv4-mapped IPv6.
std::optional<Bytes> bytes_of(const std::string& numeric) {
  Bytes bytes{};
  if (::inet_pton(AF_INET6, numeric.c_str(), bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = 0xff;
  if (::inet_pton(AF_INET, numeric.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}

bool is_mapped_v4(const Bytes& bytes) {
  constexpr std::array<std::uint8_t, 12> kPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::memcmp(bytes.data(), kPrefix.data(), kPrefix.size()) == 0;
}

/// All zero but the last byte, which is `last`.
bool is_short(const Bytes& bytes, std::uint8_t last) {
  Bytes expected{};
  expected[15] = last;
  return bytes == expected;
}

std::string missing_of(const ServingExposure& exposure) {
  if (exposure.has_tokens && exposure.has_tls) return {};
  if (exposure.has_tls) return "bearer tokens";
  if (exposure.has_tokens) return "a certificate";
  return "bearer tokens and a certificate";
}

}  // namespace

bool is_loopback_address(const std::string& numeric) {
  const std::optional<Bytes> bytes = bytes_of(numeric);
  if (!bytes) return false;
  return is_mapped_v4(*bytes) ? (*bytes)[12] == 127 : is_short(*bytes, 1);
}

bool is_wildcard_address(const std::string& numeric) {
  const std::optional<Bytes> bytes = bytes_of(numeric);
  if (!bytes) return false;
  return is_short(*bytes, 0) || numeric == "0.0.0.0";
}

Result<std::string> check_serving(const ServingExposure& exposure) {
  if (!bytes_of(exposure.host)) {
    return invalid({.what = "http address",
                    .expected = "a numeric address or localhost",
                    .got = exposure.host});
  }
  const std::string missing = missing_of(exposure);
  if (is_loopback_address(exposure.host) || missing.empty()) return std::string();
  if (!exposure.insecure) {
    return Error{
        .code = ErrorCode::kDenied,
        .message = "http address " + exposure.host + ": refused without " + missing +
                   ", because it is not loopback; hint: give --token-file, --http-cert and "
                   "--http-key, or --insecure to serve it all the same"};
  }
  return "INSECURE: http address " + exposure.host + " is served without " + missing + ": " +
         (exposure.has_tokens ? "whoever reads the network reads the tokens"
                              : "whoever reaches it may use it");
}

Status check_sending_token(const TokenExposure& exposure) {
  if (exposure.has_tls || exposure.insecure || is_loopback_address(exposure.peer_address)) {
    return {};
  }
  return Error{.code = ErrorCode::kDenied,
               .message = exposure.server +
                          ": the token was not sent, because plain HTTP to another machine shows "
                          "it to the network; hint: use https://, or --insecure to send it all the "
                          "same"};
}

}  // namespace fairlead
