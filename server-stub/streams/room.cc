#include "server-stub/streams/room.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "server-stub/config/files.h"
#include "server-stub/http/conditional.h"
#include "sotto/stream/clock.h"
#include "sotto/stream/dash.h"
#include "sotto/stream/hls.h"
#include "sotto/stream/media_playlist.h"
#include "sotto/stream/names.h"

namespace sotto::server {
namespace {

// Seconds of events that a playlist shows beyond its end. Players refresh it every few seconds.
constexpr double kLookAhead = 60;

Error InFile(const Path& file, const Error& error) {
  return {error.code, file.string() + ": " + error.message, error.hint};
}

Result<std::vector<stream::TimedEvent>> LoadEvents(const StreamConfig& config,
                                                   const std::vector<stream::ManifestProduct>& products) {
  if (config.events.empty()) return std::vector<stream::TimedEvent>();
  SOTTO_ASSIGN_OR_RETURN(const std::string json, ReadFile(config.events));
  auto events = stream::ParseEvents(json, products);
  if (!events.ok()) return InFile(config.events, events.error());
  for (stream::TimedEvent& event : events.value()) {
    if (event.every > 0 || config.event_period == 0) continue;
    if (event.duration > config.event_period) {
      return Error{ErrorCode::kInvalidArgument,
                   config.events.string() + ": event " + event.id + " lasts longer than event_period.", ""};
    }
    event.every = config.event_period;
  }
  return events;
}

Result<std::vector<stream::Campaign>> LoadCampaigns(const StreamConfig& config,
                                                    const std::vector<stream::ManifestProduct>& products) {
  if (config.campaigns.empty()) return std::vector<stream::Campaign>();
  SOTTO_ASSIGN_OR_RETURN(const std::string json, ReadFile(config.campaigns));
  auto campaigns = stream::ParseCampaigns(json, products);
  if (!campaigns.ok()) return InFile(config.campaigns, campaigns.error());
  return campaigns;
}

stream::Manifest ManifestOf(const StreamConfig& config, const RoomContent& content) {
  stream::Manifest manifest;
  manifest.stream = config.id;
  manifest.title = config.title;
  manifest.hls = config.media.empty() ? "" : "master.m3u8";
  manifest.comments = "comments";
  manifest.refresh = config.refresh;
  manifest.catalogue = config.catalogue;
  manifest.products = content.products;
  manifest.events = content.events;
  manifest.campaigns = content.campaigns;
  return manifest;
}

std::string MultivariantPlaylistOf(const StreamConfig& config) {
  return stream::RenderMultivariantPlaylist(
      {"live.m3u8", config.bandwidth, config.width, config.height, config.codecs, config.frame_rate});
}

}  // namespace

Document MakeDocument(std::string text) {
  std::string tag = EntityTagOf(text);
  return {Share(std::move(text)), std::move(tag)};
}

Result<RoomContent> LoadRoomContent(const StreamConfig& config) {
  RoomContent content;
  SOTTO_ASSIGN_OR_RETURN(const std::string json, ReadFile(config.products));
  auto products = stream::ParseProducts(json);
  if (!products.ok()) return InFile(config.products, products.error());
  content.products = std::move(products).value();
  for (stream::ManifestProduct& product : content.products) {
    if (stream::IsRelativeUrl(product.image)) product.image = config.image_base + product.image;
  }
  SOTTO_ASSIGN_OR_RETURN(content.events, LoadEvents(config, content.products));
  SOTTO_ASSIGN_OR_RETURN(content.campaigns, LoadCampaigns(config, content.products));
  if (!config.comments_replay.empty()) {
    SOTTO_ASSIGN_OR_RETURN(const std::string lines, ReadFile(config.comments_replay));
    auto replay = ParseReplay(lines);
    if (!replay.ok()) return InFile(config.comments_replay, replay.error());
    content.replay = std::move(replay).value();
  }
  return content;
}

Room::Room(StreamConfig config, RoomContent content)
    : config_(std::move(config)),
      content_(std::move(content)),
      multivariant_(MakeDocument(MultivariantPlaylistOf(config_))),
      manifest_(ManifestOf(config_, content_)) {
  RenderLocked();
}

void Room::RenderLocked() {
  manifest_document_ = MakeDocument(stream::RenderManifest(manifest_));
}

void Room::SetModel(const ModelFile& model) {
  const std::lock_guard lock(mutex_);
  auto& models = manifest_.models;
  const auto same_id = [&](const stream::ModelReference& reference) { return reference.id == model.id; };
  const auto found = std::find_if(models.begin(), models.end(), same_id);
  if (found == models.end()) {
    models.push_back(ReferenceTo(model));
  } else {
    *found = ReferenceTo(model);
  }
  RenderLocked();
}

void Room::SetTask(const stream::TaskReference& task) {
  const std::lock_guard lock(mutex_);
  auto& tasks = manifest_.tasks;
  const auto known = std::find_if(tasks.begin(), tasks.end(), [&](const auto& each) { return each.id == task.id; });
  if (known != tasks.end() && *known == task) return;
  if (known == tasks.end()) {
    tasks.push_back(task);
  } else {
    *known = task;
  }
  RenderLocked();
}

void Room::RemoveTask(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (std::erase_if(manifest_.tasks, [&](const auto& task) { return task.id == id; }) > 0) RenderLocked();
}

void Room::Resume(const Broadcast& broadcast) {
  const std::lock_guard lock(mutex_);
  broadcast_ = broadcast;
}

void Room::GoOnLocked(int64_t from_ms, int64_t to_ms, int64_t epoch_ms) {
  if (!broadcast_ || from_ms > broadcast_->seen_ms + kBroadcastGapMs) broadcast_ = Broadcast{epoch_ms, to_ms};
  broadcast_->seen_ms = std::max(broadcast_->seen_ms, to_ms);
  if (epoch_ms_ == broadcast_->epoch_ms) return;
  epoch_ms_ = broadcast_->epoch_ms;
  manifest_.epoch = stream::FormatRfc3339(*epoch_ms_);
  mpd_.reset();  // of another broadcast
  mpd_segments_.clear();
  RenderLocked();
}

Status Room::SetPlaylist(std::string_view playlist, int64_t unix_ms) {
  SOTTO_ASSIGN_OR_RETURN(const stream::PlaylistSpan span, stream::MeasurePlaylist(playlist));
  if (span.end_ms < unix_ms - kBroadcastGapMs) {
    return Error{ErrorCode::kUnavailable,
                 "the playlist ends at " + stream::FormatRfc3339(span.end_ms) + ", that broadcast is over.",
                 "Start the encoder, or set the clock of its machine."};
  }
  SOTTO_ASSIGN_OR_RETURN(const std::string epoch, stream::EpochOfPlaylist(playlist));
  SOTTO_ASSIGN_OR_RETURN(const int64_t epoch_ms, stream::ParseRfc3339(epoch));
  std::unique_lock lock(mutex_);
  GoOnLocked(span.start_ms, span.end_ms, epoch_ms);
  SOTTO_ASSIGN_OR_RETURN(std::string rendered,
                         stream::RenderMediaPlaylist(playlist, manifest_, kLookAhead, "segments/"));
  if (span.part_target > 0 && !span.ended) rendered = stream::OfferBlockingReload(rendered, span.part_target);
  media_playlist_ = MakeDocument(std::move(rendered));
  if (span.media_sequence < span_.media_sequence) {
    // Names come again, with other content; players wait for numbers that they do not know yet.
    spdlog::warn("playlist went back, run ffmpeg with append_list stream={} from={} to={}", config_.id,
                 span_.media_sequence, span.media_sequence);
    segments_.Clear();
  }
  span_ = span;
  segments_.Forget(unix_ms);
  segments_.Add(playlist, unix_ms + 2 * (span.end_ms - span.start_ms));
  hinted_.clear();
  stream::ForEachLine(playlist, [&](std::string_view line, size_t) {
    if (const std::string_view uri = stream::HintedUriOf(line); !uri.empty()) hinted_.emplace(uri);
  });
  const auto still = std::partition(waiting_.begin(), waiting_.end(), [&](const Waiter& waiter) {
    return PresenceLocked(waiter.awaited) == stream::Presence::kComing;
  });
  std::vector<Waiter> answered(std::make_move_iterator(still), std::make_move_iterator(waiting_.end()));
  waiting_.erase(still, waiting_.end());
  std::vector<bool> there;
  there.reserve(answered.size());
  for (const Waiter& waiter : answered) there.push_back(PresenceLocked(waiter.awaited) == stream::Presence::kThere);
  lock.unlock();
  for (size_t i = 0; i < answered.size(); ++i) answered[i].found(there[i]);
  return {};
}

Status Room::SetMpd(std::string_view mpd, int64_t unix_ms) {
  const auto published = stream::PublishTimeOf(mpd);
  // A static one is the end of what was on; alone it is what some other broadcast has left.
  const bool over = published ? *published < unix_ms - kBroadcastGapMs : !Mpd();
  if (over) {
    return Error{ErrorCode::kUnavailable, "the MPD is of a broadcast that is over.",
                 "Start the encoder, or set the clock of its machine."};
  }
  const std::lock_guard lock(mutex_);
  if (!epoch_ms_) {
    return Error{ErrorCode::kUnavailable, "the MPD's events have no time before live.m3u8 is there.",
                 "Let the encoder write both."};
  }
  SOTTO_ASSIGN_OR_RETURN(std::string rendered, stream::RenderMpd(mpd, manifest_, kLookAhead, "segments/"));
  mpd_ = MakeDocument(std::move(rendered));
  const auto templates = stream::SegmentTemplatesOf(mpd);
  mpd_segments_.assign(templates.begin(), templates.end());
  return {};
}

stream::Presence Room::PresenceLocked(const Awaited& awaited) const {
  if (const auto* position = std::get_if<stream::PlaylistPosition>(&awaited)) {
    return stream::PresenceOf(*position, span_);
  }
  const auto& segment = std::get<std::string>(awaited);
  if (segments_.Contains(segment)) return stream::Presence::kThere;
  return hinted_.contains(segment) ? stream::Presence::kComing : stream::Presence::kNever;
}

stream::Presence Room::Await(Awaited awaited, double now, std::function<void(bool)> found) {
  std::unique_lock lock(mutex_);
  const stream::Presence presence = PresenceLocked(awaited);
  if (presence == stream::Presence::kNever) return presence;
  const bool full = waiting_.size() >= kMaxWaiting || closed_;
  if (presence == stream::Presence::kComing && !full) {
    waiting_.push_back({std::move(awaited), now + 3 * span_.target_duration, std::move(found)});
    return presence;
  }
  lock.unlock();
  found(presence == stream::Presence::kThere);
  return presence;
}

size_t Room::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void Room::GiveUp(double now) {
  std::vector<Waiter> late;
  {
    const std::lock_guard lock(mutex_);
    closed_ = closed_ || std::isinf(now);
    const auto still =
        std::partition(waiting_.begin(), waiting_.end(), [&](const Waiter& waiter) { return waiter.until > now; });
    late.assign(std::make_move_iterator(still), std::make_move_iterator(waiting_.end()));
    waiting_.erase(still, waiting_.end());
  }
  for (const Waiter& waiter : late) waiter.found(false);
}

void Room::GoOn(int64_t unix_ms) {
  const std::lock_guard lock(mutex_);
  GoOnLocked(unix_ms, unix_ms, unix_ms);
}

Document Room::Manifest() const {
  const std::lock_guard lock(mutex_);
  return manifest_document_;
}

std::optional<Document> Room::MediaPlaylist() const {
  const std::lock_guard lock(mutex_);
  return media_playlist_;
}

std::optional<Document> Room::Mpd() const {
  const std::lock_guard lock(mutex_);
  return mpd_;
}

bool Room::Lists(std::string_view segment) const {
  const std::lock_guard lock(mutex_);
  const auto stands_for_it = [&](const std::string& each) { return stream::IsOfTemplate(segment, each); };
  return segments_.Contains(segment) || std::any_of(mpd_segments_.begin(), mpd_segments_.end(), stands_for_it);
}

std::optional<int64_t> Room::epoch_ms() const {
  const std::lock_guard lock(mutex_);
  return epoch_ms_;
}

std::optional<Broadcast> Room::broadcast() const {
  const std::lock_guard lock(mutex_);
  return broadcast_;
}

}  // namespace sotto::server
