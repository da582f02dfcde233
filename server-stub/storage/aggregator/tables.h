// The tables of an aggregator, as far as copying them needs to know: SQLite and PostgreSQL have the same.
#pragma once

#include <string>
#include <vector>

#include "server-stub/storage/aggregator/sql.h"

namespace sotto::server {

struct SqlColumn {
  const char* name;
  SqlValue::Kind kind;
};

struct SqlTable {
  const char* name;
  const char* order;  // columns by which its rows have one order, whatever the database
  std::vector<SqlColumn> columns;
};

// Those that others refer to first.
const std::vector<SqlTable>& AggregatorTables();

// "SELECT task, id FROM report ORDER BY task, id".
std::string SelectAll(const SqlTable& table);

}  // namespace sotto::server
