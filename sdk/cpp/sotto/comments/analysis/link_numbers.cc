#include "sotto/comments/analysis/link_numbers.h"

#include <algorithm>
#include <string_view>

#include "sotto/comments/analysis/symbols.h"

namespace sotto::comments::analysis {
namespace {

constexpr std::u32string_view kNumerals = U"一二三四五六七八九";
constexpr char32_t kTen = U'十';

struct Number {
  uint32_t value = 0;  // 0: none
  size_t end = 0;
};

bool IsNumeral(char32_t symbol) {
  return symbol == kTen || kNumerals.find(symbol) != std::u32string_view::npos;
}

bool IsDigit(char32_t symbol) {
  return symbol >= U'0' && symbol <= U'9';
}

// The whole number that begins at `begin`.
Number ReadNumber(std::span<const char32_t> symbols, size_t begin) {
  size_t end = begin;
  if (end < symbols.size() && IsDigit(symbols[end])) {
    uint32_t value = 0;
    for (; end < symbols.size() && IsDigit(symbols[end]); ++end) {
      value = std::min(value * 10 + static_cast<uint32_t>(symbols[end] - U'0'), kMaxLinkNumber + 1);
    }
    return {value <= kMaxLinkNumber ? value : 0, end};
  }
  const auto unit = [&]() -> uint32_t {
    if (end >= symbols.size()) return 0;
    const size_t at = kNumerals.find(symbols[end]);
    if (at == std::u32string_view::npos) return 0;
    ++end;
    return static_cast<uint32_t>(at + 1);
  };
  uint32_t value = unit();
  if (end < symbols.size() && symbols[end] == kTen) {
    ++end;
    value = (value == 0 ? 1 : value) * 10;
    value += unit();
  }
  // "一一", "十十": no number.
  if (end < symbols.size() && IsNumeral(symbols[end])) return {};
  return {value, end};
}

bool Continues(std::span<const char32_t> symbols, size_t at, std::u32string_view with) {
  return std::u32string_view(symbols.data() + at, symbols.size() - at).starts_with(with);
}

// What stands right before `end` is `with`.
bool Precedes(std::span<const char32_t> symbols, size_t end, std::u32string_view with) {
  return std::u32string_view(symbols.data(), end).ends_with(with);
}

// A Latin word that ends at `end` is `word`, not only the end of a longer one.
bool PrecedesWord(std::span<const char32_t> symbols, size_t end, std::u32string_view word) {
  if (!Precedes(symbols, end, word)) return false;
  const size_t begin = end - word.size();
  return begin == 0 || KindOf(symbols[begin - 1]) != SymbolKind::kLetter;
}

bool NamesALink(std::span<const char32_t> symbols, size_t begin, size_t end) {
  if (Continues(symbols, end, U"链接") || Continues(symbols, end, U"号链") || Continues(symbols, end, U"号品"))
    return true;
  const size_t before = begin > 0 && symbols[begin - 1] == U' ' ? begin - 1 : begin;
  if (Precedes(symbols, before, U"链接") || Precedes(symbols, before, U"#") || PrecedesWord(symbols, before, U"no.")) {
    return true;
  }
  for (const std::u32string_view word : {U"link", U"item", U"number"}) {
    if (PrecedesWord(symbols, before, word)) return true;
  }
  if (Precedes(symbols, begin, U"第")) {
    for (const std::u32string_view unit : {U"个", U"款", U"号", U"件"}) {
      if (Continues(symbols, end, unit)) return true;
    }
    return false;
  }
  if (!Continues(symbols, end, U"号") || Precedes(symbols, begin, U"月")) return false;
  // The sign after 号 that makes it a date, a line of the underground, a colour, a size.
  constexpr std::u32string_view kNotALink = U"发到晚早前后开直线楼门色码凌上下";
  return end + 1 >= symbols.size() || kNotALink.find(symbols[end + 1]) == std::u32string_view::npos;
}

}  // namespace

void FindLinkNumbers(std::span<const char32_t> symbols, uint32_t most, std::vector<uint32_t>& out) {
  for (size_t begin = 0; begin < symbols.size();) {
    if (!IsDigit(symbols[begin]) && !IsNumeral(symbols[begin])) {
      ++begin;
      continue;
    }
    const bool digits = IsDigit(symbols[begin]);
    const Number number = ReadNumber(symbols, begin);
    size_t end = begin;
    while (end < symbols.size() && (digits ? IsDigit(symbols[end]) : IsNumeral(symbols[end]))) ++end;
    if (number.value >= 1 && number.value <= most && number.end == end && NamesALink(symbols, begin, end)) {
      out.push_back(number.value);
    }
    begin = end;
  }
}

}  // namespace sotto::comments::analysis
