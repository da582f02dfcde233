#include "sotto/stream/xml_tags.h"

namespace sotto::stream {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

bool XmlTags::Skip(std::string_view text) {
  const size_t found = document_.find(text, at_);
  if (found == std::string_view::npos) return false;
  at_ = found + text.size();
  return true;
}

bool XmlTags::Next(XmlTag& tag) {
  while (true) {
    const size_t open = document_.find('<', at_);
    if (open == std::string_view::npos) {
      at_ = document_.size();
      return false;
    }
    const std::string_view rest = document_.substr(open);
    at_ = open;
    if (rest.starts_with("<!--")) {
      at_ += 4;
      if (!Skip("-->")) return false;
    } else if (rest.starts_with("<![CDATA[")) {
      if (!Skip("]]>")) return false;
    } else if (rest.starts_with("<?")) {
      if (!Skip("?>")) return false;
    } else if (rest.starts_with("</")) {
      if (!Skip(">")) return false;
    } else if (rest.starts_with("<!")) {
      return false;
    } else {
      break;
    }
  }
  const size_t name = at_ + 1;
  const size_t name_end = document_.find_first_of(" \t\r\n/>", name);
  if (name_end == std::string_view::npos || name_end == name) return false;
  // A > may stand in an attribute's value.
  char quote = 0;
  for (size_t i = name_end; i < document_.size(); ++i) {
    const char c = document_[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '<') {
      return false;
    } else if (c == '>') {
      tag.name = document_.substr(name, name_end - name);
      tag.empty = document_[i - 1] == '/';
      tag.attributes = document_.substr(name_end, i - name_end);
      tag.end = at_ = i + 1;
      return true;
    }
  }
  return false;
}

std::string_view XmlAttribute(std::string_view attributes, std::string_view name) {
  size_t at = 0;
  while (true) {
    at = attributes.find_first_not_of(kSpace, at);
    if (at == std::string_view::npos) return {};
    const size_t equals = attributes.find('=', at);
    if (equals == std::string_view::npos) return {};
    const std::string_view found = attributes.substr(at, attributes.find_first_of(" \t\r\n=", at) - at);
    const size_t open = attributes.find_first_not_of(kSpace, equals + 1);
    if (open == std::string_view::npos || (attributes[open] != '"' && attributes[open] != '\'')) return {};
    const size_t close = attributes.find(attributes[open], open + 1);
    if (close == std::string_view::npos) return {};
    if (found == name) return attributes.substr(open + 1, close - open - 1);
    at = close + 1;
  }
}

}  // namespace sotto::stream
