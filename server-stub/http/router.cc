#include "server-stub/http/router.h"

#include <array>
#include <optional>

#include "server-stub/http/problem.h"
#include "server-stub/http/target.h"
#include "sotto/stream/names.h"

namespace sotto::server {
namespace {

bool Accepts(std::string_view pattern, std::string_view segment) {
  if (pattern == ":id") return stream::IsId(segment);
  if (pattern == ":version") return stream::IsVersion(segment);
  if (pattern == ":segment") return IsSegmentName(segment);
  if (pattern == ":any") return !segment.empty();
  return pattern == segment;
}

std::optional<PathParameters> Match(const std::vector<std::string>& pattern,
                                    const std::vector<std::string_view>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  PathParameters parameters;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (!Accepts(pattern[i], segments[i])) return std::nullopt;
    if (pattern[i].starts_with(':')) parameters.push_back(segments[i]);
  }
  return parameters;
}

std::string_view NamesOf(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET, HEAD, ";
    case Method::kPut:
      return "PUT, ";
    case Method::kPost:
      return "POST, ";
    case Method::kDelete:
      return "DELETE, ";
    default:
      return "";
  }
}

}  // namespace

std::string_view RouteName(Route route) {
  static constexpr std::array<std::string_view, kRouteCount> kNames = {
      "health",  "ready",           "metrics",         "manifest",       "master", "playlist",
      "segment", "comments",        "model",           "publish_model",  "update", "hpke_config",
      "upload",  "aggregation_job", "aggregate_share", "collection_job", "mpd",    "none"};
  return kNames[static_cast<size_t>(route)];
}

bool IsSegmentName(std::string_view name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view extension = name.substr(dot + 1);
  return stream::IsVersion(name.substr(0, dot)) && (extension == "ts" || extension == "m4s" || extension == "mp4");
}

Router::Router(std::vector<Endpoint> endpoints) {
  for (Endpoint& endpoint : endpoints) {
    Pattern pattern;
    // Named: C++20 does not keep alive the optional that a range-based for would dereference.
    if (const auto segments = PathSegments(endpoint.pattern))
      pattern.segments.assign(segments->begin(), segments->end());
    pattern.endpoint = std::move(endpoint);
    patterns_.push_back(std::move(pattern));
  }
}

std::variant<RouteMatch, Response> Router::Find(Method method, std::string_view target) const {
  const auto not_found = [] { return Problem(404, "NOT_FOUND", "There is nothing at this address."); };
  const auto segments = PathSegments(target);
  if (!segments) return not_found();
  std::string allowed;
  for (const Pattern& pattern : patterns_) {
    auto parameters = Match(pattern.segments, *segments);
    if (!parameters) continue;
    const Method answered = pattern.endpoint.method;
    if (method == answered || (method == Method::kHead && answered == Method::kGet)) {
      return RouteMatch{&pattern.endpoint, *std::move(parameters)};
    }
    allowed += NamesOf(answered);
  }
  if (allowed.empty()) return not_found();
  Response response = method == Method::kOptions
                          ? Response{204, {}, nullptr}
                          : Problem(405, "METHOD_NOT_ALLOWED", "This address does not answer this method.");
  response.headers.emplace_back("Allow", allowed + "OPTIONS");
  return response;
}

}  // namespace sotto::server
