#include "sotto/stream/json_fields.h"

#include <limits>

#include "sotto/base/number_text.h"

namespace sotto::stream {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string_view TypeName(element found) {
  switch (found.type()) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::INT64:
    case element_type::UINT64:
      return "an integer";
    case element_type::DOUBLE:
      return "a number with a fraction";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "a boolean";
    case element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

std::string Digits(double value) {
  return NumberText(value);
}
std::string Digits(int64_t value) {
  return std::to_string(value);
}

template <class Number>
std::string Between(Number min, Number max) {
  return Digits(min) + " to " + Digits(max);
}

Result<double> NumberOf(element found, const std::string& path, NumberRange range) {
  double value = 0;
  if (found.get(value) != simdjson::SUCCESS) return WrongType(path, found, "a number");
  if (!(value >= range.min && value <= range.max)) {
    return OutOfRange(path, Digits(value), Between(range.min, range.max));
  }
  return value;
}

}  // namespace

Error WrongType(std::string_view path, element found, std::string_view expected) {
  return Error{ErrorCode::kMalformed,
               std::string(path) + " is " + std::string(TypeName(found)) + ", expected " + std::string(expected) + ".",
               ""};
}

Error OutOfRange(std::string_view path, std::string_view found, std::string_view expected) {
  return Error{ErrorCode::kMalformed,
               std::string(path) + " is " + std::string(found) + ", expected " + std::string(expected) + ".", ""};
}

Result<element> ParseJson(simdjson::dom::parser& parser, std::string_view json, size_t max_bytes,
                          std::string_view name) {
  if (json.size() > max_bytes) {
    return Error{ErrorCode::kResourceExhausted,
                 std::string(name) + " has " + std::to_string(json.size()) + " bytes, more than the " +
                     std::to_string(max_bytes) + " allowed.",
                 ""};
  }
  element root;
  // simdjson reads past the end in whole registers; `true` lets it work on a padded copy.
  const auto error = parser.parse(json.data(), json.size(), true).get(root);
  if (error != simdjson::SUCCESS) {
    return Error{ErrorCode::kMalformed, std::string(name) + " is not JSON in UTF-8: " + simdjson::error_message(error),
                 ""};
  }
  return root;
}

Result<simdjson::dom::array> AsArray(element found, std::string_view path) {
  simdjson::dom::array array;
  if (found.get(array) != simdjson::SUCCESS) return WrongType(path, found, "an array");
  return array;
}

Result<std::string> AsString(element found, std::string_view path) {
  std::string_view text;
  if (found.get(text) != simdjson::SUCCESS) return WrongType(path, found, "a string");
  return std::string(text);
}

std::string At(std::string_view path, size_t index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}

Result<JsonFields> JsonFields::Of(element found, std::string path) {
  simdjson::dom::object object;
  if (found.get(object) != simdjson::SUCCESS) return WrongType(path, found, "an object");
  return JsonFields(object, std::move(path));
}

Result<std::optional<element>> JsonFields::Find(std::string_view key) const {
  std::optional<element> found;
  for (const auto field : object_) {
    if (field.key != key) continue;
    if (found) return Error{ErrorCode::kMalformed, PathOf(key) + " occurs twice.", "Keep one of them."};
    found = field.value;
  }
  return found;
}

Result<element> JsonFields::Required(std::string_view key) const {
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, Find(key));
  if (!found) return Error{ErrorCode::kMalformed, PathOf(key) + " is missing.", ""};
  return *found;
}

Result<std::string> JsonFields::RequiredString(std::string_view key) const {
  SOTTO_ASSIGN_OR_RETURN(const element found, Required(key));
  return AsString(found, PathOf(key));
}

Result<std::string> JsonFields::OptionalString(std::string_view key) const {
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, Find(key));
  if (!found) return std::string();
  return AsString(*found, PathOf(key));
}

Result<int64_t> JsonFields::RequiredInteger(std::string_view key, int64_t min, int64_t max) const {
  SOTTO_ASSIGN_OR_RETURN(const element found, Required(key));
  int64_t value = 0;
  const auto error = found.get(value);
  if (error == simdjson::INCORRECT_TYPE) return WrongType(PathOf(key), found, "an integer");
  if (error != simdjson::SUCCESS || value < min || value > max) {
    // Only an integer above 2^63 - 1 fails in another way than by its type.
    return OutOfRange(PathOf(key), error == simdjson::SUCCESS ? Digits(value) : "too large", Between(min, max));
  }
  return value;
}

Result<int64_t> JsonFields::OptionalInteger(std::string_view key, int64_t min, int64_t max, int64_t missing) const {
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, Find(key));
  if (!found) return missing;
  return RequiredInteger(key, min, max);
}

Result<double> JsonFields::RequiredNumber(std::string_view key, NumberRange range) const {
  SOTTO_ASSIGN_OR_RETURN(const element found, Required(key));
  return NumberOf(found, PathOf(key), range);
}

Result<double> JsonFields::OptionalNumber(std::string_view key, NumberRange range, double missing) const {
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, Find(key));
  if (!found) return missing;
  return NumberOf(*found, PathOf(key), range);
}

}  // namespace sotto::stream
