// libpq with errors as values: one connection to PostgreSQL, for one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server-stub/storage/aggregator/sql.h"
#include "sotto/base/result.h"

struct pg_conn;
struct pg_result;

namespace sotto::server {

class PostgresqlConnection {
 public:
  // `where`: a connection string of libpq ("postgresql://user@host/database?..."). kUnavailable if the server cannot be
  // reached or refuses; kInvalidArgument if it is no connection string.
  static Result<std::unique_ptr<PostgresqlConnection>> Connect(const std::string& where);

  // One or more statements without parameters or rows. Returns the last one's command tag ("COMMIT").
  Result<std::string> Execute(const std::string& sql);
  // A statement, prepared when it is first run and known by its address; values and results travel as binary.
  Result<SqlRows> Run(const char* sql, const SqlValues& values);
  // The same, with the values of all rows as an array for each column, after the common ones. At least one row.
  Result<SqlRows> RunForEach(const char* sql, const SqlValues& common, const std::vector<SqlValues>& rows);
  // A statement that is run once.
  Result<SqlRows> RunOnce(const std::string& sql);

  // The connection is of no more use.
  bool broken() const;
  // Whether the last error was one that another try may not have: a serialisation failure or a deadlock.
  bool may_try_again() const { return may_try_again_; }

 private:
  struct Parameters;

  explicit PostgresqlConnection(pg_conn* connection) : connection_(connection, &Finish) {}
  static void Finish(pg_conn* connection);
  Error Failure(const pg_result* result);
  Result<SqlRows> RunPrepared(const char* sql, const Parameters& parameters);
  Result<SqlRows> Rows(const pg_result* result);

  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
  std::map<const char*, std::string> prepared_;  // names by the address of the text
  bool may_try_again_ = false;
};

}  // namespace sotto::server
