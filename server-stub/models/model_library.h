// The model files that the server gives out. A version never changes once it is here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server-stub/http/message.h"
#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/stream/manifest.h"

namespace sotto::server {

struct ModelFile {
  std::string id;
  std::string version;
  std::string sha256;  // 64 lower-case hexadecimal digits
  SharedText bytes;
};

// With its hash computed. kResourceExhausted for none or more than 64 MiB, which no manifest can name.
Result<ModelFile> MakeModelFile(std::string id, std::string version, std::string bytes);

// As the manifest names it.
stream::ModelReference ReferenceTo(const ModelFile& model);

// Safe from any thread.
class ModelLibrary {
 public:
  // kMismatch if the library has other bytes for this id and version.
  Status Add(ModelFile model);

  std::optional<ModelFile> Find(std::string_view id, std::string_view version) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, ModelFile> models_;
};

}  // namespace sotto::server
