#include "sotto/text/json_repair.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sotto/text/utf8.h"

namespace sotto::text {
namespace {

constexpr size_t kExactDigits = 18;       // every integer of so many fits 64 bits
constexpr size_t kLargestExponent = 300;  // well below the 308 of a double

bool IsNumberCharacter(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Stands for itself inside a string.
bool IsPlain(char c) {
  return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

class Repairer {
 public:
  explicit Repairer(std::string_view in) : in_(in) { out_.reserve(in.size()); }

  std::string Run() && {
    while (position_ < in_.size()) {
      const char c = in_[position_];
      if (c == '"') {
        String();
      } else if (c == '-' || IsDigit(c)) {
        Number();
      } else if (!Replace("NaN") && !Replace("Infinity")) {
        out_ += c;
        ++position_;
      }
    }
    return std::move(out_);
  }

 private:
  bool Replace(std::string_view word) {
    if (!in_.substr(position_).starts_with(word)) return false;
    out_ += "null";
    position_ += word.size();
    return true;
  }

  // From the opening quotation mark past the closing one, or to the end.
  void String() {
    out_ += in_[position_++];
    while (position_ < in_.size()) {
      const char c = in_[position_];
      if (c == '\\') {
        Escape();
        continue;
      }
      if (c == '"') {
        Keep(1);
        return;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        out_ += ' ';
        ++position_;
        continue;
      }
      size_t end = position_ + 1;
      while (end < in_.size() && IsPlain(in_[end])) ++end;
      Keep(end - position_);
    }
  }

  void Escape() {
    const auto unit = EscapedUnit(position_);
    if (!unit) {
      const std::string_view pair = in_.substr(position_, 2);
      out_ += pair;
      position_ += pair.size();
      return;
    }
    if (*unit < 0xD800 || *unit > 0xDFFF) return Keep(6);
    const auto low = EscapedUnit(position_ + 6);
    if (*unit < 0xDC00 && low && *low >= 0xDC00 && *low <= 0xDFFF) return Keep(12);
    out_ += "\xEF\xBF\xBD";  // U+FFFD
    position_ += 6;
  }

  void Keep(size_t bytes) {
    out_ += in_.substr(position_, bytes);
    position_ += bytes;
  }

  // The UTF-16 unit of a \uXXXX at `position`.
  std::optional<uint32_t> EscapedUnit(size_t position) const {
    if (position + 6 > in_.size() || in_[position] != '\\' || in_[position + 1] != 'u') return std::nullopt;
    uint32_t unit = 0;
    for (const char c : in_.substr(position + 2, 4)) {
      const char lower = static_cast<char>(c | 0x20);
      if (IsDigit(c)) {
        unit = unit << 4 | static_cast<uint32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        unit = unit << 4 | static_cast<uint32_t>(lower - 'a' + 10);
      } else {
        return std::nullopt;
      }
    }
    return unit;
  }

  void Number() {
    size_t end = position_;
    while (end < in_.size() && IsNumberCharacter(in_[end])) ++end;
    const std::string_view number = in_.substr(position_, end - position_);
    if (number == "-" && in_.substr(end).starts_with("Infinity")) {
      position_ = end;
      Replace("Infinity");
      return;
    }
    position_ = end;
    const std::string_view digits = number.substr(number.starts_with('-') ? 1 : 0);
    const auto whole = static_cast<size_t>(std::find_if_not(digits.begin(), digits.end(), IsDigit) - digits.begin());
    if (whole == digits.size() && whole > kExactDigits) {
      out_ += '"';
      out_ += number;
      out_ += '"';
    } else if (whole + Exponent(digits) > kLargestExponent) {
      out_ += "null";
    } else {
      out_ += number;
    }
  }

  // A positive exponent, as far as it matters; else 0.
  static size_t Exponent(std::string_view number) {
    const size_t mark = number.find_first_of("eE");
    if (mark == std::string_view::npos) return 0;
    std::string_view digits = number.substr(mark + 1);
    if (digits.starts_with('-')) return 0;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    size_t exponent = 0;
    for (const char c : digits) {
      if (!IsDigit(c)) break;
      exponent = std::min(kLargestExponent + 1, exponent * 10 + static_cast<size_t>(c - '0'));
    }
    return exponent;
  }

  std::string_view in_;
  size_t position_ = 0;
  std::string out_;
};

}  // namespace

std::string RepairJson(std::string_view json) {
  if (ValidateUtf8(json).ok()) return Repairer(json).Run();
  return Repairer(RepairUtf8(json)).Run();
}

}  // namespace sotto::text
