#include "sotto/formats/xml_scanner.h"

#include <algorithm>

#include "sotto/text/utf8.h"

namespace sotto::formats {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr size_t kLongestReference = 12;  // "&#x0010FFFF;"

bool IsSpace(char c) {
  return kSpace.find(c) != std::string_view::npos;
}

// Ends a name. Names are compared, not judged: every other byte may be part of one.
bool EndsName(char c) {
  return IsSpace(c) || c == '>' || c == '/' || c == '=' || c == '<' || c == '"' || c == '\'' || c == '&';
}

// What "&...;" stands for, given what is between; 0 if nothing. Code points that XML forbids become U+FFFD.
char32_t Referenced(std::string_view reference) {
  if (reference == "amp") return U'&';
  if (reference == "lt") return U'<';
  if (reference == "gt") return U'>';
  if (reference == "quot") return U'"';
  if (reference == "apos") return U'\'';
  if (!reference.starts_with('#')) return 0;
  const bool hex = reference.starts_with("#x");
  const std::string_view digits = reference.substr(hex ? 2 : 1);
  if (digits.empty()) return 0;
  char32_t code_point = 0;
  for (const char c : digits) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      code_point = code_point * (hex ? 16 : 10) + static_cast<char32_t>(c - '0');
    } else if (hex && lower >= 'a' && lower <= 'f') {
      code_point = code_point * 16 + static_cast<char32_t>(lower - 'a' + 10);
    } else {
      return 0;
    }
    code_point = std::min<char32_t>(code_point, 0x110000);
  }
  const bool scalar = code_point != 0 && code_point < 0x110000 && (code_point < 0xD800 || code_point > 0xDFFF);
  return scalar ? code_point : 0xFFFD;
}

}  // namespace

XmlScanner::XmlScanner(std::string_view document) : document_(document) {
  if (At("\xEF\xBB\xBF")) position_ = 3;
}

std::string_view XmlScanner::attribute(std::string_view name) const {
  for (const auto& [each, value] : attributes_) {
    if (each == name) return value;
  }
  return {};
}

