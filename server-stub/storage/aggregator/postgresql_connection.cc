#include "server-stub/storage/aggregator/postgresql_connection.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace sotto::server {
namespace {

using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

// Types by their object identifiers, which never change (pg_type.dat).
constexpr uint32_t kInt8 = 20;
constexpr uint32_t kInt4 = 23;
constexpr uint32_t kText = 25;
constexpr uint32_t kBytea = 17;

constexpr int kBinary = 1;

std::string Line(const char* message) {
  std::string line = message == nullptr ? "" : message;
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  for (char& character : line) {
    if (character == '\n') character = ' ';
  }
  return line;
}

Error Unavailable(const std::string& message) {
  return {ErrorCode::kUnavailable, "storage: PostgreSQL: " + message + ".", ""};
}

// Big-endian, as the protocol has integers.
void PutU32(Bytes& bytes, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<uint8_t>(value >> shift));
}
void PutU64(Bytes& bytes, uint64_t value) {
  PutU32(bytes, static_cast<uint32_t>(value >> 32));
  PutU32(bytes, static_cast<uint32_t>(value));
}

uint32_t TypeOf(SqlValue::Kind kind) {
  switch (kind) {
    case SqlValue::Kind::kInteger:
      return kInt8;
    case SqlValue::Kind::kText:
      return kText;
    default:
      return kBytea;
  }
}

void PutElement(Bytes& bytes, const SqlValue& value) {
  if (value.null) {
    PutU32(bytes, ~uint32_t{0});
    return;
  }
  if (value.kind == SqlValue::Kind::kInteger) {
    PutU32(bytes, 8);
    PutU64(bytes, static_cast<uint64_t>(value.integer));
    return;
  }
  PutU32(bytes, static_cast<uint32_t>(value.bytes.size()));
  bytes.insert(bytes.end(), value.bytes.begin(), value.bytes.end());
}

// array_recv's form: dimensions, whether there are nulls, the elements' type; of each dimension its length and first
// index; the elements, each with its length.
Bytes ArrayOfColumn(const std::vector<SqlValues>& rows, size_t column) {
  size_t size = 20;
  for (const SqlValues& row : rows) size += 12 + row[column].bytes.size();
  Bytes bytes;
  bytes.reserve(size);
  PutU32(bytes, 1);
  PutU32(bytes, std::any_of(rows.begin(), rows.end(), [=](const SqlValues& row) { return row[column].null; }) ? 1 : 0);
  PutU32(bytes, TypeOf(rows[0][column].kind));
  PutU32(bytes, static_cast<uint32_t>(rows.size()));
  PutU32(bytes, 1);
  for (const SqlValues& row : rows) PutElement(bytes, row[column]);
  return bytes;
}

SqlCell CellOf(const PGresult* result, int row, int column) {
  SqlCell cell;
  if (PQgetisnull(result, row, column) != 0) return cell;
  cell.null = false;
  const auto* value = reinterpret_cast<const uint8_t*>(PQgetvalue(result, row, column));
  const auto size = static_cast<size_t>(PQgetlength(result, row, column));
  const Oid type = PQftype(result, column);
  if (type == kInt8 || type == kInt4) {
    uint64_t number = (value[0] & 0x80) != 0 ? ~uint64_t{0} : 0;
    for (size_t i = 0; i < size; ++i) number = number << 8 | value[i];
    cell.integer = static_cast<int64_t>(number);
  } else {
    cell.bytes.assign(value, value + size);
  }
  return cell;
}

}  // namespace

// As libpq wants them: pointers to values that live somewhere else.
struct PostgresqlConnection::Parameters {
  std::vector<Bytes> owned;  // integers and arrays; never moved once it is pointed into
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;

  explicit Parameters(size_t count) { owned.reserve(count); }

  void AddBytes(ByteSpan bytes) {
    static constexpr char kNothing = 0;  // empty bytes have an address too, or libpq takes them for NULL
    values.push_back(bytes.empty() ? &kNothing : reinterpret_cast<const char*>(bytes.data()));
    lengths.push_back(static_cast<int>(bytes.size()));
    formats.push_back(kBinary);
  }
  void AddOwned(Bytes bytes) {
    owned.push_back(std::move(bytes));
    AddBytes(owned.back());
  }
  void Add(const SqlValue& value) {
    if (value.null) {
      values.push_back(nullptr);
      lengths.push_back(0);
      formats.push_back(kBinary);
    } else if (value.kind == SqlValue::Kind::kInteger) {
      Bytes bytes;
      PutU64(bytes, static_cast<uint64_t>(value.integer));
      AddOwned(std::move(bytes));
    } else {
      AddBytes(value.bytes);
    }
  }
};

