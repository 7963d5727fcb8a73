#include "runtime/adapters/zmq/curve_keys.h"

#include <fcntl.h>
#include <unistd.h>
#include <zmq.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sstream>

namespace fairlead {
namespace {

constexpr std::size_t kKeyChars = 40;
constexpr std::size_t kKeyFileBytesMax = 4096;

Error file_error(ErrorCode code, const std::string& path, const Complaint& rest) {
  Complaint complaint = rest;
  complaint.what = "file " + path;
  return Error{.code = code, .message = to_string(complaint)};
}

struct KeyLines {
  std::string public_key;
  SecretText secret_key;
};

Result<KeyLines> parse_key_file(const std::string& path, const std::string& text) {
  KeyLines lines;
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line == "#" || line.starts_with("# ")) continue;
    std::string value = line.size() > 7 ? line.substr(7) : std::string();
    if (line.starts_with("public ") && is_curve_key(value)) {
      lines.public_key = value;
    } else if (line.starts_with("secret ") && is_curve_key(value)) {
      lines.secret_key = SecretText(value);
    } else {
      // Not what was got: it may be most of a secret.
      return file_error(ErrorCode::kInvalid, path,
                        {.where = "line " + std::to_string(number),
                         .expected = "public or secret, a space and 40 characters of z85"});
    }
  }
  return lines;
}

}  // namespace

bool is_curve_key(std::string_view text) {
  std::array<std::uint8_t, 32> raw{};
  return text.size() == kKeyChars &&
         zmq_z85_decode(raw.data(), std::string(text).c_str()) != nullptr;
}

std::string fingerprint_of(std::string_view public_key) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (char byte : public_key) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
  }
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 15];
  return digits;
}

CurveKeyPair make_key_pair() {
  std::array<char, kKeyChars + 1> public_key{};
  std::array<char, kKeyChars + 1> secret_key{};
  check(zmq_curve_keypair(public_key.data(), secret_key.data()) == 0,
        "libzmq was built with CURVE");
  CurveKeyPair keys{.public_key = public_key.data(), .secret_key = SecretText(secret_key.data())};
  volatile char* wipe = secret_key.data();
  for (std::size_t i = 0; i < secret_key.size(); ++i) wipe[i] = 0;
  return keys;
}

Status write_key_pair(const std::string& path, const CurveKeyPair& keys) {
  int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return file_error(errno == EEXIST ? ErrorCode::kConflict : ErrorCode::kUnavailable, path,
                      {.expected = "to create it for new keys", .got = std::strerror(errno)});
  }
  std::string head = "# A CURVE key pair. Whoever reads the secret line can act as its owner.\n";
  SecretText text(head + "public " + keys.public_key + "\nsecret " + keys.secret_key.reveal() +
                  "\n");
  const std::string& bytes = text.reveal();
  bool good = ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  good = ::fsync(descriptor) == 0 && good;
  int cause = errno;
  ::close(descriptor);
  if (good) return {};
  ::unlink(path.c_str());
  return file_error(ErrorCode::kUnavailable, path,
                    {.expected = "to write it", .got = std::strerror(cause)});
}

Result<CurveKeyPair> read_key_pair(const std::string& path) {
  Result<std::string> text =
      read_file_safely(path, {.bytes_max = kKeyFileBytesMax, .forbidden_mode = 0077});
  if (!text.ok()) return text.error();
  SecretText wiped_later(std::move(*text));
  Result<KeyLines> lines = parse_key_file(path, wiped_later.reveal());
  if (!lines.ok()) return lines.error();
  std::array<char, kKeyChars + 1> derived{};
  bool belong = !lines->public_key.empty() && !lines->secret_key.empty() &&
                zmq_curve_public(derived.data(), lines->secret_key.reveal().c_str()) == 0 &&
                lines->public_key == derived.data();
  if (!belong) {
    return file_error(
        ErrorCode::kInvalid, path,
        {.expected = "a public and a secret line that belong together", .hint = "make a new pair"});
  }
  return CurveKeyPair{.public_key = lines->public_key, .secret_key = lines->secret_key};
}

Result<std::string> read_public_key(const std::string& path) {
  Result<std::string> text = read_file_safely(path, {.bytes_max = kKeyFileBytesMax});
  if (!text.ok()) return text.error();
  Result<KeyLines> lines = parse_key_file(path, *text);
  if (!lines.ok()) return lines.error();
  if (lines->public_key.empty()) {
    return file_error(ErrorCode::kInvalid, path, {.expected = "a line: public <key>"});
  }
  return lines->public_key;
}

}  // namespace fairlead
