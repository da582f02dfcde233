#include "sotto/comments/spoken_noise.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

// How often, in percent.
constexpr uint64_t kLeadIn = 10;             // "主播 ", "hey sis "
constexpr uint64_t kParticle = 12;           // "啊" at the end of a Chinese comment
constexpr uint64_t kDropPunctuation = 40;    // all of it at the end
constexpr uint64_t kSpaceForComma = 35;      // each comma
constexpr uint64_t kDoublePunctuation = 10;  // "？？"
constexpr uint64_t kAddPunctuation = 6;      // "！" where there was none
constexpr uint64_t kStretch = 5;             // "好看看看", "cuteee"
constexpr uint64_t kEmoji = 6;
constexpr uint64_t kUpperCase = 4;    // "HOW MUCH IS IT"
constexpr uint64_t kCapital = 25;     // "How much is it"
constexpr uint64_t kAbbreviate = 20;  // each word that has a short form
constexpr uint64_t kSlip = 5;         // a letter dropped or doubled

constexpr size_t kLeastForSlip = 6;     // characters
constexpr size_t kLeastForStretch = 2;  // characters
constexpr size_t kLongestForParticle = 24;

constexpr auto kChineseLeadIns = std::to_array<std::string_view>(
    {"主播，",   "主播 ",  "主播",    "姐姐，", "姐姐 ",  "姐 ",    "老板，",  "老板 ", "家人们 ", "家人们，",
     "宝宝 ",    "美女 ",  "小姐姐 ", "老师 ",  "亲 ",    "那个，", "哎 ",     "诶 ",   "嗯 ",     "@主播 ",
     "@小助理 ", "@客服 ", "哥 ",     "哈喽 ",  "你好，", "话说 ",  "老板娘 ", "宝 ",   "啊 ",     "哇 "});
constexpr auto kEnglishLeadIns =
    std::to_array<std::string_view>({"hey ", "hi ",   "sis ",   "girl ",    "hun ",     "ok ",        "so ",    "um ",
                                     "omg ", "wait ", "@host ", "@seller ", "hi hun, ", "excuse me ", "hello ", "and ",
                                     "but ", "guys ", "babe ",  "oh ",      "pls ",     "bro ",       "well "});
constexpr auto kParticles =
    std::to_array<std::string_view>({"啊", "呀", "呢", "哈", "吧", "哦", "嘛", "啦", "哎", "～"});
constexpr auto kMarks = std::to_array<std::string_view>({"！", "!", "。", "~", "…", "..", "!!", "，"});
// Emoji that go with anything.
constexpr auto kEmojis =
    std::to_array<std::string_view>({"😊", "😂", "🙏", "👀", "🌹", "😄", "🤔", "😅", "🥰", "❤️", "[微笑]", "[玫瑰]"});
constexpr size_t kEmojisOfChineseOnly = 2;  // at the end of the list

constexpr auto kShortForms = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"you", "u"},       {"your", "ur"},        {"are", "r"},        {"please", "pls"}, {"thanks", "thx"},
    {"because", "cuz"}, {"for", "4"},          {"to", "2"},         {"and", "n"},      {"though", "tho"},
    {"love", "luv"},    {"what", "wat"},       {"what's", "whats"}, {"it's", "its"},   {"i'm", "im"},
    {"don't", "dont"},  {"doesn't", "doesnt"}, {"can't", "cant"},   {"people", "ppl"}, {"really", "rly"},
    {"right", "rite"},  {"going", "goin"},     {"with", "w"},       {"see", "c"},      {"why", "y"},
});

using Symbols = std::u32string;

Symbols Decode(std::string_view text) {
  Symbols symbols;
  for (size_t at = 0; at < text.size();) symbols += text::NextCodePoint(text, at);
  return symbols;
}

std::string Encode(const Symbols& symbols) {
  std::string text;
  for (const char32_t symbol : symbols) text::AppendUtf8(symbol, text);
  return text;
}