// Counted only when an error is told, so that scanning pays nothing for it.
std::string XmlScanner::Where(size_t position) const {
  const std::string_view before = document_.substr(0, position);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view part = before.substr(start);
  const auto column = 1 + std::count_if(part.begin(), part.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Error XmlScanner::Malformed(size_t position, const std::string& what) const {
  return Error{ErrorCode::kMalformed, "XML, " + Where(position) + ": " + what + ".", ""};
}

Error XmlScanner::Truncated(size_t position, const std::string& what) const {
  return Error{ErrorCode::kTruncated, "XML, " + Where(position) + ": " + what + " is not closed.",
               "The file may have been cut off; get it again."};
}

Result<XmlEvent> XmlScanner::Next() {
  if (close_) {
    close_ = false;
    open_.pop_back();
    return XmlEvent::kEndElement;
  }
  while (position_ < document_.size()) {
    if (document_[position_] != '<') {
      if (!open_.empty()) return Text();
      const size_t start = position_;
      SkipSpace();
      if (position_ < document_.size() && document_[position_] != '<') {
        return Malformed(start, "there is text outside the document's element");
      }
    } else if (At("<!--")) {
      SOTTO_RETURN_IF_ERROR(SkipPast("-->", "a comment"));
    } else if (At("<![CDATA[")) {
      return Cdata();
    } else if (At("<?")) {
      SOTTO_RETURN_IF_ERROR(SkipPast("?>", "a processing instruction"));
    } else if (At("<!")) {
      Error error = Malformed(position_, "document types and declarations are refused");
      error.hint = "Remove <!DOCTYPE ...>: recordings of comments need none, and entities that it declares can grow.";
      return error;
    } else if (At("</")) {
      return EndTag();
    } else {
      return StartTag();
    }
  }
  if (!open_.empty()) return Truncated(open_.back().position, "<" + std::string(open_.back().name.substr(0, 32)) + ">");
  if (!root_seen_) return Malformed(position_, "there is no element");
  return XmlEvent::kEnd;
}

Status XmlScanner::SkipPast(std::string_view end, const std::string& what) {
  const size_t found = document_.find(end, position_);
  if (found == std::string_view::npos) return Truncated(position_, what);
  position_ = found + end.size();
  return {};
}

void XmlScanner::SkipSpace() {
  position_ = std::min(document_.find_first_not_of(kSpace, position_), document_.size());
}

Result<std::string_view> XmlScanner::ReadName() {
  const size_t start = position_;
  while (position_ < document_.size() && !EndsName(document_[position_])) ++position_;
  if (position_ == start) return Malformed(start, "a name was expected");
  return document_.substr(start, position_ - start);
}

Result<XmlEvent> XmlScanner::StartTag() {
  const size_t tag = position_++;
  if (position_ == document_.size()) return Truncated(tag, "a tag");
  if (open_.empty() && root_seen_) return Malformed(tag, "there is a second element outside the document's first");
  root_seen_ = true;
  SOTTO_ASSIGN_OR_RETURN(name_, ReadName());
  attributes_.clear();
  for (;;) {
    SkipSpace();
    if (position_ == document_.size()) return Truncated(tag, "a tag");
    if (At(">")) {
      ++position_;
      break;
    }
    if (At("/>")) {
      position_ += 2;
      close_ = true;
      break;
    }
    SOTTO_RETURN_IF_ERROR(ReadAttribute(tag));
  }
  if (open_.size() == kMaxXmlDepth) {
    return Error{ErrorCode::kResourceExhausted,
                 "XML, " + Where(tag) + ": elements are nested deeper than " + std::to_string(kMaxXmlDepth) + ".", ""};
  }
  open_.push_back({name_, tag});
  return XmlEvent::kStartElement;
}

Status XmlScanner::ReadAttribute(size_t tag) {
  const size_t start = position_;
  SOTTO_ASSIGN_OR_RETURN(const std::string_view name, ReadName());
  SkipSpace();
  if (!At("=")) {
    return position_ == document_.size() ? Truncated(tag, "a tag") : Malformed(start, "an attribute has no value");
  }
  ++position_;
  SkipSpace();
  if (position_ == document_.size()) return Truncated(tag, "a tag");
  const char quote = document_[position_];
  if (quote != '"' && quote != '\'') return Malformed(position_, "an attribute's value is not in quotation marks");
  const size_t end = document_.find(quote, ++position_);
  if (end == std::string_view::npos) return Truncated(position_ - 1, "an attribute's value");
  const size_t less = document_.substr(position_, end - position_).find('<');
  if (less != std::string_view::npos) return Malformed(position_ + less, "an attribute's value holds <");
  for (const Attribute& other : attributes_) {
    if (other.name == name) return Malformed(start, "an attribute occurs twice");
  }
  if (attributes_.size() == kMaxXmlAttributes) {
    return Error{
        ErrorCode::kResourceExhausted,
        "XML, " + Where(tag) + ": an element has more than " + std::to_string(kMaxXmlAttributes) + " attributes.", ""};
  }
  std::string value;
  SOTTO_RETURN_IF_ERROR(Decode(end, value));
  ++position_;
  attributes_.push_back({name, std::move(value)});
  return {};
}

Result<XmlEvent> XmlScanner::EndTag() {
  const size_t tag = position_;
  position_ += 2;
  SOTTO_ASSIGN_OR_RETURN(name_, ReadName());
  SkipSpace();
  if (position_ == document_.size()) return Truncated(tag, "a tag");
  if (!At(">")) return Malformed(position_, "an end tag holds more than a name");
  ++position_;
  attributes_.clear();
  if (open_.empty()) return Malformed(tag, "an element ends that did not begin");
  if (open_.back().name != name_) {
    return Malformed(tag, "</" + std::string(name_.substr(0, 32)) + "> closes <" +
                              std::string(open_.back().name.substr(0, 32)) + "> of " + Where(open_.back().position));
  }
  open_.pop_back();
  return XmlEvent::kEndElement;
}

Result<XmlEvent> XmlScanner::Text() {
  const size_t end = std::min(document_.find('<', position_), document_.size());
  text_.clear();
  SOTTO_RETURN_IF_ERROR(Decode(end, text_));
  return XmlEvent::kText;
}

Result<XmlEvent> XmlScanner::Cdata() {
  constexpr std::string_view kBegin = "<![CDATA[";
  constexpr std::string_view kFinish = "]]>";
  const size_t start = position_;
  if (open_.empty()) return Malformed(start, "there is text outside the document's element");
  SOTTO_RETURN_IF_ERROR(SkipPast(kFinish, "CDATA"));
  text_ = document_.substr(start + kBegin.size(), position_ - kFinish.size() - start - kBegin.size());
  return XmlEvent::kText;
}

Status XmlScanner::Decode(size_t end, std::string& out) {
  while (position_ < end) {
    // Only up to `end`: a search to the end of the document for each text would be quadratic.
    const std::string_view rest = document_.substr(position_, end - position_);
    const size_t plain = std::min(rest.find('&'), rest.size());
    out += rest.substr(0, plain);
    position_ += plain;
    if (position_ < end) SOTTO_RETURN_IF_ERROR(DecodeReference(end, out));
  }
  return {};
}

Status XmlScanner::DecodeReference(size_t end, std::string& out) {
  const std::string_view rest = document_.substr(position_, std::min(end - position_, kLongestReference));
  const size_t semicolon = rest.find(';');
  const char32_t code_point = semicolon == std::string_view::npos ? 0 : Referenced(rest.substr(1, semicolon - 1));
  if (code_point == 0) {
    Error error = Malformed(position_, "& does not begin one of the five named entities or a character reference");
    error.hint = "Write &amp; for &.";
    return error;
  }
  text::AppendUtf8(code_point, out);
  position_ += semicolon + 1;
  return {};
}

}  // namespace sotto::formats
