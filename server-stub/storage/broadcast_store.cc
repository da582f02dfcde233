#include "server-stub/storage/broadcast_store.h"

#include "server-stub/storage/schema.h"

namespace sotto::server {

Result<BroadcastStore> BroadcastStore::Open(const std::filesystem::path& file) {
  SOTTO_ASSIGN_OR_RETURN(Database database, Database::Open(file));
  SOTTO_RETURN_IF_ERROR(PrepareSchema(database));
  SOTTO_ASSIGN_OR_RETURN(Statement find, database.Prepare("SELECT epoch_ms, seen_ms FROM broadcast WHERE stream = ?1"));
  SOTTO_ASSIGN_OR_RETURN(
      Statement save,
      database.Prepare("INSERT OR REPLACE INTO broadcast (stream, epoch_ms, seen_ms) VALUES (?1, ?2, ?3)"));
  return BroadcastStore(std::move(database), std::move(find), std::move(save));
}

Result<std::optional<Broadcast>> BroadcastStore::Find(std::string_view stream) {
  SOTTO_ASSIGN_OR_RETURN(const bool row, find_.Bind(1, stream).Step());
  if (!row) return std::optional<Broadcast>();
  const Broadcast broadcast{find_.Integer(0), find_.Integer(1)};
  find_.Reset();
  return std::optional(broadcast);
}

Status BroadcastStore::Save(std::string_view stream, const Broadcast& broadcast) {
  return save_.Bind(1, stream).Bind(2, broadcast.epoch_ms).Bind(3, broadcast.seen_ms).Run();
}

}  // namespace sotto::server
