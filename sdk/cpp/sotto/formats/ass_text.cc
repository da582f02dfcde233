#include "sotto/formats/ass_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sotto/formats/decimal.h"
#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

// ASS cannot escape a backslash. One with this behind it is not read as a tag, and shows nothing else.
constexpr std::string_view kWordJoiner = "\xE2\x81\xA0";  // U+2060
constexpr int64_t kMilli = 1000;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The numbers of "(1,2,...)", times 1,000; how many there were, at most as many as fit.
template <size_t kCount>
size_t Arguments(std::string_view tag, std::array<int64_t, kCount>& numbers) {
  const size_t open = tag.find('(');
  if (open == std::string_view::npos) return 0;
  std::string_view list = tag.substr(open + 1);
  list = list.substr(0, list.find(')'));
  size_t count = 0;
  while (count < kCount) {
    const size_t comma = list.find(',');
    const auto number = ParseDecimal(Trimmed(list.substr(0, comma)), kMilli);
    if (!number) break;
    numbers[count++] = *number;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return count;
}

// \a counts 1 to 3 at the bottom, 5 to 7 at the top, 9 to 11 in the middle.
std::optional<int> AlignmentOfOld(int64_t old) {
  if (old >= 1 && old <= 3) return static_cast<int>(old);
  if (old >= 5 && old <= 7) return static_cast<int>(old + 2);
  if (old >= 9 && old <= 11) return static_cast<int>(old - 5);
  return std::nullopt;
}

template <class T>
void SetFirst(std::optional<T>& field, std::optional<T> value) {
  if (!field) field = std::move(value);
}

void ApplyTag(std::string_view tag, AssText& out) {
  std::array<int64_t, 4> numbers{};
  if (tag.starts_with("pos(")) {
    if (Arguments(tag, numbers) >= 2) SetFirst<AssPoint>(out.position, AssPoint{numbers[0], numbers[1]});
  } else if (tag.starts_with("move(")) {
    if (Arguments(tag, numbers) == 4) {
      SetFirst<AssMove>(out.move, AssMove{{numbers[0], numbers[1]}, {numbers[2], numbers[3]}});
    }
  } else if (tag.starts_with("an")) {
    const auto number = ParseDecimal(tag.substr(2), 1);
    if (number && *number >= 1 && *number <= 9) SetFirst<int>(out.alignment, static_cast<int>(*number));
  } else if (tag.starts_with("a") && tag.size() > 1 && IsDigit(tag[1])) {
    if (const auto number = ParseDecimal(tag.substr(1), 1)) SetFirst(out.alignment, AlignmentOfOld(*number));
  } else if (tag.starts_with("c&") || tag.starts_with("1c&")) {
    SetFirst(out.color, ParseAssColor(tag.substr(tag.find('&'))));
  } else if (tag.starts_with("fs") && tag.size() > 2 && IsDigit(tag[2])) {
    SetFirst(out.font_size, ParseDecimal(tag.substr(2), kMilli));
  } else if (tag.starts_with("p") && tag.size() > 1 && IsDigit(tag[1])) {
    out.drawing = out.drawing || ParseDecimal(tag.substr(1), 1).value_or(0) > 0;
  }
}

// The tags of one block, without its braces. A tag ends where the next one begins outside its parentheses.
void ApplyBlock(std::string_view block, AssText& out) {
  size_t position = std::min(block.find('\\'), block.size());
  while (position < block.size()) {
    const size_t start = ++position;
    int depth = 0;
    while (position < block.size() && (block[position] != '\\' || depth > 0)) {
      if (block[position] == '(') ++depth;
      if (block[position] == ')') depth = std::max(0, depth - 1);
      ++position;
    }
    ApplyTag(Trimmed(block.substr(start, position - start)), out);
  }
}

}  // namespace

std::optional<uint32_t> ParseAssColor(std::string_view text) {
  text = Trimmed(text);
  if (!text.starts_with("&H") && !text.starts_with("&h")) return std::nullopt;
  text.remove_prefix(2);
  if (text.ends_with('&')) text.remove_suffix(1);
  if (text.empty() || text.size() > 8) return std::nullopt;
  uint32_t value = 0;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    if (IsDigit(c)) {
      value = value << 4 | static_cast<uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value << 4 | static_cast<uint32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return (value & 0xFF) << 16 | (value & 0xFF00) | (value >> 16 & 0xFF);
}

AssText ParseAssText(std::string_view raw) {
  AssText out;
  while (!raw.empty()) {
    const size_t special = std::min(raw.find_first_of("{\\"), raw.size());
    out.text += raw.substr(0, special);
    raw.remove_prefix(special);
    if (raw.empty()) break;
    if (raw.front() == '{') {
      const size_t end = raw.find('}');
      if (end == std::string_view::npos) {  // no block without an end
        out.text += raw;
        break;
      }
      ApplyBlock(raw.substr(1, end - 1), out);
      raw.remove_prefix(end + 1);
      continue;
    }
    const char next = raw.size() > 1 ? raw[1] : '\0';
    if (next == 'N' || next == 'n' || next == 'h') {
      out.text += ' ';
      raw.remove_prefix(2);
    } else if (next == '{' || next == '}') {
      out.text += next;
      raw.remove_prefix(2);
    } else {
      out.text += '\\';
      raw.remove_prefix(raw.substr(1).starts_with(kWordJoiner) ? 1 + kWordJoiner.size() : 1);
    }
  }
  return out;
}

std::string EscapeAssText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '{' || c == '}') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
    if (c == '\\') out += kWordJoiner;
  }
  return out;
}

}  // namespace sotto::formats
