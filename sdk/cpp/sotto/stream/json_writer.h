// Writes JSON (RFC 8259) piece by piece. It puts the commas; the caller keeps objects and arrays balanced.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sotto::stream {

class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Shut('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Shut(']'); }

  JsonWriter& Key(std::string_view name);
  // Precondition: UTF-8. Control characters, quotes and backslashes are escaped.
  JsonWriter& String(std::string_view text);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  // Precondition: finite. The shortest digits that read back as the same number.
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);

  std::string Release() { return std::move(text_); }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Shut(char bracket);
  void Separate();
  JsonWriter& Append(std::string_view number);

  std::string text_;
  bool comma_ = false;
};

}  // namespace sotto::stream
