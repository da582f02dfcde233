#include "sotto/formats/json_values.h"

#include <algorithm>

#include "sotto/formats/color.h"
#include "sotto/formats/decimal.h"
#include "sotto/text/json_repair.h"

namespace sotto::formats {

using simdjson::dom::element;

Result<element> JsonDocument::Parse(std::string_view json, std::string_view name) {
  std::string repaired = text::RepairJson(json);
  const size_t size = repaired.size();
  repaired.append(simdjson::SIMDJSON_PADDING, ' ');  // simdjson reads past the end in whole registers
  element root;
  const auto error = parser_.parse(repaired.data(), size, false).get(root);
  if (error == simdjson::MEMALLOC) {
    return Error{ErrorCode::kResourceExhausted, std::string(name) + " takes more memory than there is.",
                 "Cut it into several."};
  }
  if (error != simdjson::SUCCESS) {
    return Error{ErrorCode::kMalformed, std::string(name) + " is not JSON: " + simdjson::error_message(error), ""};
  }
  return root;
}

JsonElement Field(JsonElement object, std::string_view name) {
  simdjson::dom::object fields;
  if (!object || object->get(fields) != simdjson::SUCCESS) return std::nullopt;
  element found;
  if (fields.at_key(name).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

std::optional<simdjson::dom::array> Array(JsonElement element) {
  simdjson::dom::array array;
  if (!element || element->get(array) != simdjson::SUCCESS) return std::nullopt;
  return array;
}

JsonElement Item(JsonElement array, size_t index) {
  const auto items = Array(array);
  element found;
  if (!items || items->at(index).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

std::string_view String(JsonElement element) {
  std::string_view text;
  if (!element || element->get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::string Label(JsonElement element) {
  if (!element) return {};
  int64_t number = 0;
  if (element->is_int64() && element->get(number) == simdjson::SUCCESS) return std::to_string(number);
  return std::string(String(element));
}

std::optional<int64_t> Scaled(JsonElement element, int64_t scale) {
  if (!element) return std::nullopt;
  if (element->is_string()) return ParseDecimal(String(element), scale);
  double value = 0;
  if (element->get(value) != simdjson::SUCCESS) return std::nullopt;
  return ScaledInteger(value, scale);
}

std::optional<uint32_t> Color(JsonElement element) {
  if (!element) return std::nullopt;
  if (element->is_string()) {
    const std::string_view text = String(element);
    if (const auto named = NamedColor(text)) return named;
    if (text.starts_with('#')) return ParseHexColor(text);
    const auto number = ParseDecimal(text, 1);
    if (number && *number >= 0 && *number <= kWhite) return static_cast<uint32_t>(*number);
    return ParseHexColor(text);
  }
  const auto number = Scaled(element, 1);
  if (!number || *number < 0 || *number > kWhite) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

}  // namespace sotto::formats
