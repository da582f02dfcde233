// SQLite with errors as values: a connection, a prepared statement. Thin; for one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sotto::server {

// Bindings are from 1, columns from 0, as in SQLite. Bound text and bytes are copied.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement, &Finalise) {}

  Statement& Bind(int index, std::string_view text);
  Statement& Bind(int index, ByteSpan bytes);
  Statement& Bind(int index, int64_t number);

  // True with a row, false at the end, kUnavailable with SQLite's message. After the end, or an error, the statement is
  // ready for new bindings.
  Result<bool> Step();
  // Steps to the end.
  Status Run();
  // Ready for new bindings although rows may be left.
  void Reset();

  int64_t Integer(int column) const;
  std::string Text(int column) const;
  // The bytes of the row that Step gave, valid until the next Step or Reset.
  ByteSpan BlobView(int column) const;
  bool IsNull(int column) const;
  bool IsInteger(int column) const;
  int Columns() const;

 private:
  static void Finalise(sqlite3_stmt* statement);

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, void (*)(sqlite3_stmt*)> statement_;
};

class Database {
 public:
  // Opens or creates the file, and its folder. kUnavailable if that fails.
  static Result<Database> Open(const std::filesystem::path& file);

  // One or more statements without parameters or rows.
  Status Execute(const char* sql);
  Result<Statement> Prepare(std::string_view sql);

 private:
  explicit Database(sqlite3* database);
  static void Close(sqlite3* database);

  std::unique_ptr<sqlite3, void (*)(sqlite3*)> database_;
};

}  // namespace sotto::server
