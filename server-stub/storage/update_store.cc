#include "server-stub/storage/update_store.h"

#include <algorithm>
#include <bit>

#include "server-stub/storage/schema.h"

namespace sotto::server {
namespace {

Bytes Encode(const std::vector<int64_t>& sums) {
  ByteWriter writer;
  for (const int64_t sum : sums) writer.U64(static_cast<uint64_t>(sum));
  return writer.Release();
}

Result<std::vector<int64_t>> Decode(ByteSpan bytes) {
  std::vector<int64_t> sums;
  ByteReader reader(bytes);
  while (reader.remaining() > 0) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t sum, reader.U64());
    sums.push_back(static_cast<int64_t>(sum));
  }
  return sums;
}

Error NoRound(std::string_view task) {
  return {ErrorCode::kNotFound, "storage: task " + std::string(task) + " has no round.", ""};
}

}  // namespace

Result<UpdateStore> UpdateStore::Open(const std::filesystem::path& file) {
  SOTTO_ASSIGN_OR_RETURN(Database database, Database::Open(file));
  SOTTO_RETURN_IF_ERROR(PrepareSchema(database));
  SOTTO_ASSIGN_OR_RETURN(
      Statement add_task,
      database.Prepare("INSERT INTO round (task, digest, count, sums) VALUES (?1, ?2, 0, ?3) ON CONFLICT DO NOTHING"));
  SOTTO_ASSIGN_OR_RETURN(Statement find_round,
                         database.Prepare("SELECT digest, count, sums, model FROM round WHERE task = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement find_update,
                         database.Prepare("SELECT sha256 FROM contribution WHERE task = ?1 AND id = ?2"));
  SOTTO_ASSIGN_OR_RETURN(Statement add_update,
                         database.Prepare("INSERT INTO contribution (task, id, sha256) VALUES (?1, ?2, ?3)"));
  SOTTO_ASSIGN_OR_RETURN(Statement save_sums,
                         database.Prepare("UPDATE round SET count = ?2, sums = ?3 WHERE task = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement next_version,
                         database.Prepare("SELECT coalesce(max(version), 0) + 1 FROM model WHERE id = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement add_model,
                         database.Prepare("INSERT INTO model (id, version, stream, bytes) VALUES (?1, ?2, ?3, ?4)"));
  SOTTO_ASSIGN_OR_RETURN(Statement close_round,
                         database.Prepare("UPDATE round SET model = ?2, version = ?3 WHERE task = ?1"));
  SOTTO_ASSIGN_OR_RETURN(Statement models,
                         database.Prepare("SELECT id, version, stream, bytes FROM model ORDER BY id, version"));
  return UpdateStore(std::move(database), {std::move(add_task), std::move(find_round), std::move(find_update),
                                           std::move(add_update), std::move(save_sums), std::move(next_version),
                                           std::move(add_model), std::move(close_round), std::move(models)});
}

Status UpdateStore::AddTask(std::string_view task, uint64_t digest, size_t entries) {
  // SQLite's integers are signed; the same 64 bits.
  const auto stored = std::bit_cast<int64_t>(digest);
  SOTTO_RETURN_IF_ERROR(
      sql_.add_task.Bind(1, task).Bind(2, stored).Bind(3, Encode(std::vector<int64_t>(entries))).Run());
  SOTTO_ASSIGN_OR_RETURN(const bool found, sql_.find_round.Bind(1, task).Step());
  const bool same = found && sql_.find_round.Integer(0) == stored;
  sql_.find_round.Reset();
  if (same) return {};
  return Error{ErrorCode::kMismatch,
               "task " + std::string(task) +
                   " was started with other parameters (items, max_items or "
                   "sigma_squared).",
               "Give the changed task a new id."};
}

Result<StoredRound> UpdateStore::Round(std::string_view task) {
  SOTTO_ASSIGN_OR_RETURN(const bool found, sql_.find_round.Bind(1, task).Step());
  if (!found) return NoRound(task);
  auto sums = Decode(sql_.find_round.BlobView(2));
  StoredRound round{static_cast<uint64_t>(sql_.find_round.Integer(1)), {}, !sql_.find_round.IsNull(3)};
  sql_.find_round.Reset();
  SOTTO_ASSIGN_OR_RETURN(round.sums, std::move(sums));
  return round;
}

Result<PutOutcome> UpdateStore::Put(std::string_view task, std::string_view id, ByteSpan sha256, bool accept_new) {
  SOTTO_ASSIGN_OR_RETURN(const bool exists, sql_.find_update.Bind(1, task).Bind(2, id).Step());
  if (exists) {
    const ByteSpan stored = sql_.find_update.BlobView(0);
    const bool same = std::equal(stored.begin(), stored.end(), sha256.begin(), sha256.end());
    sql_.find_update.Reset();
    return same ? PutOutcome::kDuplicate : PutOutcome::kConflict;
  }
  if (!accept_new) return PutOutcome::kClosed;
  SOTTO_RETURN_IF_ERROR(sql_.add_update.Bind(1, task).Bind(2, id).Bind(3, sha256).Run());
  return PutOutcome::kStored;
}

Status UpdateStore::SaveSums(std::string_view task, uint64_t count, const std::vector<int64_t>& sums) {
  return sql_.save_sums.Bind(1, task).Bind(2, static_cast<int64_t>(count)).Bind(3, Encode(sums)).Run();
}

Result<uint64_t> UpdateStore::NextVersion(std::string_view model) {
  SOTTO_ASSIGN_OR_RETURN(const bool row, sql_.next_version.Bind(1, model).Step());
  const int64_t version = row ? sql_.next_version.Integer(0) : 0;
  sql_.next_version.Reset();
  return static_cast<uint64_t>(version);
}

Status UpdateStore::CloseRound(std::string_view task, const StoredModel& model) {
  const auto version = static_cast<int64_t>(model.version);
  SOTTO_RETURN_IF_ERROR(
      sql_.add_model.Bind(1, model.id).Bind(2, version).Bind(3, model.stream).Bind(4, AsBytes(model.bytes)).Run());
  return sql_.close_round.Bind(1, task).Bind(2, model.id).Bind(3, version).Run();
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
