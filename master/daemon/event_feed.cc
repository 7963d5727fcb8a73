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

void EventFeed::publish(const PublishEvent& event, WallTime at) {
  std::uint64_t number = history_.next_number();
  history_.append(event, at);
  if (streams_.empty()) return;
  std::string text = line_of(view_of(event, number, at));
  std::erase_if(streams_, [&](const auto& stream) { return !stream->write(text); });
}

std::string EventFeed::line_of(const KeptEvent& event) const {
  nlohmann::json line = {
      {"token", std::to_string(epoch_.number) + "." + std::to_string(event.number)},
      {"at_unix_ms", event.at.unix_ms},
      {"kind", event.kind},
      {"subject", event.subject},
      {"text", sentence_of(event, names_)}};
  if (event.task) {
    line["framework"] = event.task->framework;
    line["task"] = event.task->task;
    line["attempt"] = event.task->attempt;
    line["agent"] = event.task->agent;
    line["state"] = to_string(event.task->state);
    line["reason"] = to_string(event.task->reason);
    if (!event.task->message.empty()) line["message"] = event.task->message;
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void EventFeed::subscribe(const std::string& token, HttpResponder& responder) {
  std::uint64_t after = history_.next_number() - 1;
  if (!token.empty()) {
    std::size_t dot = token.find('.');
    // Neither is ever a real one: what cannot be read is not known.
    constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t epoch = read_number(std::string_view(token).substr(0, dot)).value_or(kNone);
    std::uint64_t number =
        dot == std::string::npos
            ? kNone
            : read_number(std::string_view(token).substr(dot + 1)).value_or(kNone);
    bool is_known = epoch == epoch_.number && number < history_.next_number() &&
                    number + 1 >= history_.oldest();
    if (!is_known) return responder.reply(token_refused(token));
    after = number;
  }
  std::shared_ptr<HttpStream> stream = responder.stream({.content_type = "application/x-ndjson"});
  bool is_open = true;
  history_.for_each_after(after, [&](const KeptEvent& event) {
    is_open = stream->write(line_of(event));
    return is_open;
  });
  if (!is_open) return;
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
