#include "tests/http/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/check.h"

namespace fairlead {
namespace {

constexpr long kDay = 24 * 3600;

std::shared_ptr<EVP_PKEY> make_key() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  check(key != nullptr, "OpenSSL makes keys");
  return {key, EVP_PKEY_free};
}

struct Signer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  check(extension != nullptr, "an extension is well written");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> make_certificate(EVP_PKEY* key, const std::string& subject, bool is_expired) {
  std::shared_ptr<X509> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), is_expired ? -2 * kDay : -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), is_expired ? -kDay : kDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
  return certificate;
}

void sign(X509* certificate, const Signer& by) {
  X509_set_issuer_name(certificate, X509_get_subject_name(by.certificate));
  check(X509_sign(certificate, by.key, EVP_sha256()) > 0, "OpenSSL signs");
}

template <class Write>
std::string pem_of(Write write) {
  BIO* bio = BIO_new(BIO_s_mem());
  check(write(bio) == 1, "OpenSSL writes PEM");
  char* text = nullptr;
  const auto size = static_cast<std::size_t>(BIO_ctrl(bio, BIO_CTRL_INFO, 0, &text));
  std::string pem(text, size);
  BIO_free(bio);
  return pem;
}

std::string pem_of(X509* certificate) {
  return pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name)
    : key_(make_key()), certificate_(make_certificate(key_.get(), name, false)) {
  add_extension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  sign(certificate_.get(), {certificate_.get(), key_.get()});
  pem_ = pem_of(certificate_.get());
}

PemPair TestAuthority::issue(const CertificateWish& wish) const {
  const std::shared_ptr<EVP_PKEY> key = make_key();
  const std::shared_ptr<X509> certificate =
      make_certificate(key.get(), wish.subject, wish.is_expired);
  add_extension(certificate.get(), certificate_.get(), NID_subject_alt_name, wish.names);
  sign(certificate.get(), {certificate_.get(), key_.get()});
  return {.certificate = pem_of(certificate.get()),
          .key = pem_of([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

std::string TestFolder::write(const std::string& name, const std::string& text,
                              unsigned mode) const {
  const std::string fresh = path(name) + ".new";
  std::ofstream(fresh) << text;
  check(chmod(fresh.c_str(), mode) == 0, "a mode can be set");
  // By rename: another inode, so that no clock decides whether the change is seen.
  std::filesystem::rename(fresh, path(name));
  return path(name);
}

}  // namespace fairlead
