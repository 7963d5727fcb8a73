// Who a server is: its certificate and private key in two files, read again when they change, so
// that certificates rotate without a restart. Used by one thread (the HTTP thread). Nothing of the
// key is ever put into a message.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/result.h"
#include "runtime/adapters/files/safe_file.h"
#include "runtime/adapters/http/tls_context.h"

namespace fairlead {

class TlsIdentity {
 public:
  struct Files {
    std::string certificate;  ///< PEM, the server's own first, then those between it and the root
    std::string key;          ///< PEM without a passphrase, mode 0600
  };

  /// kDenied when group or others may read the key; kInvalid when the two are no pair.
  static Result<TlsIdentity> open(Files files);

  /// What new connections use. Looks first whether a file has changed; when the new content is
  /// bad, or only one of the two is new yet, the last good pair stays in force and `on_trouble`
  /// hears of it once. Two stat calls, about 2 µs, when nothing changed.
  const TlsContext& current(const std::function<void(const std::string&)>& on_trouble);

 private:
  struct Marks {
    std::optional<FileMark> certificate;
    std::optional<FileMark> key;
    friend bool operator==(const Marks&, const Marks&) = default;
  };

  explicit TlsIdentity(Files files) : files_(std::move(files)) {}
  Marks marks() const;
  Status reload();

  Files files_;
  Marks marks_;  ///< of the content last read, good or bad
  std::shared_ptr<const TlsContext> context_;
};

}  // namespace fairlead
