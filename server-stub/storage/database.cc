#include "server-stub/storage/database.h"

#include <sqlite3.h>

#include <system_error>

namespace sotto::server {
namespace {

Error Unavailable(std::string_view what, const char* message) {
  return {ErrorCode::kUnavailable, "storage: " + std::string(what) + ": " + message + ".", ""};
}

// Bindings fail only for lack of memory or an index that the SQL does not have: a defect. Step reports it then,
// because the statement lacks a value that its constraints want.
void Ignore(int) {}

}  // namespace

void Statement::Finalise(sqlite3_stmt* statement) {
  sqlite3_finalize(statement);
}

Statement& Statement::Bind(int index, std::string_view text) {
  Ignore(sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::Bind(int index, ByteSpan bytes) {
  Ignore(sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::Bind(int index, int64_t number) {
  Ignore(sqlite3_bind_int64(statement_.get(), index, number));
  return *this;
}

Result<bool> Statement::Step() {
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  // The message belongs to the last call, so it is read before the reset.
  Error error = Unavailable(sqlite3_sql(statement_.get()), sqlite3_errmsg(database_));
  Reset();
  if (status == SQLITE_DONE) return false;
  return error;
}

Status Statement::Run() {
  while (true) {
    SOTTO_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) return {};
  }
}

void Statement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::Text(int column) const {
  const ByteSpan view = BlobView(column);
  return {view.begin(), view.end()};
}

ByteSpan Statement::BlobView(int column) const {
  const auto* bytes = static_cast<const uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

bool Statement::IsInteger(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
}

int Statement::Columns() const {
  return sqlite3_column_count(statement_.get());
}

Database::Database(sqlite3* database) : database_(database, &Close) {}

void Database::Close(sqlite3* database) {
  sqlite3_close_v2(database);
}

Result<Database> Database::Open(const std::filesystem::path& file) {
  std::error_code failed;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), failed);
  sqlite3* raw = nullptr;
  const int status =
      sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);  // to be closed in either case
  if (status != SQLITE_OK) return Unavailable("cannot open " + file.string(), sqlite3_errstr(status));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, 5'000);
  return database;
}

Status Database::Execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return Unavailable(sql, sqlite3_errmsg(database_.get()));
}

Result<Statement> Database::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int status = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (status != SQLITE_OK) return Unavailable(sql, sqlite3_errmsg(database_.get()));
  return Statement(database_.get(), statement);
}

}  // namespace sotto::server
