// Both ends of the transport with keys: an allow-list file that a test rewrites, and its handler.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/adapters/zmq/allow_list.h"
#include "runtime/adapters/zmq/zap_handler.h"
#include "tests/runtime/transport_fixture.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::testing {

class CurveTest : public TransportTest {
 protected:
  CurveTest() {
    allow({{client_, "agents"}});
    auto list = AllowList::load(directory_.file("allowed"));
    check(list.ok(), "the list is good");
    allow_list_ = std::move(*list);
    auto zap = ZapHandler::start(context_, *allow_list_);
    check(zap.ok(), "the handler starts");
    zap_ = std::move(*zap);
  }

  /// Replaces the allow-list file as an operator should: by rename.
  void allow(const std::vector<std::pair<CurveKeyPair, std::string>>& entries) {
    std::string path = directory_.file("allowed");
    {
      std::ofstream out(path + ".new");
      out << "# who may connect\n\n";
      for (const auto& [keys, principal] : entries)
        out << keys.public_key << ' ' << principal << '\n';
    }
    std::filesystem::permissions(path + ".new", std::filesystem::perms(0600));
    std::filesystem::rename(path + ".new", path);
  }

  RouterOptions with_curve() const { return {.keys = server_, .zap = zap_.get()}; }
  RouterOptions looking_often() const {
    RouterOptions options = with_curve();
    options.look_every = milliseconds(5);
    return options;
  }
  DealerOptions as(const CurveKeyPair& keys) const {
    return {.keys = DealerKeys{.own = keys, .server_public_key = server_.public_key}};
  }
  void run_until_refused() {
    run_until([&] { return !links_.empty() && links_.back() == LinkState::kRefused; });
  }

  TemporaryDirectory directory_;
  CurveKeyPair server_ = make_key_pair();
  CurveKeyPair client_ = make_key_pair();
  CurveKeyPair stranger_ = make_key_pair();
  std::unique_ptr<AllowList> allow_list_;
  std::unique_ptr<ZapHandler> zap_;
};

}  // namespace fairlead::testing
