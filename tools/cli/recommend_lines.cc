#include "tools/cli/recommend_lines.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sotto::cli {

bool Lines::Next() {
  while (!text_.empty()) {
    const size_t end = std::min(text_.find('\n'), text_.size());
    line_ = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    ++number_;
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    if (line_.find_first_not_of(" \t") != std::string_view::npos) return true;
  }
  return false;
}

Error Lines::Malformed(const std::string& what, const std::string& hint) const {
  return Error{ErrorCode::kMalformed, name_ + ":" + std::to_string(number_) + ": " + what, hint};
}

std::vector<std::string_view> FieldsBetweenAny(std::string_view line, std::string_view separators) {
  std::vector<std::string_view> fields;
  size_t begin = line.find_first_not_of(separators);
  while (begin != std::string_view::npos) {
    const size_t end = std::min(line.find_first_of(separators, begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(separators, end);
  }
  return fields;
}

std::vector<std::string_view> FieldsBetween(std::string_view line, std::string_view separator) {
  std::vector<std::string_view> fields;
  while (true) {
    const size_t end = line.find(separator);
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + separator.size());
  }
}

bool ReadNumber(std::string_view text, double& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

}  // namespace sotto::cli
