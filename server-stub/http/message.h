// A request and a response, without the library that carries them: what routes and their tests speak.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sotto::server {

enum class Method : uint8_t { kGet, kHead, kPut, kPost, kDelete, kOptions, kOther };

// Bytes that many responses share.
using SharedText = std::shared_ptr<const std::string>;

inline SharedText Share(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string_view, std::string>> headers;  // names are literals; no Content-Length, no Date
  SharedText body;                                                // null: empty
};

// Values of the parameters in a route's path, in its order.
using PathParameters = std::vector<std::string_view>;

struct Request {
  Method method = Method::kGet;
  PathParameters parameters;  // views into the connection's buffer
  std::string_view content_type;
  std::string_view if_none_match;
  std::string_view authorization;
  std::string_view query;  // of the target, after its '?'
  std::string body;
  std::string client;  // key of the client's address for limits; never stored or logged
};

// Answers at once.
using PlainHandler = std::function<Response(const Request&)>;

// Answers later, once, from any thread. The request is only valid during the call.
using Reply = std::function<void(Response)>;
using LaterHandler = std::function<void(const Request&, const Reply&)>;

using Handler = std::variant<PlainHandler, LaterHandler>;

}  // namespace sotto::server
