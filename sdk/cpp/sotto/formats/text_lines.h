// Lines, and what else text formats share.
#pragma once

#include <cstdint>
#include <string_view>

namespace sotto::formats {

std::string_view WithoutByteOrderMark(std::string_view file);

// Without spaces and tabs on both sides.
std::string_view Trimmed(std::string_view text);

// ASCII only; the formats' keywords are.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// "[Script Info]" and the like: a line that begins with "[" and a letter, and holds "]".
bool IsAssSection(std::string_view text);

// The lines of a text, whatever their ends ("\n", "\r\n", "\r"), counted from 1.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  // False at the end.
  bool Next();
  std::string_view line() const { return line_; }
  uint64_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::string_view line_;
  uint64_t number_ = 0;
};

}  // namespace sotto::formats
