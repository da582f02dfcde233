#include "server-stub/storage/update_store.h"

#include <bit>

#include "server-stub/models/sha256.h"
#include "server-stub/storage/schema.h"

namespace sotto::server {
namespace {

Bytes Encode(const std::vector<int64_t>& sums) {
  ByteWriter writer;
  for (const int64_t sum : sums) writer.U64(static_cast<uint64_t>(sum));
  return writer.Release();
}

// The integer of a statement's one row.
Result<int64_t> OneInteger(Statement& statement) {
  SOTTO_ASSIGN_OR_RETURN(const bool row, statement.Step());
  const int64_t number = row ? statement.Integer(0) : 0;
  statement.Reset();
  return number;
}

}  // namespace

Result<UpdateStore> UpdateStore::Open(const std::filesystem::path& file) {
  SOTTO_ASSIGN_OR_RETURN(Database database, Database::Open(file));
  SOTTO_RETURN_IF_ERROR(PrepareSchema(database));
  SOTTO_ASSIGN_OR_RETURN(Statement add_task, database.Prepare("INSERT INTO task (id, digest) VALUES (?1, ?2) "
                                                              "ON CONFLICT DO NOTHING"));
  SOTTO_ASSIGN_OR_RETURN(Statement task_digest, database.Prepare("SELECT digest FROM task WHERE id = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement find_update,
                         database.Prepare("SELECT sha256 FROM contribution WHERE task = ?1 AND id = ?2"));
  SOTTO_ASSIGN_OR_RETURN(
      Statement add_update,
      database.Prepare("INSERT INTO contribution (task, id, sha256, bytes) VALUES (?1, ?2, ?3, ?4)"));
  SOTTO_ASSIGN_OR_RETURN(Statement count_updates,
                         database.Prepare("SELECT count(*) FROM contribution WHERE task = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement updates,
                         database.Prepare("SELECT bytes FROM contribution WHERE task = ?1 AND bytes IS NOT NULL"));
  SOTTO_ASSIGN_OR_RETURN(Statement forget_bytes,
                         database.Prepare("UPDATE contribution SET bytes = NULL WHERE task = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement find_round, database.Prepare("SELECT count(*) FROM round WHERE task = ?1"));
  SOTTO_ASSIGN_OR_RETURN(
      Statement add_round,
      database.Prepare("INSERT INTO round (task, count, sums, model, version) VALUES (?1, ?2, ?3, ?4, ?5)"));
  SOTTO_ASSIGN_OR_RETURN(Statement next_version,
                         database.Prepare("SELECT coalesce(max(version), 0) + 1 FROM model WHERE id = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement add_model,
                         database.Prepare("INSERT INTO model (id, version, stream, bytes) VALUES (?1, ?2, ?3, ?4)"));
  SOTTO_ASSIGN_OR_RETURN(Statement models,
                         database.Prepare("SELECT id, version, stream, bytes FROM model ORDER BY id, version"));
  return UpdateStore(std::move(database),
                     {std::move(add_task), std::move(task_digest), std::move(find_update), std::move(add_update),
                      std::move(count_updates), std::move(updates), std::move(forget_bytes), std::move(find_round),
                      std::move(add_round), std::move(next_version), std::move(add_model), std::move(models)});
}

Status UpdateStore::AddTask(const std::string& id, uint64_t digest) {
  // SQLite's integers are signed; the same 64 bits.
  const auto stored = std::bit_cast<int64_t>(digest);
  SOTTO_RETURN_IF_ERROR(sql_.add_task.Bind(1, id).Bind(2, stored).Run());
  SOTTO_ASSIGN_OR_RETURN(const int64_t found, OneInteger(sql_.task_digest.Bind(1, id)));
  if (found == stored) return {};
  return Error{ErrorCode::kMismatch,
               "task " + id +
                   " was started with other parameters (items, max_items or "
                   "sigma_squared).",
               "Give the changed task a new id."};
}

Result<PutOutcome> UpdateStore::Put(std::string_view task, std::string_view id, ByteSpan bytes, bool accept_new) {
  const Bytes sha256 = Sha256(bytes);
  SOTTO_ASSIGN_OR_RETURN(const bool exists, sql_.find_update.Bind(1, task).Bind(2, id).Step());
  if (exists) {
    const bool same = sql_.find_update.Blob(0) == sha256;
    sql_.find_update.Reset();
    return same ? PutOutcome::kDuplicate : PutOutcome::kConflict;
  }
  if (!accept_new) return PutOutcome::kClosed;
  SOTTO_RETURN_IF_ERROR(sql_.add_update.Bind(1, task).Bind(2, id).Bind(3, sha256).Bind(4, bytes).Run());
  return PutOutcome::kStored;
}

Result<uint64_t> UpdateStore::CountUpdates(std::string_view task) {
  SOTTO_ASSIGN_OR_RETURN(const int64_t count, OneInteger(sql_.count_updates.Bind(1, task)));
  return static_cast<uint64_t>(count);
}

Status UpdateStore::ForEachUpdate(std::string_view task, const std::function<Status(ByteSpan)>& take) {
  sql_.updates.Bind(1, task);
  while (true) {
    SOTTO_ASSIGN_OR_RETURN(const bool row, sql_.updates.Step());
    if (!row) return {};
    if (auto status = take(sql_.updates.BlobView(0)); !status.ok()) {
      sql_.updates.Reset();
      return status;
    }
  }
}

Result<bool> UpdateStore::IsClosed(std::string_view task) {
  SOTTO_ASSIGN_OR_RETURN(const int64_t rounds, OneInteger(sql_.find_round.Bind(1, task)));
  return rounds > 0;
}

Result<uint64_t> UpdateStore::NextVersion(std::string_view model) {
  SOTTO_ASSIGN_OR_RETURN(const int64_t version, OneInteger(sql_.next_version.Bind(1, model)));
  return static_cast<uint64_t>(version);
}

Status UpdateStore::SaveRound(std::string_view task, const ClosedRound& round, const StoredModel& model) {
  const auto version = static_cast<int64_t>(model.version);
  SOTTO_RETURN_IF_ERROR(
      sql_.add_model.Bind(1, model.id).Bind(2, version).Bind(3, model.stream).Bind(4, AsBytes(model.bytes)).Run());
  SOTTO_RETURN_IF_ERROR(sql_.add_round.Bind(1, task)
                            .Bind(2, static_cast<int64_t>(round.count))
                            .Bind(3, Encode(round.sums))
                            .Bind(4, model.id)
                            .Bind(5, version)
                            .Run());
  return sql_.forget_bytes.Bind(1, task).Run();
}

Result<std::vector<StoredModel>> UpdateStore::Models() {
  std::vector<StoredModel> models;
  while (true) {
    SOTTO_ASSIGN_OR_RETURN(const bool row, sql_.models.Step());
    if (!row) return models;
    models.push_back(
        {sql_.models.Text(0), static_cast<uint64_t>(sql_.models.Integer(1)), sql_.models.Text(2), sql_.models.Text(3)});
  }
}

}  // namespace sotto::server
