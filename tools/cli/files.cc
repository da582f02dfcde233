#include "tools/cli/files.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace sotto::cli {

Result<Bytes> ReadFile(const std::string& path, size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::kNotFound, path + " cannot be opened.", "Check the path and its permissions."};
  Bytes bytes;
  std::array<char, 65536> buffer{};
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    const ByteSpan part = AsBytes({buffer.data(), static_cast<size_t>(file.gcount())});
    if (part.size() > limit - bytes.size()) {
      return Error{ErrorCode::kResourceExhausted, path + " is larger than " + std::to_string(limit) + " bytes.", ""};
    }
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  if (file.bad() || !file.eof()) return Error{ErrorCode::kUnavailable, path + " cannot be read.", "Is it a file?"};
  return bytes;
}

Status WriteFile(const std::string& path, ByteSpan bytes) {
  const std::string beside = path + ".part";
  const Error failed{ErrorCode::kUnavailable, path + " cannot be written.",
                     "Check the folder, its permissions and the disk."};
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) {
      (void)std::remove(beside.c_str());
      return failed;
    }
  }
  std::error_code code;
  std::filesystem::rename(beside, path, code);
  if (code) {
    (void)std::remove(beside.c_str());
    return failed;
  }
  return {};
}

}  // namespace sotto::cli
