// Reads a TOML table and holds the operator to it: a key that nobody asked for is an error, as is a value of another
// type or outside its range. All errors are collected, with the line, so that one run shows everything that is wrong.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

namespace sotto::server {

class StrictTable {
 public:
  // `path` names the table in errors: "limits", "stream[0]", "" for the document. `errors` collects.
  StrictTable(const toml::table& table, std::string path, std::vector<std::string>& errors);

  // The value, or `missing` if the key is absent or wrong. A `required` one that is absent is an error.
  std::string String(std::string_view key, std::string_view missing = "");
  std::string RequiredString(std::string_view key);
  int64_t Integer(std::string_view key, int64_t missing, int64_t min, int64_t max);
  int64_t RequiredInteger(std::string_view key, int64_t min, int64_t max);
  // Integers are numbers, too.
  double Number(std::string_view key, double missing, double min, double max);
  bool Boolean(std::string_view key, bool missing);
  std::vector<std::string> Strings(std::string_view key, std::vector<std::string> missing);
  // A required [numerator, denominator], both from 1 to 2^32 - 1; {1, 1} if it is none.
  std::pair<uint64_t, uint64_t> Fraction(std::string_view key);
  // None if the key is absent.
  const toml::table* Table(std::string_view key);
  // Of an array of tables: [[stream]].
  std::vector<const toml::table*> Tables(std::string_view key);
  const toml::node* Node(std::string_view key);

  // An error at the key's line, or at the table's if the key is absent.
  void Refuse(std::string_view key, const std::string& what);

  // To be called last: every key that was not read is an error.
  void RefuseUnknownKeys();

  std::string PathOf(std::string_view key) const;

 private:
  const toml::table& table_;
  std::string path_;
  std::vector<std::string>& errors_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace sotto::server
