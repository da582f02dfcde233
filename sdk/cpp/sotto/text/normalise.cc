#include "sotto/text/normalise.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <span>

#include "sotto/text/emoji.h"
#include "sotto/text/utf8.h"

namespace sotto::text {
namespace {

constexpr size_t kLongestRun = 3;
constexpr char32_t kKeycapFrame = 0x20E3;

// One symbol on its way, with the bytes that it came from.
struct Piece {
  char32_t symbol;
  uint32_t begin;
  uint32_t end;
  uint16_t combining_class;  // 0: a starter
};

// Ideographs, lower-case letters, digits and signs of ASCII: most of what people write. They have no decomposition and
// no other case, and never compose with what stands before them.
bool IsPlain(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c > 0x20 && c < 'A') || (c > 'Z' && c < 0x7F);
}

const utf8proc_property_t& PropertyOf(char32_t c) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

bool IsWhiteSpace(char32_t c, int category) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool IsLeftOut(char32_t c, const utf8proc_property_t& property) {
  const bool skin_tone = c >= 0x1F3FB && c <= 0x1F3FF;
  return property.ignorable != 0 || property.category == UTF8PROC_CATEGORY_CC ||
         property.category == UTF8PROC_CATEGORY_CF || skin_tone || c == kKeycapFrame;
}

// Compatibility decomposition of one code point in lower case, without what is left out.
void Decompose(char32_t code_point, uint32_t begin, uint32_t end, std::vector<Piece>& out) {
  std::array<utf8proc_int32_t, 32> parts{};  // the longest decomposition has 18
  const utf8proc_ssize_t count = utf8proc_decompose_char(
      static_cast<utf8proc_int32_t>(code_point), parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
      static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE), nullptr);
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    const auto part = static_cast<char32_t>(parts[static_cast<size_t>(i)]);
    const utf8proc_property_t& property = PropertyOf(part);
    if (IsWhiteSpace(part, property.category)) {
      out.push_back({U' ', begin, end, 0});
    } else if (!IsLeftOut(part, property)) {
      const auto lower = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(part)));
      out.push_back({lower, begin, end, static_cast<uint16_t>(PropertyOf(lower).combining_class)});
    }
  }
}

// Steps 1 and 2 up to composition.
std::vector<Piece> Decompose(std::string_view text) {
  std::vector<Piece> pieces;
  pieces.reserve(text.size());
  for (size_t position = 0; position < text.size();) {
    const auto begin = static_cast<uint32_t>(position);
    const char32_t code_point = NextCodePoint(text, position);
    if (IsPlain(code_point)) {
      pieces.push_back({code_point, begin, static_cast<uint32_t>(position), 0});
      continue;
    }
    if (code_point >= kFirstPictograph) {
      const EmojiSequence emoji = ReadEmoji(text, begin);
      if (emoji.bytes != 0) {
        position = begin + emoji.bytes;
        pieces.push_back({emoji.token, begin, static_cast<uint32_t>(position), 0});
        continue;
      }
    }
    Decompose(code_point, begin, static_cast<uint32_t>(position), pieces);
  }
  return pieces;
}

// Canonical composition of `symbols` in place; returns how many are left.
size_t ComposeInPlace(std::span<utf8proc_int32_t> symbols) {
  return static_cast<size_t>(
      utf8proc_normalize_utf32(symbols.data(), static_cast<utf8proc_ssize_t>(symbols.size()),
                               static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE)));
}

// Composes decomposed pieces cluster by cluster (a starter and the marks after it), which keeps the spans as narrow as
// the text allows. Unicode Standard, section 3.11, D108-D117.
class Composer {
 public:
  explicit Composer(size_t pieces) { done_.reserve(pieces); }

