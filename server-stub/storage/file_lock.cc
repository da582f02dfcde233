#include "server-stub/storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace sotto::server {

Result<FileLock> FileLock::Take(const std::filesystem::path& file) {
  std::error_code failed;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), failed);
  FileDescriptor descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (descriptor.get() >= 0 && flock(descriptor.get(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(descriptor));
  if (errno == EWOULDBLOCK) return Error{ErrorCode::kUnavailable, file.string() + " is locked by another process.", ""};
  return Error{ErrorCode::kUnavailable,
               "cannot lock " + file.string() + ": " + std::generic_category().message(errno) + ".", ""};
}

}  // namespace sotto::server
