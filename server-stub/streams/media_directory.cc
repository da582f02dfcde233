#include "server-stub/streams/media_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "server-stub/config/file_descriptor.h"
#include "server-stub/config/files.h"

namespace sotto::server {
namespace {

FileStamp StampOf(const struct stat& status) {
  return {int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
          static_cast<uint64_t>(status.st_size), status.st_ino};
}

// Exactly `size` bytes from the start; null if the file has fewer.
SharedText ReadExactly(int descriptor, size_t size) {
  std::string content(size, '\0');
  size_t done = 0;
  while (done < size) {
    const ssize_t count = pread(descriptor, content.data() + done, size - done, static_cast<off_t>(done));
    if (count <= 0) return nullptr;
    done += static_cast<size_t>(count);
  }
  return Share(std::move(content));
}

Error NotFound(const std::string& name) {
  return {ErrorCode::kNotFound, "segment " + name + " is not there, or not any more.", ""};
}

Error CannotRead(const std::string& name) {
  return {ErrorCode::kUnavailable, "segment " + name + " cannot be read at the moment.", ""};
}

}  // namespace

SharedText SegmentCache::Find(const std::string& key, const FileStamp& stamp) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second->stamp != stamp) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->content;
}

void SegmentCache::Insert(const std::string& key, const FileStamp& stamp, SharedText content) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) EraseLocked(found->second);
  bytes_ += content->size();
  entries_.push_front({key, stamp, std::move(content)});
  by_key_[key] = entries_.begin();
  while (bytes_ > max_bytes_) EraseLocked(std::prev(entries_.end()));
}

void SegmentCache::EraseLocked(std::list<Entry>::iterator entry) {
  bytes_ -= entry->content->size();
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

size_t SegmentCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

Result<std::optional<std::string>> MediaDirectory::ChangedIndex(const std::string& name) {
  const Path file = folder_ / name;
  FileStamp& seen = seen_[name];
  struct stat status{};
  if (stat(file.c_str(), &status) != 0 || StampOf(status) == seen) return std::optional<std::string>();
  seen = StampOf(status);
  SOTTO_ASSIGN_OR_RETURN(std::string index, ReadFile(file, kMaxIndexBytes));
  return std::optional(std::move(index));
}

Result<SharedText> MediaDirectory::Segment(const std::string& name) const {
  const Path file = folder_ / name;
  const FileDescriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  // ELOOP: a symbolic link.
  if (descriptor.get() < 0) return errno == ENOENT || errno == ELOOP ? NotFound(name) : CannotRead(name);
  struct stat status{};
  if (fstat(descriptor.get(), &status) != 0) return CannotRead(name);
  const FileStamp stamp = StampOf(status);
  if (!S_ISREG(status.st_mode) || stamp.size > kMaxSegmentBytes) return NotFound(name);
  if (SharedText cached = cache_.Find(file.native(), stamp)) return cached;
  SharedText content = ReadExactly(descriptor.get(), stamp.size);
  if (!content) return CannotRead(name);
  cache_.Insert(file.native(), stamp, content);
  return content;
}

}  // namespace sotto::server
