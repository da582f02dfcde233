#include "server-stub/http/conditional.h"

#include "server-stub/models/sha256.h"

namespace sotto::server {
namespace {

std::string_view Trimmed(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

}  // namespace

std::string EntityTagOf(std::string_view content) {
  return "\"" + Sha256Hex(AsBytes(content)).substr(0, 32) + "\"";
}

bool Matches(std::string_view if_none_match, std::string_view entity_tag) {
  // Our tags hold no comma, so splitting at commas cannot find a wrong one.
  while (!if_none_match.empty()) {
    const size_t comma = if_none_match.find(',');
    std::string_view tag = Trimmed(if_none_match.substr(0, comma));
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == entity_tag || tag == "*") return true;
    if_none_match = comma == std::string_view::npos ? std::string_view() : if_none_match.substr(comma + 1);
  }
  return false;
}

Response Conditional(const Request& request, const SharedText& content, std::string_view entity_tag,
                     std::string_view content_type, std::string_view cache_control) {
  Response response;
  response.headers.reserve(6);  // with those that CORS adds
  response.headers.emplace_back("ETag", entity_tag);
  response.headers.emplace_back("Cache-Control", cache_control);
  if (Matches(request.if_none_match, entity_tag)) {
    response.status = 304;
  } else {
    response.headers.emplace_back("Content-Type", content_type);
    response.body = content;
  }
  return response;
}

}  // namespace sotto::server
