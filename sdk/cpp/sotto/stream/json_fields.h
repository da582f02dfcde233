// Reads the fields of JSON that somebody else wrote, naming in each error the path of the field, what was found there
// and what was expected. A thin layer over simdjson's DOM; include it from .cc files only, it is a large header.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sotto/base/result.h"

namespace sotto::stream {

// Parses a document; its elements live as long as `parser`. `name` begins the path of every error.
// Errors: kMalformed (not JSON, not UTF-8, nested deeper than 1,024), kResourceExhausted above `max_bytes`.
Result<simdjson::dom::element> ParseJson(simdjson::dom::parser& parser, std::string_view json, size_t max_bytes,
                                         std::string_view name);

struct NumberRange {
  double min;
  double max;
};

// kMalformed "manifest.title is a number, expected an object."
Error WrongType(std::string_view path, simdjson::dom::element found, std::string_view expected);
// kMalformed "manifest.refresh is -1, expected ..."
Error OutOfRange(std::string_view path, std::string_view found, std::string_view expected);

Result<simdjson::dom::array> AsArray(simdjson::dom::element element, std::string_view path);
Result<std::string> AsString(simdjson::dom::element element, std::string_view path);

// "products" + 3 -> "products[3]"
std::string At(std::string_view path, size_t index);

// The fields of one object. A field that is asked for and occurs twice is an error: two readers could disagree on it.
// The Required* functions fail for a field that is missing; the Optional* ones then give the default.
class JsonFields {
 public:
  static Result<JsonFields> Of(simdjson::dom::element element, std::string path);

  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view key) const { return path_ + "." + std::string(key); }

  Result<std::optional<simdjson::dom::element>> Find(std::string_view key) const;
  Result<simdjson::dom::element> Required(std::string_view key) const;

  Result<std::string> RequiredString(std::string_view key) const;
  Result<std::string> OptionalString(std::string_view key) const;
  Result<int64_t> RequiredInteger(std::string_view key, int64_t min, int64_t max) const;
  Result<int64_t> OptionalInteger(std::string_view key, int64_t min, int64_t max, int64_t missing) const;
  Result<double> RequiredNumber(std::string_view key, NumberRange range) const;
  Result<double> OptionalNumber(std::string_view key, NumberRange range, double missing) const;

 private:
  JsonFields(simdjson::dom::object object, std::string path) : object_(object), path_(std::move(path)) {}

  simdjson::dom::object object_;
  std::string path_;
};

}  // namespace sotto::stream
