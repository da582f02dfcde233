#include "server-stub/storage/model_store.h"

#include "server-stub/storage/schema.h"

namespace sotto::server {

Result<ModelStore> ModelStore::Open(const std::filesystem::path& file) {
  SOTTO_ASSIGN_OR_RETURN(Database database, Database::Open(file));
  SOTTO_RETURN_IF_ERROR(PrepareSchema(database));
  SOTTO_ASSIGN_OR_RETURN(Statement next,
                         database.Prepare("SELECT coalesce(max(version), 0) + 1 FROM model WHERE id = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement add,
                         database.Prepare("INSERT INTO model (id, version, stream, bytes) VALUES (?1, ?2, ?3, ?4)"));
  return ModelStore(std::move(database), std::move(next), std::move(add));
}

Result<StoredModel> ModelStore::Add(std::string_view id, std::string_view stream, std::string_view bytes) {
  SOTTO_RETURN_IF_ERROR(database_.Execute("BEGIN IMMEDIATE"));
  auto stored = InTransaction(id, stream, bytes);
  const Status end = database_.Execute(stored.ok() ? "COMMIT" : "ROLLBACK");
  if (stored.ok() && !end.ok()) {
    (void)database_.Execute("ROLLBACK");
    return end.error();
  }
  return stored;
}

Result<StoredModel> ModelStore::InTransaction(std::string_view id, std::string_view stream, std::string_view bytes) {
  SOTTO_ASSIGN_OR_RETURN(const bool row, next_.Bind(1, id).Step());
  const int64_t version = row ? next_.Integer(0) : 1;
  next_.Reset();
  SOTTO_RETURN_IF_ERROR(add_.Bind(1, id).Bind(2, version).Bind(3, stream).Bind(4, AsBytes(bytes)).Run());
  return StoredModel{std::string(id), static_cast<uint64_t>(version), std::string(stream), std::string(bytes)};
}

}  // namespace sotto::server
