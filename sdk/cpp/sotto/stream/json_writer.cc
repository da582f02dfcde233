#include "sotto/stream/json_writer.h"

#include "sotto/base/number_text.h"

namespace sotto::stream {
namespace {

void AppendEscaped(std::string_view text, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kDigits[static_cast<unsigned char>(c) >> 4];
          out += kDigits[static_cast<unsigned char>(c) & 15];
        } else {
          out += c;
        }
    }
  }
}

}  // namespace

void JsonWriter::Separate() {
  if (comma_) text_ += ',';
  comma_ = true;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  text_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Shut(char bracket) {
  text_ += bracket;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  String(name);
  text_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  Separate();
  text_ += '"';
  AppendEscaped(text, text_);
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::Append(std::string_view number) {
  Separate();
  text_ += number;
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  return Append(std::to_string(value));
}
JsonWriter& JsonWriter::Uint(uint64_t value) {
  return Append(std::to_string(value));
}
JsonWriter& JsonWriter::Double(double value) {
  return Append(NumberText(value));
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  text_ += value ? "true" : "false";
  return *this;
}

}  // namespace sotto::stream
