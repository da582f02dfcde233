// Keeps a second process away from files that take one writer (flock(2)).
#pragma once

#include <filesystem>
#include <utility>

#include "server-stub/config/file_descriptor.h"
#include "sotto/base/result.h"

namespace sotto::server {

// Held as long as it lives. Ends with the process, however that ends, so nothing is left to clean up.
class FileLock {
 public:
  // Locks `file`, which is created with its folder and stays, empty. kUnavailable if another holds the lock, or if the
  // file cannot be opened or locked.
  static Result<FileLock> Take(const std::filesystem::path& file);

 private:
  explicit FileLock(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

  FileDescriptor descriptor_;
};

}  // namespace sotto::server
