// Collects one HttpRequest from Beast's parser. Internal to request_reader.cc: it includes Boost.
// Trailers are read and dropped, so that no header can arrive after the head was checked.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>

#include "common/limits.h"
#include "runtime/http.h"

namespace fairlead {

class RequestCollector final : public boost::beast::http::basic_parser<true> {
 public:
  RequestCollector() {
    eager(true);
    header_limit(static_cast<std::uint32_t>(limits::kHttpHeaderBytesMax));
    body_limit(limits::kHttpBodyBytesMax);
  }

  const std::string& target() const { return target_; }
  bool is_1_1() const { return version_ >= 11; }
  std::size_t body_bytes() const { return request_.body.size(); }
  const std::string* find_header(const std::string& name) const {
    const auto found = request_.headers.find(name);
    return found == request_.headers.end() ? nullptr : &found->second;
  }
  HttpRequest take() { return std::move(request_); }

 private:
  using error_code = boost::beast::error_code;
  using text = boost::beast::string_view;
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;

  void on_request_impl(verb, text method, text target, int version, error_code&) override {
    request_.method.assign(method.data(), method.size());
    target_.assign(target.data(), target.size());
    version_ = version;
  }
  void on_response_impl(int, text, int, error_code&) override {}
  void on_field_impl(field, text name, text value, error_code&) override {
    if (head_ended_) return;
    std::string key(name.data(), name.size());
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::string& stored = request_.headers[key];
    if (!stored.empty()) stored += ", ";
    stored.append(value.data(), value.size());
  }
  void on_header_impl(error_code&) override { head_ended_ = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(text body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  HttpRequest request_;
  std::string target_;
  int version_ = 11;
  bool head_ended_ = false;
};

}  // namespace fairlead
