// GET /v1/streams/{stream}/manifest.json, master.m3u8, live.m3u8, live.mpd, segments/{name}; the comments' WebSocket.
#include <charconv>
#include <optional>
#include <utility>

#include "server-stub/http/conditional.h"
#include "server-stub/http/problem.h"
#include "server-stub/http/target.h"
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

// Answers with `answer`(stream, request, reply), or 404 if there is no such stream or it has no video.
template <class Answer>
LaterHandler OfVideo(Site& site, Answer answer) {
  return [&site, answer](const Request& request, const Reply& reply) {
    const auto found = site.streams.find(request.parameters[0]);
    if (found == site.streams.end()) return reply(Problem(404, "NOT_FOUND", "There is no such stream."));
    if (!found->second.room.has_video()) return reply(Problem(404, "NOT_FOUND", "This stream has no video."));
    answer(site, found->second, request, reply);
  };
}

Response NotInTime() {
  return RetryLater(503, "UNAVAILABLE", "The encoder has not written it in time.", 1);
}

Response MediaPlaylist(const Room& room, std::string_view if_none_match) {
  const auto playlist = room.MediaPlaylist();
  if (!playlist) return RetryLater(503, "UNAVAILABLE", "The video has not started yet.", 1);
  Request request;
  request.if_none_match = if_none_match;
  return Conditional(request, playlist->text, playlist->entity_tag, kPlaylistType, "no-cache");
}

// A decimal-integer of RFC 8216, 4.2, as far as JavaScript counts.
std::optional<uint64_t> ReadInteger(std::string_view text) {
  uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value >> 53 != 0) return std::nullopt;
  return value;
}

Response Mpd(const StreamSite& stream, const Request& request) {
  if (!stream.room.has_video()) return Problem(404, "NOT_FOUND", "This stream has no video.");
  const auto mpd = stream.room.Mpd();
  if (!mpd) return Problem(404, "NOT_FOUND", "This stream's encoder writes no MPD.");
  return Conditional(request, mpd->text, mpd->entity_tag, "application/dash+xml", "no-cache");
}

// With _HLS_msn, and perhaps _HLS_part, when the playlist has that (draft-pantos-hls-rfc8216bis, 6.2.5.2).
void SendMediaPlaylist(Site& site, StreamSite& stream, const Request& request, const Reply& reply) {
  Room& room = stream.room;
  const std::string_view segment = QueryParameter(request.query, "_HLS_msn");
  const std::string_view part = QueryParameter(request.query, "_HLS_part");
  if ((segment.empty() && part.empty()) || !room.MediaPlaylist()) {
    return reply(MediaPlaylist(room, request.if_none_match));
  }
  const auto number = ReadInteger(segment);
  const auto part_number = ReadInteger(part);
  if (!number || (!part.empty() && !part_number)) {
    return reply(Problem(400, "MALFORMED", "_HLS_msn and _HLS_part are numbers, the second never without the first."));
  }
  if (site.draining) return reply(NotInTime());
  const auto presence = room.Await(stream::PlaylistPosition{*number, part_number}, SteadyNow(),
                                   [&room, reply, tag = std::string(request.if_none_match)](bool there) {
                                     reply(there ? MediaPlaylist(room, tag) : NotInTime());
                                   });
  if (presence == stream::Presence::kNever) {
    reply(Problem(400, "OUT_OF_RANGE", "The playlist is far from that segment or part. Load it without _HLS_msn."));
  }
}

Response Segment(const StreamSite& stream, std::string_view name);

// One that the playlist hints at when it is there.
void SendSegment(Site& site, StreamSite& stream, const Request& request, const Reply& reply) {
  std::string name(request.parameters[1]);
  const auto found = [&stream, reply, name](bool there) { reply(there ? Segment(stream, name) : NotInTime()); };
  if (site.draining) return reply(Segment(stream, name));
  if (stream.room.Await(name, SteadyNow(), found) == stream::Presence::kNever) reply(Segment(stream, name));
}

Response Segment(const StreamSite& stream, std::string_view name) {
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
                       .patient = true,
                       .handler = OfVideo(site, SendMediaPlaylist)});
  endpoints.push_back({.route = Route::kMpd, .pattern = "/v1/streams/:id/live.mpd", .handler = OfStream(site, Mpd)});
  endpoints.push_back({.route = Route::kSegment,
                       .pattern = "/v1/streams/:id/segments/:segment",
                       .patient = true,
                       .handler = OfVideo(site, SendSegment)});
  endpoints.push_back({.route = Route::kComments, .pattern = "/v1/streams/:id/comments", .websocket = true});
}

}  // namespace sotto::server
