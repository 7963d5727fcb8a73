// Certificates for tests, made by OpenSSL while they run: an authority of one's own, and what it
// signs. P-256 keys, so that a test makes dozens of them.
#pragma once

#include <memory>
#include <string>

#include "tests/support/temporary_directory.h"

struct x509_st;
struct evp_pkey_st;

namespace fairlead {

struct PemPair {
  std::string certificate;
  std::string key;
};

struct CertificateWish {
  std::string names = "DNS:localhost,IP:127.0.0.1";  ///< as OpenSSL writes alternative names
  std::string subject = "server";
  bool is_expired = false;
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name);
  PemPair issue(const CertificateWish& wish = {}) const;
  const std::string& certificate() const { return pem_; }

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
  std::string pem_;
};

/// A folder that disappears with the test; files get into it by rename, as careful operators do.
class TestFolder {
 public:
  /// The path of `name` in it, written anew.
  std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) const;
  std::string path(const std::string& name) const { return directory_.file(name); }

 private:
  fairlead::testing::TemporaryDirectory directory_;
};

}  // namespace fairlead
