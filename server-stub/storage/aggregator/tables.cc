#include "server-stub/storage/aggregator/tables.h"

namespace sotto::server {

const std::vector<SqlTable>& AggregatorTables() {
  constexpr auto kInteger = SqlValue::Kind::kInteger;
  constexpr auto kBytes = SqlValue::Kind::kBytes;
  constexpr auto kText = SqlValue::Kind::kText;
  static const std::vector<SqlTable> tables = {
      {"task",
       "number",
       {{"number", kInteger},
        {"id", kBytes},
        {"configuration", kBytes},
        {"role", kInteger},
        {"batch_mode", kInteger},
        {"min_batch_size", kInteger}}},
      {"report", "task, id", {{"task", kInteger}, {"id", kBytes}}},
      {"report_body",
       "task, job, time, id",  // as its index has them
       {{"task", kInteger}, {"job", kBytes}, {"id", kBytes}, {"time", kBytes}, {"body", kBytes}}},
      {"aggregation_job",
       "task, id",
       {{"task", kInteger},
        {"id", kBytes},
        {"state", kInteger},
        {"token", kInteger},
        {"leased", kInteger},
        {"due", kInteger},
        {"attempts", kInteger},
        {"batch", kBytes},
        {"location", kText}}},
      {"helper_job",
       "task, id",
       {{"task", kInteger},
        {"id", kBytes},
        {"state", kInteger},
        {"token", kInteger},
        {"leased", kInteger},
        {"due", kInteger},
        {"request", kBytes},
        {"response", kBytes}}},
      {"bucket",
       "task, id",
       {{"task", kInteger},
        {"id", kBytes},
        {"count", kInteger},
        {"checksum", kBytes},
        {"first_time", kBytes},
        {"last_time", kBytes},
        {"share", kBytes}}},
      {"batch",
       "task, first_bucket",
       {{"task", kInteger},
        {"first_bucket", kBytes},
        {"last_bucket", kBytes},
        {"owner", kBytes},
        {"collected", kInteger},
        {"count", kInteger}}},
      {"aggregate_share", "task, id", {{"task", kInteger}, {"id", kBytes}, {"response", kBytes}}},
      {"collection_job",
       "task, id",
       {{"task", kInteger},
        {"id", kBytes},
        {"request_sha256", kBytes},
        {"state", kInteger},
        {"token", kInteger},
        {"leased", kInteger},
        {"due", kInteger},
        {"attempts", kInteger},
        {"request", kBytes},
        {"response", kBytes},
        {"problem", kInteger},
        {"detail", kText}}},
      {"budget", "epoch", {{"epoch", kInteger}, {"spent", kInteger}}},
  };
  return tables;
}

std::string SelectAll(const SqlTable& table) {
  std::string sql = "SELECT ";
  for (const SqlColumn& column : table.columns)
    sql += (&column == table.columns.data() ? "" : ", ") + std::string(column.name);
  return sql + " FROM " + table.name + " ORDER BY " + table.order;
}

}  // namespace sotto::server
