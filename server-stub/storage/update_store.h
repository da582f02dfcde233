// Rounds, which updates they hold, and models on disk. For one thread; every call is part of the transaction that the
// caller opened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server-stub/storage/database.h"
#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::server {

enum class PutOutcome : uint8_t {
  kStored,     // new, and counted
  kDuplicate,  // the same bytes were stored before; nothing changed
  kConflict,   // other bytes were stored under this id; nothing changed
  kClosed,     // the task takes no new updates
};

struct StoredRound {
  uint64_t count = 0;         // updates that are in the sums
  std::vector<int64_t> sums;  // of their entries
  bool closed = false;        // it has become a model
};

struct StoredModel {
  std::string id;
  uint64_t version = 0;
  std::string stream;
  std::string bytes;
};

// Errors of every function: kUnavailable with SQLite's message, after which the transaction must be rolled back.
class UpdateStore {
 public:
  // Opens or creates the file and brings it to the current schema.
  static Result<UpdateStore> Open(const std::filesystem::path& file);

  Status Begin() { return database_.Execute("BEGIN IMMEDIATE"); }
  Status Commit() { return database_.Execute("COMMIT"); }
  // What is left of a transaction that failed; fails where SQLite has rolled back by itself, which is as good.
  void Rollback() { static_cast<void>(database_.Execute("ROLLBACK")); }
  // Empties the write-ahead log, where earlier sums still stand: the difference of two is what came between them. A log
  // that somebody reads at the moment is emptied at the next call, or when the store closes.
  void EmptyLog() { static_cast<void>(database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)")); }

  // Makes an empty round of so many entries for a task that has none. kMismatch if the task ran with other parameters.
  Status AddTask(std::string_view task, uint64_t digest, size_t entries);
  // Precondition: AddTask.
  Result<StoredRound> Round(std::string_view task);

  // Remembers an update by its id and hash. `accept_new`: whether one that is not there yet may be stored.
  Result<PutOutcome> Put(std::string_view task, std::string_view id, ByteSpan sha256, bool accept_new);
  Status SaveSums(std::string_view task, uint64_t count, const std::vector<int64_t>& sums);

  // One more than the newest version of the model; 1 if there is none.
  Result<uint64_t> NextVersion(std::string_view model);
  // Stores the model that the round has become, which closes it.
  Status CloseRound(std::string_view task, const StoredModel& model);

  // Every version of every model, by id, then version: a page may still be loading an older one.
  Result<std::vector<StoredModel>> Models();

 private:
  // Prepared once.
  struct Statements {
    Statement add_task;
    Statement find_round;
    Statement find_update;
    Statement add_update;
    Statement save_sums;
    Statement next_version;
    Statement add_model;
    Statement close_round;
    Statement models;
  };

  UpdateStore(Database database, Statements statements) : database_(std::move(database)), sql_(std::move(statements)) {}

  Database database_;
  Statements sql_;  // declared after the database, so finalised before it closes
};

}  // namespace sotto::server
