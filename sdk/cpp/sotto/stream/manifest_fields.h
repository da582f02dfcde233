// How the manifest's parts read their fields. Include it from .cc files only, as json_fields.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/stream/json_fields.h"
#include "sotto/stream/manifest.h"

namespace sotto::stream {

using Ids = std::unordered_set<std::string>;

inline constexpr size_t kMaxListItems = 4'096;
inline constexpr int64_t kMaxUint32 = 4'294'967'295;
// JavaScript counts exactly up to here.
inline constexpr int64_t kMaxSafeInteger = (int64_t{1} << 53) - 1;
// Smallest positive bound for numbers that must be above zero.
inline constexpr double kAboveZero = 1e-300;

// Enough to recognise it, not enough to flood a log.
std::string Quoted(std::string_view text);

Result<std::string> IdAt(const JsonFields& fields, std::string_view key);
// An id that is new in `seen`, to which it is added.
Result<std::string> NewIdAt(const JsonFields& fields, std::string_view key, Ids& seen);
Result<std::string> CheckedUrl(std::string url, const std::string& path);
Result<std::string> RequiredUrl(const JsonFields& fields, std::string_view key);
Result<std::string> CheckedMoment(std::string text, const std::string& path);

// Reads each element of an array by `read`(element, path), which gives Result<std::optional<T>>; none leaves it out.
template <class T, class Read>
Result<std::vector<T>> ListOf(simdjson::dom::element found, const std::string& path, Read read) {
  SOTTO_ASSIGN_OR_RETURN(const simdjson::dom::array array, AsArray(found, path));
  if (array.size() > kMaxListItems) {
    return OutOfRange(path, std::to_string(array.size()) + " long", "at most 4,096 items");
  }
  std::vector<T> list;
  size_t index = 0;
  for (const simdjson::dom::element item : array) {
    SOTTO_ASSIGN_OR_RETURN(std::optional<T> value, read(item, At(path, index++)));
    if (value) list.push_back(*std::move(value));
  }
  return list;
}

// The manifest's tasks (manifest_tasks.cc).
Result<std::vector<TaskReference>> ReadTasks(simdjson::dom::element found, const std::string& path);

}  // namespace sotto::stream
