// Everything that the routes answer from. Put together once, by app/; the routes share it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server-stub/aggregator/aggregator.h"
#include "server-stub/comments/hub.h"
#include "server-stub/config/config.h"
#include "server-stub/http/connection_counter.h"
#include "server-stub/http/rate_limiter.h"
#include "server-stub/metrics/metrics.h"
#include "server-stub/models/model_library.h"
#include "server-stub/rounds/task.h"
#include "server-stub/storage/broadcast_store.h"
#include "server-stub/storage/commit_thread.h"
#include "server-stub/storage/file_lock.h"
#include "server-stub/storage/model_store.h"
#include "server-stub/streams/media_directory.h"
#include "server-stub/streams/room.h"

namespace sotto::server {

// One stream and the ways to its viewers.
struct StreamSite {
  StreamSite(const StreamConfig& config, RoomContent content, SegmentCache& cache)
      : room(config, std::move(content)), media(config.media, cache) {}

  Room room;
  MediaDirectory media;
  std::unique_ptr<Hub> hub;  // set before the first connection
};

struct Site {
  explicit Site(const Config& configuration)
      : config(configuration),
        segments(configuration.limits.segment_cache_bytes),
        update_rate(configuration.limits.updates_per_minute),
        report_rate(configuration.aggregator ? configuration.aggregator->reports_per_minute : 0),
        token_rate(configuration.limits.token_requests_per_minute),
        wrong_token_rate(configuration.limits.wrong_tokens_per_minute),
        comment_rate(configuration.limits.comments_per_minute),
        stream_comment_rate(configuration.limits.stream_comments_per_second, 1) {}

  const Config config;
  Metrics metrics;
  ModelLibrary models;
  SegmentCache segments;
  std::map<std::string, StreamSite, std::less<>> streams;
  std::map<std::string, Task, std::less<>> tasks;
  RateLimiter update_rate;               // by address
  RateLimiter report_rate;               // by address
  RateLimiter token_rate;                // by token
  RateLimiter wrong_token_rate;          // by address
  RateLimiter comment_rate;              // by address
  RateLimiter stream_comment_rate;       // by stream
  std::optional<FileLock> storage_lock;  // held while the storage is open
  std::optional<BroadcastStore> broadcasts;
  std::optional<ModelStore> model_store;
  std::unique_ptr<CommitThread> storage;            // set before the first connection
  std::optional<AggregatorFiles> aggregator_files;  // until the storage is open
  std::unique_ptr<Aggregator> aggregator;           // null without that part; set before the first connection
  std::atomic<bool> draining = false;
  std::atomic<bool> storage_away = false;  // the aggregator's, when it was asked last
  WorkPool chores{1, 16};  // what an operator asks for and the disk makes slow; last: it uses everything above
};

// Unix milliseconds, and seconds of a clock that never runs backwards.
int64_t UnixNow();
double SteadyNow();

// Seconds of programme time now: 0 while nothing has gone on.
double ProgrammeNow(const Room& room);

}  // namespace sotto::server
