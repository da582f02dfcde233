#include "server-stub/config/strict_table.h"

#include <cmath>
#include <limits>
#include <sstream>

namespace sotto::server {
namespace {

std::string Digits(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

StrictTable::StrictTable(const toml::table& table, std::string path, std::vector<std::string>& errors)
    : table_(table), path_(std::move(path)), errors_(errors) {}

std::string StrictTable::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void StrictTable::Refuse(std::string_view key, const std::string& what) {
  const toml::node* node = table_.get(key);
  const auto line = (node != nullptr ? node->source() : table_.source()).begin.line;
  errors_.push_back("line " + std::to_string(line) + ": " + PathOf(key) + " " + what);
}

const toml::node* StrictTable::Node(std::string_view key) {
  read_.emplace(key);
  return table_.get(key);
}

std::string StrictTable::String(std::string_view key, std::string_view missing) {
  const toml::node* node = Node(key);
  if (node == nullptr) return std::string(missing);
  if (const auto* text = node->as_string()) return text->get();
  Refuse(key, "is not a string.");
  return std::string(missing);
}

std::string StrictTable::RequiredString(std::string_view key) {
  if (table_.get(key) == nullptr) Refuse(key, "is missing.");
  return String(key);
}

int64_t StrictTable::Integer(std::string_view key, int64_t missing, int64_t min, int64_t max) {
  const toml::node* node = Node(key);
  if (node == nullptr) return missing;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    Refuse(key, "is not an integer.");
    return missing;
  }
  if (value->get() < min || value->get() > max) {
    Refuse(key, "is " + std::to_string(value->get()) + ", expected " + std::to_string(min) + " to " +
                    std::to_string(max) + ".");
    return missing;
  }
  return value->get();
}

int64_t StrictTable::RequiredInteger(std::string_view key, int64_t min, int64_t max) {
  if (table_.get(key) == nullptr) Refuse(key, "is missing.");
  return Integer(key, min, min, max);
}

double StrictTable::Number(std::string_view key, double missing, double min, double max) {
  const toml::node* node = Node(key);
  if (node == nullptr) return missing;
  const auto value = node->value<double>();
  if (!value || !node->is_number()) {
    Refuse(key, "is not a number.");
    return missing;
  }
  // Written so that NaN, which TOML can spell, is refused as well.
  if (!(*value >= min && *value <= max)) {
    Refuse(key, "is " + Digits(*value) + ", expected " + Digits(min) + " to " + Digits(max) + ".");
    return missing;
  }
  return *value;
}

bool StrictTable::Boolean(std::string_view key, bool missing) {
  const toml::node* node = Node(key);
  if (node == nullptr) return missing;
  if (const auto* value = node->as_boolean()) return value->get();
  Refuse(key, "is neither true nor false.");
  return missing;
}

std::vector<std::string> StrictTable::Strings(std::string_view key, std::vector<std::string> missing) {
  const toml::node* node = Node(key);
  if (node == nullptr) return missing;
  const toml::array* array = node->as_array();
  if (array == nullptr || (!array->empty() && !array->is_homogeneous(toml::node_type::string))) {
    Refuse(key, "is not a list of strings.");
    return missing;
  }
  std::vector<std::string> strings;
  for (const toml::node& item : *array) strings.push_back(item.as_string()->get());
  return strings;
}

std::pair<uint64_t, uint64_t> StrictTable::Fraction(std::string_view key) {
  constexpr int64_t kMaxUint32 = std::numeric_limits<uint32_t>::max();
  const toml::node* node = Node(key);
  const toml::array* parts = node == nullptr ? nullptr : node->as_array();
  const bool is_pair = parts != nullptr && parts->size() == 2 && parts->is_homogeneous(toml::node_type::integer);
  const int64_t numerator = is_pair ? parts->get_as<int64_t>(0)->get() : 0;
  const int64_t denominator = is_pair ? parts->get_as<int64_t>(1)->get() : 0;
  if (numerator < 1 || numerator > kMaxUint32 || denominator < 1 || denominator > kMaxUint32) {
    Refuse(key, "is not [numerator, denominator], both from 1 to 4294967295.");
    return {1, 1};
  }
  return {static_cast<uint64_t>(numerator), static_cast<uint64_t>(denominator)};
}

const toml::table* StrictTable::Table(std::string_view key) {
  const toml::node* node = Node(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) Refuse(key, "is not a table; write [" + PathOf(key) + "].");
  return node->as_table();
}

std::vector<const toml::table*> StrictTable::Tables(std::string_view key) {
  std::vector<const toml::table*> tables;
  const toml::node* node = Node(key);
  if (node == nullptr) return tables;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
    Refuse(key, "is not an array of tables; write [[" + PathOf(key) + "]].");
    return tables;
  }
  for (const toml::node& item : *array) tables.push_back(item.as_table());
  return tables;
}

void StrictTable::RefuseUnknownKeys() {
  for (const auto& [key, value] : table_) {
    if (!read_.contains(key.str())) Refuse(key.str(), "is not an option of this version.");
  }
}

}  // namespace sotto::server