  // The next cluster; a first cluster may lack its starter.
  void Add(std::span<Piece> cluster) {
    TakePreviousStarter(cluster.front());
    if (cluster.size() == 1) {
      done_.push_back(cluster.front());
      return;
    }
    const auto by_class = [](const Piece& a, const Piece& b) { return a.combining_class < b.combining_class; };
    const bool ordered = std::is_sorted(cluster.begin(), cluster.end(), by_class);
    if (!ordered) std::stable_sort(cluster.begin(), cluster.end(), by_class);

    buffer_.clear();
    uint32_t begin = cluster.front().begin;
    uint32_t end = cluster.front().end;
    for (const Piece& piece : cluster) {
      buffer_.push_back(static_cast<utf8proc_int32_t>(piece.symbol));
      begin = std::min(begin, piece.begin);
      end = std::max(end, piece.end);
    }
    const size_t left = ComposeInPlace(buffer_);
    const bool unchanged = ordered && left == cluster.size();
    for (size_t i = 0; i < left; ++i) {
      const auto symbol = static_cast<char32_t>(buffer_[i]);
      const Piece& piece = cluster[i];
      done_.push_back({symbol, unchanged ? piece.begin : begin, unchanged ? piece.end : end,
                       static_cast<uint16_t>(PropertyOf(symbol).combining_class)});
    }
  }

  std::vector<Piece> Release() { return std::move(done_); }

 private:
  // A few starters compose with a starter right before them (Hangul, some scripts of India): then both are one.
  void TakePreviousStarter(Piece& starter) {
    if (done_.empty() || IsPlain(starter.symbol) || starter.combining_class != 0) return;
    const Piece& previous = done_.back();
    if (previous.combining_class != 0) return;
    std::array<utf8proc_int32_t, 2> pair{static_cast<utf8proc_int32_t>(previous.symbol),
                                         static_cast<utf8proc_int32_t>(starter.symbol)};
    if (ComposeInPlace(pair) != 1) return;
    starter = {static_cast<char32_t>(pair[0]), previous.begin, starter.end, 0};
    done_.pop_back();
  }

  std::vector<Piece> done_;
  std::vector<utf8proc_int32_t> buffer_;
};

std::vector<Piece> Compose(std::vector<Piece> pieces) {
  Composer composer(pieces.size());
  for (size_t first = 0; first < pieces.size();) {
    size_t last = first + 1;
    while (last < pieces.size() && pieces[last].combining_class != 0) ++last;
    composer.Add(std::span(pieces).subspan(first, last - first));
    first = last;
  }
  return composer.Release();
}

// Step 3.
NormalisedText CollapseRuns(const std::vector<Piece>& pieces) {
  NormalisedText text;
  text.symbols.reserve(pieces.size());
  text.begin.reserve(pieces.size());
  text.end.reserve(pieces.size());
  size_t run = 0;
  for (const Piece& piece : pieces) {
    const bool repeats = !text.symbols.empty() && text.symbols.back() == piece.symbol;
    const bool space = piece.symbol == U' ';
    if (space && text.symbols.empty()) continue;
    run = repeats ? run + 1 : 1;
    if (repeats && (space || run > kLongestRun)) {
      text.end.back() = piece.end;
      continue;
    }
    text.symbols.push_back(piece.symbol);
    text.begin.push_back(piece.begin);
    text.end.push_back(piece.end);
  }
  if (!text.symbols.empty() && text.symbols.back() == U' ') {
    text.symbols.pop_back();
    text.begin.pop_back();
    text.end.pop_back();
  }
  return text;
}

}  // namespace

std::string NormalisedText::ToUtf8() const {
  std::string text;
  for (const char32_t symbol : symbols) AppendUtf8(IsToken(symbol) ? EmojiOfToken(symbol) : symbol, text);
  return text;
}

Result<NormalisedText> Normalise(std::string_view text) {
  if (text.size() > kMaxCommentBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "a comment of " + std::to_string(text.size()) + " bytes is longer than " +
                     std::to_string(kMaxCommentBytes) + " bytes.",
                 "Cut it before it is classified."};
  }
  SOTTO_RETURN_IF_ERROR(ValidateUtf8(text));
  return CollapseRuns(Compose(Decompose(text)));
}

}  // namespace sotto::text
