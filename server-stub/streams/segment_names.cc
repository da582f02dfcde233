#include "server-stub/streams/segment_names.h"

#include "sotto/stream/media_playlist.h"

namespace sotto::server {

void SegmentNames::Add(std::string_view playlist, int64_t until_ms) {
  stream::ForEachLine(playlist, [&](std::string_view line, size_t) {
    const std::string_view uri = stream::UriOf(line);
    if (!uri.empty()) until_[std::string(uri)] = until_ms;
  });
}

void SegmentNames::Forget(int64_t before_ms) {
  std::erase_if(until_, [&](const auto& entry) { return entry.second < before_ms; });
}

}  // namespace sotto::server