bool IsHan(char32_t c) {
  return c >= 0x4E00 && c <= 0x9FFF;
}
bool IsLatin(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsLetter(char32_t c) {
  return IsHan(c) || IsLatin(c);
}
bool IsEndMark(char32_t c) {
  return std::u32string_view(U"?？!！.。~～").find(c) != std::u32string_view::npos;
}
bool IsComma(char32_t c) {
  return c == U'，' || c == U',';
}
char32_t Upper(char32_t c) {
  return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

// The draws of one comment. After the first error every answer is "no" and the error stays.
class Dice {
 public:
  explicit Dice(RandomSource& random) : random_(random) {}

  bool In100(uint64_t percent) { return Below(100) < percent && status_.ok(); }

  size_t Below(size_t bound) {
    if (!status_.ok()) return 0;
    Result<uint64_t> draw = random_.Below(bound);
    if (draw.ok()) return static_cast<size_t>(draw.value());
    status_ = draw.error();
    return 0;
  }

  std::string_view OneOf(std::span<const std::string_view> list) { return list[Below(list.size())]; }

  const Status& status() const { return status_; }

 private:
  RandomSource& random_;
  Status status_;
};

// "can you show your back" -> "can u show ur back".
std::string Abbreviate(std::string_view text, Dice& dice) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const auto* form =
        std::find_if(kShortForms.begin(), kShortForms.end(), [&](const auto& f) { return f.first == word; });
    out += form != kShortForms.end() && dice.In100(kAbbreviate) ? form->second : word;
    if (end < text.size()) out += ' ';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void ChangePunctuation(Symbols& symbols, Dice& dice) {
  for (char32_t& c : symbols) {
    if (IsComma(c) && dice.In100(kSpaceForComma)) c = U' ';
  }
  if (symbols.size() < 2) return;
  if (IsEndMark(symbols.back())) {
    if (dice.In100(kDropPunctuation)) {
      Symbols shorter = symbols;
      while (!shorter.empty() && IsEndMark(shorter.back())) shorter.pop_back();
      if (!shorter.empty()) symbols = std::move(shorter);
    } else if (dice.In100(kDoublePunctuation)) {
      symbols += symbols.back();
    }
  } else if (dice.In100(kAddPunctuation)) {
    symbols += Decode(dice.OneOf(kMarks));
  }
}

void Stretch(Symbols& symbols, Dice& dice) {
  if (symbols.size() < kLeastForStretch || !IsLetter(symbols.back()) || !dice.In100(kStretch)) return;
  symbols.append(1 + dice.Below(3), symbols.back());
}

// One Latin letter inside a word; a Han character says too much to be dropped.
void Slip(Symbols& symbols, Dice& dice) {
  if (symbols.size() < kLeastForSlip || !dice.In100(kSlip)) return;
  const size_t at = 1 + dice.Below(symbols.size() - 2);
  if (!IsLatin(symbols[at]) || !IsLatin(symbols[at - 1])) return;
  if (dice.In100(50)) {
    symbols.erase(at, 1);
  } else {
    symbols.insert(at, 1, symbols[at]);
  }
}

void ChangeCase(Symbols& symbols, Dice& dice) {
  if (dice.In100(kUpperCase)) {
    std::transform(symbols.begin(), symbols.end(), symbols.begin(), Upper);
  } else if (dice.In100(kCapital)) {
    symbols.front() = Upper(symbols.front());
  }
}

void AddParticle(Symbols& symbols, Dice& dice) {
  if (!IsHan(symbols.back()) || symbols.size() > kLongestForParticle || !dice.In100(kParticle)) return;
  const Symbols particle = Decode(dice.OneOf(kParticles));
  if (std::u32string_view(U"啊呀呢哈吧哦嘛啦哎吗么").find(symbols.back()) == std::u32string_view::npos)
    symbols += particle;
}

}  // namespace

Result<std::string> AddSpokenNoise(std::string_view comment, RandomSource& random) {
  SOTTO_RETURN_IF_ERROR(text::ValidateUtf8(comment));
  if (comment.empty()) return std::string();
  Dice dice(random);
  Symbols symbols = Decode(comment);
  const bool chinese = std::any_of(symbols.begin(), symbols.end(), IsHan);
  if (!chinese) symbols = Decode(Abbreviate(comment, dice));
  ChangePunctuation(symbols, dice);
  Stretch(symbols, dice);
  Slip(symbols, dice);
  if (chinese) AddParticle(symbols, dice);
  // A lead-in makes a sentence of its own out of what has no letters; leave that alone.
  const bool speaks = std::any_of(symbols.begin(), symbols.end(), IsLetter);
  if (speaks && dice.In100(kLeadIn)) {
    symbols = Decode(chinese ? dice.OneOf(kChineseLeadIns) : dice.OneOf(kEnglishLeadIns)) + symbols;
  }
  if (!chinese) ChangeCase(symbols, dice);
  if (speaks && dice.In100(kEmoji)) {
    const size_t emojis = kEmojis.size() - (chinese ? 0 : kEmojisOfChineseOnly);
    symbols += Decode(dice.OneOf(std::span(kEmojis).first(emojis)));
  }
  SOTTO_RETURN_IF_ERROR(dice.status());
  return Encode(symbols);
}

}  // namespace sotto::comments
