// GET /v1/streams/{stream}/manifest.json, master.m3u8, live.m3u8, segments/{name}; the comments' WebSocket.
#include "server-stub/http/conditional.h"
#include "server-stub/http/problem.h"
#include "server-stub/routes/routes.h"

namespace sotto::server {
namespace {

constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";

// Answers with `answer`(stream, request), or 404 if there is no such stream.
template <class Answer>
PlainHandler OfStream(Site& site, Answer answer) {
  return [&site, answer](const Request& request) -> Response {
    const auto found = site.streams.find(request.parameters[0]);
    if (found == site.streams.end()) return Problem(404, "NOT_FOUND", "There is no such stream.");
    return answer(found->second, request);
  };
}

Response Manifest(const StreamSite& stream, const Request& request) {
  const Document manifest = stream.room.Manifest();
  return Conditional(request, manifest.text, manifest.entity_tag, "application/json", "no-cache");
}

Response MultivariantPlaylist(const StreamSite& stream, const Request& request) {
  if (!stream.room.has_video()) return Problem(404, "NOT_FOUND", "This stream has no video.");
  const Document playlist = stream.room.MultivariantPlaylist();
  return Conditional(request, playlist.text, playlist.entity_tag, kPlaylistType, "public, max-age=60");
}

Response MediaPlaylist(const StreamSite& stream, const Request& request) {
  if (!stream.room.has_video()) return Problem(404, "NOT_FOUND", "This stream has no video.");
  const auto playlist = stream.room.MediaPlaylist();
  if (!playlist) return RetryLater(503, "UNAVAILABLE", "The video has not started yet.", 1);
  return Conditional(request, playlist->text, playlist->entity_tag, kPlaylistType, "no-cache");
}

Response Segment(const StreamSite& stream, const Request& request) {
  const std::string_view name = request.parameters[1];
  const auto not_there = [] { return Problem(404, "NOT_FOUND", "This segment is not there, or not any more."); };
  if (!stream.room.Lists(name)) return not_there();
  const auto content = stream.media.Segment(std::string(name));
  if (!content.ok() && content.error().code == ErrorCode::kNotFound) return not_there();
  if (!content.ok()) return RetryLater(503, "UNAVAILABLE", "This segment cannot be read at the moment.", 1);
  // Not for long: an encoder that starts again uses the same names.
  return {
      200,
      {{"Content-Type", name.ends_with(".ts") ? "video/mp2t" : "video/mp4"}, {"Cache-Control", "public, max-age=30"}},
      content.value()};
}

}  // namespace

void AddStreamRoutes(Site& site, std::vector<Endpoint>& endpoints) {
  endpoints.push_back(
      {.route = Route::kManifest, .pattern = "/v1/streams/:id/manifest.json", .handler = OfStream(site, Manifest)});
  endpoints.push_back({.route = Route::kMultivariantPlaylist,
                       .pattern = "/v1/streams/:id/master.m3u8",
                       .handler = OfStream(site, MultivariantPlaylist)});
  endpoints.push_back({.route = Route::kMediaPlaylist,
                       .pattern = "/v1/streams/:id/live.m3u8",
                       .handler = OfStream(site, MediaPlaylist)});
  endpoints.push_back(
      {.route = Route::kSegment, .pattern = "/v1/streams/:id/segments/:segment", .handler = OfStream(site, Segment)});
  endpoints.push_back({.route = Route::kComments, .pattern = "/v1/streams/:id/comments", .websocket = true});
}

}  // namespace sotto::server
