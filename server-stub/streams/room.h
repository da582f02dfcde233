// One stream as its viewers see it: manifest and playlists, rendered once for each change and shared by every request.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
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

namespace sotto::server {

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
  Room(const StreamConfig& config, RoomContent content);

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
  // back. Errors, which leave what was there: kMalformed and kResourceExhausted as in hls.h, kUnavailable if it is what
  // a broadcast that is over has left.
  Status SetPlaylist(std::string_view playlist, int64_t unix_ms);

  // For a room without video, whose programme time 0 is the first call: it goes on at this moment.
  void GoOn(int64_t unix_ms);

  Document Manifest() const;
  Document MultivariantPlaylist() const { return multivariant_; }
  // None while the encoder has written nothing.
  std::optional<Document> MediaPlaylist() const;
  // Does the playlist name this segment, or did it until recently (RFC 8216, 6.2.2)?
  bool Lists(std::string_view segment) const;

  // Unix milliseconds of programme time 0; none while nothing has gone on.
  std::optional<int64_t> epoch_ms() const;
  // The last one that is known.
  std::optional<Broadcast> broadcast() const;

 private:
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
  uint64_t media_sequence_ = 0;  // of that playlist
  SegmentNames segments_;
};

}  // namespace sotto::server
