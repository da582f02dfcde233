// Updates, rounds and models on disk. For one thread; every call is part of the transaction that the caller opened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server-stub/rounds/closed_round.h"
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

  // Remembers the task. kMismatch if one with other parameters has this id.
  Status AddTask(const std::string& id, uint64_t digest);

  // `accept_new`: whether an update that is not there yet may be stored.
  Result<PutOutcome> Put(std::string_view task, std::string_view id, ByteSpan bytes, bool accept_new);

  Result<uint64_t> CountUpdates(std::string_view task);
  Status ForEachUpdate(std::string_view task, const std::function<Status(ByteSpan)>& take);

  Result<bool> IsClosed(std::string_view task);
  // One more than the newest version of the model; 1 if there is none.
  Result<uint64_t> NextVersion(std::string_view model);
  // Stores the round and its model, and removes the bytes of its updates.
  Status SaveRound(std::string_view task, const ClosedRound& round, const StoredModel& model);

  // Every version of every model, by id, then version: a page may still be loading an older one.
  Result<std::vector<StoredModel>> Models();

 private:
  // Prepared once.
  struct Statements {
    Statement add_task;
    Statement task_digest;
    Statement find_update;
    Statement add_update;
    Statement count_updates;
    Statement updates;
    Statement forget_bytes;
    Statement find_round;
    Statement add_round;
    Statement next_version;
    Statement add_model;
    Statement models;
  };

  UpdateStore(Database database, Statements statements) : database_(std::move(database)), sql_(std::move(statements)) {}

  Database database_;
  Statements sql_;  // declared after the database, so finalised before it closes
};

}  // namespace sotto::server
