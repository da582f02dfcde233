// One stream as its viewers see it: manifest, playlists and MPD, rendered once for each change and shared by every
// request.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server-stub/comments/comment.h"
#include "server-stub/config/config.h"
#include "server-stub/http/message.h"
#include "server-stub/models/model_library.h"
#include "server-stub/rounds/task.h"
#include "server-stub/streams/broadcast.h"
#include "server-stub/streams/segment_names.h"
#include "sotto/base/result.h"
#include "sotto/stream/manifest.h"
#include "sotto/stream/media_playlist.h"

namespace sotto::server {

// What a request may wait for: a position of the playlist, or a segment that the playlist hints at.
using Awaited = std::variant<stream::PlaylistPosition, std::string>;

// Text with its entity tag.
struct Document {
  SharedText text;
  std::string entity_tag;
};

Document MakeDocument(std::string text);

// What a stream's files hold.
struct RoomContent {
  std::vector<stream::ManifestProduct> products;
  std::vector<stream::TimedEvent> events;
  std::vector<stream::Campaign> campaigns;
  std::vector<Comment> replay;
};

// Reads the files that the configuration names. Errors name the file.
Result<RoomContent> LoadRoomContent(const StreamConfig& config);

// Safe from any thread.
class Room {
 public:
  Room(StreamConfig config, RoomContent content);

  const StreamConfig& config() const { return config_; }
  const std::vector<stream::ManifestProduct>& products() const { return content_.products; }
  const std::vector<Comment>& replay() const { return content_.replay; }
  bool has_video() const { return !config_.media.empty(); }

  // Changes of what the manifest says; the manifest is rendered anew.
  void SetModel(const ModelFile& model);            // replaces the one with its id
  void SetTask(const stream::TaskReference& task);  // replaces the one with its id
  void RemoveTask(const std::string& id);           // nothing to do if it is not there

  // The last broadcast that is known from before the server's start. To be called before the next two.
  void Resume(const Broadcast& broadcast);

  // Takes a media playlist as ffmpeg wrote it, read at this moment. The first one of a broadcast fixes its epoch, so
  // that events and comments keep their times when the encoder restarts. Logs a warning if the segments' numbers go
  // back. Answers who awaits what it brings. Errors, which leave what was there: kMalformed and kResourceExhausted as
  // in hls.h, kUnavailable if it is what a broadcast that is over has left.
  Status SetPlaylist(std::string_view playlist, int64_t unix_ms);

  // Takes a DASH MPD of the same broadcast, as ffmpeg wrote it. Errors, which leave what was there: as in dash.h;
  // kUnavailable while there is no playlist, which is what tells programme time 0, and if it is what a broadcast that
  // is over has left.
  Status SetMpd(std::string_view mpd, int64_t unix_ms);

  // For a room without video, whose programme time 0 is the first call: it goes on at this moment.
  void GoOn(int64_t unix_ms);

  Document Manifest() const;
  Document MultivariantPlaylist() const { return multivariant_; }
  // None while the encoder has written nothing.
  std::optional<Document> MediaPlaylist() const;
  // None if the encoder writes no MPD.
  std::optional<Document> Mpd() const;
  // Does the playlist name this segment, or did it until recently (RFC 8216, 6.2.2)? Or may the MPD mean it?
  bool Lists(std::string_view segment) const;

  // Calls `found`(true) once, when what is awaited is there: at once, or from the thread that sets the playlist.
  // `found` (false) if it is not there after three target durations, or too many wait already; then from GiveUp's
  // thread, or at once. Of a playlist's position that can never be meant it is not called. `now`: seconds of the clock
  // that GiveUp is told. Precondition: there is a playlist.
  stream::Presence Await(Awaited awaited, double now, std::function<void(bool)> found);
  // Those who have waited long enough wait no longer. To be called now and then; with infinity when the server ends:
  // from then on nobody waits.
  void GiveUp(double now);

  static constexpr size_t kMaxWaiting = 16'384;
  size_t waiting() const;

  // Unix milliseconds of programme time 0; none while nothing has gone on.
  std::optional<int64_t> epoch_ms() const;
  // The last one that is known.
  std::optional<Broadcast> broadcast() const;

 private:
  struct Waiter {
    Awaited awaited;
    double until;  // seconds of GiveUp's clock
    std::function<void(bool)> found;
  };

  stream::Presence PresenceLocked(const Awaited& awaited) const;
  void RenderLocked();
  // What was on from one moment to another belongs to the last broadcast, or to a new one of that epoch.
  void GoOnLocked(int64_t from_ms, int64_t to_ms, int64_t epoch_ms);

  const StreamConfig config_;
  const RoomContent content_;
  Document multivariant_;

  mutable std::mutex mutex_;
  stream::Manifest manifest_;
  std::optional<Broadcast> broadcast_;
  std::optional<int64_t> epoch_ms_;  // of the broadcast, once it goes on
  Document manifest_document_;
  std::optional<Document> media_playlist_;
  std::optional<Document> mpd_;
  std::vector<std::string> mpd_segments_;  // the templates in it
  stream::PlaylistSpan span_;              // of that playlist
  SegmentNames segments_;
  std::set<std::string, std::less<>> hinted_;  // segments that are to come next
  std::vector<Waiter> waiting_;
  bool closed_ = false;  // nobody waits any more
};

}  // namespace sotto::server
