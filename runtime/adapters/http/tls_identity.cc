#include "runtime/adapters/http/tls_identity.h"

#include "common/limits.h"
#include "runtime/adapters/log/secret_text.h"

namespace fairlead {

Result<TlsIdentity> TlsIdentity::open(Files files) {
  TlsIdentity identity(std::move(files));
  if (Status good = identity.reload(); !good) return good.error();
  return identity;
}

TlsIdentity::Marks TlsIdentity::marks() const {
  return {.certificate = mark_of_file(files_.certificate), .key = mark_of_file(files_.key)};
}

Status TlsIdentity::reload() {
  marks_ = marks();
  Result<std::string> certificate =
      read_file_safely(files_.certificate, {.bytes_max = limits::kConfigBytesMax});
  if (!certificate) return certificate.error();
  Result<std::string> key =
      read_file_safely(files_.key, {.bytes_max = limits::kConfigBytesMax, .forbidden_mode = 0077});
  if (!key) return key.error();
  const SecretText wiped_later(std::move(*key));
  auto context = TlsContext::for_server(*certificate, wiped_later.reveal());
  if (!context) {
    return Error{.code = context.error().code,
                 .message = "files " + files_.certificate + " and " + files_.key + ": " +
                            context.error().message};
  }
  context_ = std::move(*context);
  return {};
}

const TlsContext& TlsIdentity::current(const std::function<void(const std::string&)>& on_trouble) {
  if (marks() != marks_) {
    if (Status good = reload(); !good && on_trouble) {
      on_trouble(good.error().message + "; the certificate before it stays in force");
    }
  }
  return *context_;
}

}  // namespace fairlead
