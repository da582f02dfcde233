// A PostgreSQL of the tests' own: a cluster in a temporary folder, on a Unix socket there, with the server's defaults
// as far as durability goes. One for the whole program, started when it is first asked for and gone with it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "server/temporary_folder.h"

namespace sotto::server {

class PostgresqlCluster {
 public:
  // Null if PostgreSQL is not installed.
  static PostgresqlCluster* Shared();

  ~PostgresqlCluster();

  // A new database, as PostgresqlAggregatorStore::Open takes it.
  std::string CreateDatabase();
  void DropDatabase(const std::string& where);

  void Start();
  // As `kill -9` of all its processes would leave it: nothing is flushed, what was not committed is lost.
  void Crash();
  // Ends sessions, then the server, in order.
  void Stop();

 private:
  PostgresqlCluster(std::filesystem::path programs, uid_t user);
  pid_t Run(const std::string& program, const std::vector<std::string>& arguments) const;
  void End(int signal);
  bool Answers() const;
  std::string Where(const std::string& database) const;

  const std::filesystem::path programs_;
  const uid_t user_;  // PostgreSQL refuses to run as root
  gid_t group_ = 0;
  TemporaryFolder folder_;
  pid_t server_ = 0;
  int databases_ = 0;
};

}  // namespace sotto::server
