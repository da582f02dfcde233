// Models that an operator publishes, beside those of rounds: the same table, the same versions.
#pragma once

#include <filesystem>
#include <string_view>

#include "server-stub/storage/database.h"
#include "server-stub/storage/update_store.h"

namespace sotto::server {

// For one thread at a time.
class ModelStore {
 public:
  static Result<ModelStore> Open(const std::filesystem::path& file);

  // Stored under the id's next version, which is never given to other bytes. kUnavailable, and nothing was stored.
  Result<StoredModel> Add(std::string_view id, std::string_view stream, std::string_view bytes);

 private:
  ModelStore(Database database, Statement next, Statement add)
      : database_(std::move(database)), next_(std::move(next)), add_(std::move(add)) {}
  Result<StoredModel> InTransaction(std::string_view id, std::string_view stream, std::string_view bytes);

  Database database_;
  Statement next_;
  Statement add_;
};

}  // namespace sotto::server
