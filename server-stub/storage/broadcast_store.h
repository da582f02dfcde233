// Broadcasts on disk, so that programme time goes on where it was when the server starts again. For one thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "server-stub/storage/database.h"
#include "server-stub/streams/broadcast.h"
#include "sotto/base/result.h"

namespace sotto::server {

// Errors of every function: kUnavailable with SQLite's message.
class BroadcastStore {
 public:
  // Opens or creates the file and brings it to the current schema. Other stores may have the same file open.
  static Result<BroadcastStore> Open(const std::filesystem::path& file);

  // The stream's last broadcast.
  Result<std::optional<Broadcast>> Find(std::string_view stream);
  // Durable once it returns.
  Status Save(std::string_view stream, const Broadcast& broadcast);

 private:
  BroadcastStore(Database database, Statement find, Statement save)
      : database_(std::move(database)), find_(std::move(find)), save_(std::move(save)) {}

  Database database_;
  Statement find_;  // declared after the database, so finalised before it closes
  Statement save_;
};

}  // namespace sotto::server
