#include "server-stub/config/files.h"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace sotto::server {

Result<std::string> ReadFile(const std::filesystem::path& file, size_t max_bytes) {
  std::error_code status;
  if (std::filesystem::is_directory(file, status)) {
    return Error{ErrorCode::kNotFound, file.string() + " is a folder, expected a file.", ""};
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return Error{ErrorCode::kNotFound,
                 "cannot read " + file.string() + ": " + std::generic_category().message(errno) + ".",
                 "Relative paths are relative to the folder of the configuration."};
  }
  std::string content;
  std::string block(64 * 1024, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    content.append(block, 0, static_cast<size_t>(in.gcount()));
    if (content.size() > max_bytes) {
      return Error{ErrorCode::kResourceExhausted,
                   file.string() + " has more than the " + std::to_string(max_bytes) + " bytes allowed.", ""};
    }
  }
  return content;
}

}  // namespace sotto::server
