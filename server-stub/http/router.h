// Which handler a request goes to. Paths are patterns of literal segments and typed parameters, so that a handler only
// ever sees parameters of the right form and no path of a file can be spelled in a URL.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server-stub/http/message.h"

namespace sotto::server {

enum class Route : uint8_t {
  kHealth,
  kReady,
  kMetrics,
  kManifest,
  kMultivariantPlaylist,
  kMediaPlaylist,
  kSegment,
  kComments,
  kModel,
  kPublishModel,
  kUpdate,
  kHpkeConfig,
  kUpload,
  kAggregationJob,
  kAggregateShare,
  kCollectionJob,
  kMpd,
  kNone,  // no path of ours
};
inline constexpr size_t kRouteCount = static_cast<size_t>(Route::kNone) + 1;

// For logs and metrics: "manifest", "update", "none".
std::string_view RouteName(Route route);

struct Endpoint {
  Route route = Route::kNone;
  Method method = Method::kGet;  // kGet answers HEAD as well
  // "/v1/streams/:id/segments/:segment". Parameters: ":id" [A-Za-z0-9_-]{1,64}; ":version" the same with dots;
  // ":segment" a ":version" and \.(ts|m4s|mp4); ":any" whatever stands between two slashes, not empty.
  std::string pattern;
  size_t max_body = 0;     // bytes
  bool websocket = false;  // the path speaks WebSocket only; then there is no handler
  bool patient = false;    // its handler has a limit of its own for how long it takes, in place of request_seconds
  // Asked before the body is read: why the request is refused, if it is. May be empty. Its request has no body.
  std::function<std::optional<Response>(const Request&)> admit{};  // NOLINT(readability-redundant-member-init)
  Handler handler{};  // NOLINT(readability-redundant-member-init): left out in designated initializers
};

struct RouteMatch {
  const Endpoint* endpoint;  // lives as long as the router
  PathParameters parameters;
};

class Router {
 public:
  explicit Router(std::vector<Endpoint> endpoints);

  // The endpoint, or the problem to answer with: 404, or 405 with Allow. OPTIONS of a known path gives 204 with Allow.
  // Endpoints with the same pattern answer different methods of one path.
  // The views of a match point into `target`.
  std::variant<RouteMatch, Response> Find(Method method, std::string_view target) const;

 private:
  struct Pattern {
    std::vector<std::string> segments;
    Endpoint endpoint;
  };
  std::vector<Pattern> patterns_;
};

// [A-Za-z0-9_-]{1,64}\.(ts|m4s|mp4)
bool IsSegmentName(std::string_view name);

}  // namespace sotto::server
