// The cluster's events as lines that clients follow: a bounded history with resume tokens, and
// the streams that are open now. A token is "<epoch>.<number>"; one of another epoch, or older than
// the history, is answered by 410 and a fresh start. Owned by MasterProcess; loop thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/master_events.h"
#include "master/daemon/event_history.h"
#include "master/daemon/event_text.h"
#include "runtime/http.h"

namespace fairlead {

class EventFeed {
 public:
  /// `names` are asked when a line is written.
  EventFeed(Epoch epoch, EventNames names) : epoch_(epoch), names_(std::move(names)) {}

  /// Keeps the event and hands it to every open stream as a JSON line. O(streams); next to nothing
  /// when nobody follows, for every status of every task passes here.
  void publish(const PublishEvent& event, WallTime at);
  /// Answers GET /api/v1/events: history after `token` ("" = from now on), then what comes.
  void subscribe(const std::string& token, HttpResponder& responder);
  /// Ends every stream.
  void close();

 private:
  std::string line_of(const KeptEvent& event) const;

  Epoch epoch_;
  EventNames names_;
  EventHistory history_;
  std::vector<std::shared_ptr<HttpStream>> streams_;
};

}  // namespace fairlead
