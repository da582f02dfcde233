#include "sotto/stream/manifest_fields.h"

#include <algorithm>

#include "sotto/stream/clock.h"
#include "sotto/stream/names.h"

namespace sotto::stream {
namespace {

constexpr size_t kMaxUrlBytes = 2'048;

}  // namespace

std::string Quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, 80)) + "\"";
}

Result<std::string> IdAt(const JsonFields& fields, std::string_view key) {
  SOTTO_ASSIGN_OR_RETURN(std::string id, fields.RequiredString(key));
  if (!IsId(id)) return OutOfRange(fields.PathOf(key), Quoted(id), "1 to 64 of A-Z a-z 0-9 _ -");
  return id;
}

Result<std::string> NewIdAt(const JsonFields& fields, std::string_view key, Ids& seen) {
  SOTTO_ASSIGN_OR_RETURN(std::string id, IdAt(fields, key));
  if (!seen.insert(id).second) return OutOfRange(fields.PathOf(key), Quoted(id) + " again", "a unique id");
  return id;
}

Result<std::string> CheckedUrl(std::string url, const std::string& path) {
  const bool has_control =
      std::any_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
  if (has_control || url.size() > kMaxUrlBytes) {
    return OutOfRange(path, "no URL", "a URL of at most 2,048 bytes without spaces");
  }
  return url;
}

Result<std::string> RequiredUrl(const JsonFields& fields, std::string_view key) {
  SOTTO_ASSIGN_OR_RETURN(std::string url, fields.RequiredString(key));
  if (url.empty()) return OutOfRange(fields.PathOf(key), "empty", "a URL");
  return CheckedUrl(std::move(url), fields.PathOf(key));
}

Result<std::string> CheckedMoment(std::string text, const std::string& path) {
  if (!ParseRfc3339(text).ok()) return OutOfRange(path, Quoted(text), "RFC 3339 such as 2026-01-31T12:00:00Z");
  return text;
}

}  // namespace sotto::stream
