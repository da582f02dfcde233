#include "server-stub/models/model_library.h"

#include "server-stub/models/sha256.h"

namespace sotto::server {
namespace {

constexpr size_t kMaxModelBytes = size_t{64} * 1024 * 1024;

}  // namespace

Result<ModelFile> MakeModelFile(std::string id, std::string version, std::string bytes) {
  if (bytes.empty() || bytes.size() > kMaxModelBytes) {
    return Error{
        ErrorCode::kResourceExhausted,
        "model " + id + " " + version + " has " + std::to_string(bytes.size()) + " bytes, expected 1 to 67108864.", ""};
  }
  std::string sha256 = Sha256Hex(AsBytes(bytes));
  return ModelFile{std::move(id), std::move(version), std::move(sha256), Share(std::move(bytes))};
}

stream::ModelReference ReferenceTo(const ModelFile& model) {
  return {model.id, model.version, "/v1/models/" + model.id + "/" + model.version, model.sha256, model.bytes->size()};
}

Status ModelLibrary::Add(ModelFile model) {
  const std::lock_guard lock(mutex_);
  auto key = std::pair(model.id, model.version);
  const auto [found, added] = models_.try_emplace(std::move(key), model);
  if (added || found->second.sha256 == model.sha256) return {};
  return Error{ErrorCode::kMismatch, "model " + model.id + " " + model.version + " exists with other bytes.",
               "A version never changes; give the new file a new version."};
}

std::optional<ModelFile> ModelLibrary::Find(std::string_view id, std::string_view version) const {
  const std::lock_guard lock(mutex_);
  const auto found = models_.find(std::pair(std::string(id), std::string(version)));
  if (found == models_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sotto::server
