#include "frameworks/sdk/driver/framework_service.h"

#include <utility>

#include "frameworks/sdk/driver/http_forms.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/process/ready_file.h"
#include "runtime/http_errors.h"
#include "runtime/standby_http.h"

namespace fairlead::sdk {

Status FrameworkService::start(ServiceOptions options, Scheduler& scheduler) {
  serve_ = std::move(options.serve);
  ready_file_ = std::move(options.ready_file);
  kind_ = options.driver.sdk.info.kind;
  // HTTP first: its port is part of what the framework tells the master about itself.
  if (Status served = serve_http(std::move(options.http)); !served.ok()) {
    return served;
  }
  options.driver.sdk.info.api_address = http_->address();
  options.driver.http = http_->url();
  auto driver =
      FrameworkDriver::start(std::move(options.driver), scheduler, loop_, clock_, context_);
  if (!driver.ok()) {
    return driver.error();
  }
  driver_ = std::move(driver).value();
  auto signals = StopSignals::watch(loop_, [this] { loop_.stop(); });
  if (!signals.ok()) {
    return signals.error();
  }
  signals_ = std::move(signals).value();
  return {};
}

Status FrameworkService::serve_http(HttpServerOptions options) {
  options.public_paths.push_back("/leader");
  options.on_warning = [](const std::string& text) {
    log_line(LogLevel::kWarning, "http", {{"warning", text}});
  };
  auto server = HttpServer::start(
      std::move(options),
      [this](HttpRequest request, const std::shared_ptr<HttpResponder>& responder) {
        on_request(std::move(request), responder);
      });
  if (!server.ok()) {
    return server.error();
  }
  http_ = std::move(server).value();
  return {};
}

void FrameworkService::on_request(HttpRequest request,
                                  const std::shared_ptr<HttpResponder>& responder) {
  const bool posted =
      loop_.post([this, request = std::move(request), responder] { answer(request, responder); });
  if (!posted) {
    responder->reply(http_error({ErrorCode::kUnavailable, "overloaded; hint: try again"}));
  }
}

void FrameworkService::answer(const HttpRequest& request,
                              const std::shared_ptr<HttpResponder>& responder) {
  if (driver_ == nullptr) {
    responder->reply(http_error({ErrorCode::kUnavailable, "starting; hint: try again"}));
  } else if (driver_->core() == nullptr) {
    responder->reply(standby_answer(request));
  } else if (request.path == "/leader") {
    responder->reply(text_reply("ok\n"));
  } else {
    serve_(request, responder);
  }
}

HttpReply FrameworkService::standby_answer(const HttpRequest& request) const {
  const Standby standby = driver_->standby();
  if (request.path != "/metrics") {
    return standby_reply(request, standby, {"fairlead-" + kind_, http_->url()});
  }
  std::string text;
  append_metric(text,
                {"fairlead_framework_standby_caught_up", "gauge",
                 "1 while a standby has read the whole state.", standby.is_caught_up ? 1U : 0U});
  return text_reply(std::move(text));
}

Status FrameworkService::run() {
  log_line(LogLevel::kInfo, kind_ + "_serves", {{"http", http_->url()}});
  if (Status announced = write_ready_file(ready_file_, http_->address()); !announced.ok()) {
    return announced;
  }
  loop_.run();
  const auto& end = driver_->end();
  if (end && end->failed) {
    return Error{ErrorCode::kUnavailable, end->reason};
  }
  return {};
}

}  // namespace fairlead::sdk