void PostgresqlConnection::Finish(pg_conn* connection) {
  PQfinish(connection);
}

Result<std::unique_ptr<PostgresqlConnection>> PostgresqlConnection::Connect(const std::string& where) {
  char* parse_error = nullptr;
  PQconninfoOption* options = PQconninfoParse(where.c_str(), &parse_error);
  const bool parsed = options != nullptr;
  PQconninfoFree(options);
  PQfreemem(parse_error);
  if (!parsed) {
    // Not the parser's message: it may repeat a password.
    return Error{ErrorCode::kInvalidArgument, "storage: this is no connection string of PostgreSQL.",
                 "Write postgresql://USER@HOST/DATABASE; a password belongs into ~/.pgpass or PGPASSFILE."};
  }
  // What stands before the connection string is what it may change.
  const std::array<const char*, 5> names = {"connect_timeout", "tcp_user_timeout", "fallback_application_name",
                                            "dbname", nullptr};
  const std::array<const char*, 5> values = {"5", "15000", "sotto-server", where.c_str(), nullptr};
  std::unique_ptr<PostgresqlConnection> connection(
      new PostgresqlConnection(PQconnectdbParams(names.data(), values.data(), 1)));
  if (PQstatus(connection->connection_.get()) != CONNECTION_OK) {
    return Unavailable(Line(PQerrorMessage(connection->connection_.get())));
  }
  PQsetNoticeProcessor(connection->connection_.get(), [](void*, const char*) {}, nullptr);
  SOTTO_RETURN_IF_ERROR(
      connection->Execute("SET synchronous_commit = on; SET client_encoding = 'UTF8'; SET lock_timeout = '15s';"
                          "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'"));
  return connection;
}

bool PostgresqlConnection::broken() const {
  return PQstatus(connection_.get()) != CONNECTION_OK;
}

Error PostgresqlConnection::Failure(const pg_result* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  may_try_again_ = state != nullptr && (std::string_view(state) == "40001" || std::string_view(state) == "40P01");
  // The primary message alone: the details have values of rows.
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return Unavailable(Line(primary != nullptr ? primary : PQerrorMessage(connection_.get())));
}

Result<std::string> PostgresqlConnection::Execute(const std::string& sql) {
  may_try_again_ = false;
  const Answer answer(PQexec(connection_.get(), sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return Failure(answer.get());
  return std::string(PQcmdStatus(answer.get()));
}

Result<SqlRows> PostgresqlConnection::Rows(const pg_result* result) {
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return Failure(result);
  SqlRows rows(static_cast<size_t>(PQntuples(result)));
  for (int i = 0; i < PQntuples(result); ++i) {
    SqlRow& row = rows[static_cast<size_t>(i)];
    row.reserve(static_cast<size_t>(PQnfields(result)));
    for (int j = 0; j < PQnfields(result); ++j) row.push_back(CellOf(result, i, j));
  }
  return rows;
}

Result<SqlRows> PostgresqlConnection::RunPrepared(const char* sql, const Parameters& parameters) {
  may_try_again_ = false;
  auto known = prepared_.find(sql);
  if (known == prepared_.end()) {
    const std::string name = "s" + std::to_string(prepared_.size());
    const Answer answer(PQprepare(connection_.get(), name.c_str(), sql, 0, nullptr), &PQclear);
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return Failure(answer.get());
    known = prepared_.emplace(sql, name).first;
  }
  const Answer answer(
      PQexecPrepared(connection_.get(), known->second.c_str(), static_cast<int>(parameters.values.size()),
                     parameters.values.data(), parameters.lengths.data(), parameters.formats.data(), kBinary),
      &PQclear);
  return Rows(answer.get());
}

Result<SqlRows> PostgresqlConnection::Run(const char* sql, const SqlValues& values) {
  Parameters parameters(values.size());
  for (const SqlValue& value : values) parameters.Add(value);
  return RunPrepared(sql, parameters);
}

Result<SqlRows> PostgresqlConnection::RunForEach(const char* sql, const SqlValues& common,
                                                 const std::vector<SqlValues>& rows) {
  Parameters parameters(common.size() + rows[0].size());
  for (const SqlValue& value : common) parameters.Add(value);
  for (size_t column = 0; column < rows[0].size(); ++column) parameters.AddOwned(ArrayOfColumn(rows, column));
  return RunPrepared(sql, parameters);
}

Result<SqlRows> PostgresqlConnection::RunOnce(const std::string& sql) {
  may_try_again_ = false;
  const Answer answer(PQexecParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, kBinary),
                      &PQclear);
  return Rows(answer.get());
}

}  // namespace sotto::server
