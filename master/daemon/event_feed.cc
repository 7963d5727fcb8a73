#include "master/daemon/event_feed.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "common/limits.h"

namespace fairlead {
namespace {

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

HttpReply token_refused(const std::string& token) {
  nlohmann::json body;
  body["error"] = {{"code", "conflict"},
                   {"message", "event token: expected one of this leader's history, got \"" +
                                   token.substr(0, 60) + "\"; hint: start again without a token"}};
  return {.status = 410,
          .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace

void EventFeed::publish(PublishEvent event, WallTime at) {
  history_.push_back({next_number_++, at, std::move(event)});
  if (history_.size() > limits::kEventHistoryMax) history_.pop_front();
  if (streams_.empty()) return;
  std::string text = line_of(history_.back());
  std::erase_if(streams_, [&](const auto& stream) { return !stream->write(text); });
}

std::string EventFeed::line_of(const Entry& entry) const {
  const PublishEvent& event = entry.event;
  nlohmann::json line = {
      {"token", std::to_string(epoch_.number) + "." + std::to_string(entry.number)},
      {"at_unix_ms", entry.at.unix_ms},
      {"kind", event.kind},
      {"subject", event.subject},
      {"text", event.text}};
  if (event.status) {
    const TaskStatus& status = *event.status;
    line["framework"] = status.framework.text;
    line["task"] = status.task.text;
    line["attempt"] = status.attempt;
    line["agent"] = status.agent.text;
    line["state"] = to_string(status.state);
    line["reason"] = to_string(status.reason);
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void EventFeed::subscribe(const std::string& token, HttpResponder& responder) {
  std::uint64_t after = next_number_ - 1;
  if (!token.empty()) {
    std::size_t dot = token.find('.');
    // Neither is ever a real one: what cannot be read is not known.
    constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t epoch = read_number(std::string_view(token).substr(0, dot)).value_or(kNone);
    std::uint64_t number =
        dot == std::string::npos
            ? kNone
            : read_number(std::string_view(token).substr(dot + 1)).value_or(kNone);
    std::uint64_t oldest = history_.empty() ? next_number_ : history_.front().number;
    bool is_known = epoch == epoch_.number && number < next_number_ && number + 1 >= oldest;
    if (!is_known) return responder.reply(token_refused(token));
    after = number;
  }
  std::shared_ptr<HttpStream> stream = responder.stream({.content_type = "application/x-ndjson"});
  for (const Entry& entry : history_) {
    if (entry.number > after && !stream->write(line_of(entry))) return;
  }
  if (streams_.size() >= limits::kEventStreamsMax) {
    streams_.front()->close();
    streams_.erase(streams_.begin());
  }
  streams_.push_back(std::move(stream));
}

void EventFeed::close() {
  for (const auto& stream : streams_) stream->close();
  streams_.clear();
}

}  // namespace fairlead
