#include "server-stub/app/secret_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace sotto::server {
namespace {

bool OthersRead(const Path& file) {
  std::error_code failed;
  const auto permissions = std::filesystem::status(file, failed).permissions();
  return !failed && (permissions & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

// postgresql://user:password@host or ...?password=...
bool HasPassword(const std::string& storage) {
  const size_t begin = storage.find("://");
  if (begin == std::string::npos) return false;
  const std::string rest = storage.substr(begin + 3);
  const std::string user = rest.substr(0, std::min(rest.find('@'), rest.find('/')));
  return (rest.find('@') != std::string::npos && user.find(':') != std::string::npos) ||
         rest.find("password=") != std::string::npos;
}

}  // namespace

std::vector<std::string> ReadableByOthers(const Path& config_file, const Config& config) {
  if (!config.aggregator) return {};
  std::vector<Path> secrets;
  std::error_code failed;
  for (auto entry = std::filesystem::directory_iterator(config.aggregator->tasks, failed);
       !failed && entry != end(entry); entry.increment(failed)) {
    if (entry->path().extension() == ".toml") secrets.push_back(entry->path());
  }
  std::sort(secrets.begin(), secrets.end());
  if (!config.aggregator->private_key.empty()) secrets.push_back(config.aggregator->private_key);
  if (HasPassword(config.aggregator->storage)) secrets.push_back(config_file);
  std::vector<std::string> sentences;
  for (const Path& file : secrets) {
    if (!OthersRead(file)) continue;
    sentences.push_back(file.string() + " holds secrets and can be read by everybody on this machine: chmod 600 it.");
  }
  return sentences;
}

}  // namespace sotto::server
