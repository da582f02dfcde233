// The folder into which the encoder writes: its playlist and its MPD, read when they changed, and its segments, through
// a cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server-stub/config/config.h"
#include "server-stub/http/message.h"
#include "sotto/base/result.h"

namespace sotto::server {

// Which state of a file something was read from.
struct FileStamp {
  int64_t modified_ns = 0;
  uint64_t size = 0;
  uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;
};

// Keeps what was read last, up to so many bytes: a live segment is read from disk once and sent from memory to
// everyone. Safe from any thread.
class SegmentCache {
 public:
  explicit SegmentCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null if it is not there in this state.
  SharedText Find(const std::string& key, const FileStamp& stamp);
  void Insert(const std::string& key, const FileStamp& stamp, SharedText content);

  size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    FileStamp stamp;
    SharedText content;
  };
  void EraseLocked(std::list<Entry>::iterator entry);

  const size_t max_bytes_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  size_t bytes_ = 0;
};

class MediaDirectory {
 public:
  MediaDirectory(Path folder, SegmentCache& cache) : folder_(std::move(folder)), cache_(cache) {}

  // A playlist or an MPD, if it is another than at the last call; none if it is the same or not there. One thread.
  // kResourceExhausted (above kMaxIndexBytes) and kNotFound as in ReadFile.
  Result<std::optional<std::string>> ChangedIndex(const std::string& name);
  // As if it had not been read: it could not be used yet.
  void ReadAgain(const std::string& name) { seen_.erase(name); }

  // A segment's bytes. Any thread. Precondition: IsSegmentName(name). Follows no symbolic link out of the folder.
  // kNotFound if there is none, or none of at most kMaxSegmentBytes; kUnavailable if it cannot be read now, as without
  // descriptors.
  Result<SharedText> Segment(const std::string& name) const;

  static constexpr size_t kMaxSegmentBytes = size_t{32} * 1024 * 1024;
  static constexpr size_t kMaxIndexBytes = size_t{1024} * 1024;

 private:
  const Path folder_;
  SegmentCache& cache_;
  std::map<std::string, FileStamp> seen_;  // of each index that was there
};

}  // namespace sotto::server
