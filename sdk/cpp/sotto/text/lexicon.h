// What a model knows about the characters and words of its rooms: the tables behind Normalise(text, lexicon). A model
// carries its lexicon in its own file, so that it reads a comment as it did when it was trained.
//
//   fold      traditional character -> simplified
//   sound     character -> class of its syllable, for homophones: classes, not spellings
//   shape     character -> class of its most telling component, for look-alikes
//   join      two halves -> the character that they spell (女 + 子 -> 好)
//   phrases   abbreviations, emotes and evasions -> what they stand for
//   emoji     emoji -> a token of mood, or the characters that it stands in for
//   words     Latin words that people disguise with digits and signs (sh1t, f*ck)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::text {

// Limits of every lexicon, so that looking one up stays cheap whoever wrote it.
inline constexpr size_t kMaxLexiconBytes = 256 * 1024;
inline constexpr size_t kMaxLexiconEntries = 16'384;  // of each table
inline constexpr uint16_t kMaxSoundClass = 1023;
inline constexpr uint16_t kMaxShapeClass = 4095;
inline constexpr size_t kMaxPhraseSymbols = 16;   // of a pattern
inline constexpr size_t kMaxReadingSymbols = 24;  // of a replacement
inline constexpr size_t kMaxGrowth = 4;           // a replacement has at most this many symbols for each of its pattern
inline constexpr size_t kMaxEmojiSymbols = 6;     // of an emoji's reading
inline constexpr size_t kMaxWordLetters = 16;

// The ideographs that have sound and shape and that replacements may use: the basic block.
constexpr bool IsHan(char32_t c) {
  return c >= 0x4E00 && c <= 0x9FFF;
}

// What a lexicon is made of, in any order.
struct LexiconTables {
  struct Folding {
    char32_t traditional;
    char32_t simplified;
  };
  struct Class {
    char32_t character;
    uint16_t sound;  // 0: none
    uint16_t shape;  // 0: none
  };
  struct Joining {
    char32_t left;
    char32_t right;
    char32_t whole;
    bool used;  // false: the pair is ordinary text and stays two characters
  };
  // Pattern and replacement are normalised symbols (normalise.h). A pattern that begins or ends with a Latin letter or
  // a digit does not match inside a longer word or number. Where two patterns begin at the same symbol, the longer
  // wins; a pattern that is its own replacement protects what it covers from the others.
  struct Phrase {
    std::u32string pattern;
    std::u32string replacement;
    bool alone;  // matches only between spaces, punctuation, emoji and the ends of the text
  };
  struct Emoji {
    char32_t emoji;          // the pictograph without variation selector
    std::u32string reading;  // one token of normalise.h, or characters
  };
  struct Word {
    std::string letters;  // a-z, at least two
    bool censored;        // an asterisk may stand for any of its letters
  };

  std::vector<Folding> foldings;
  std::vector<Class> classes;
  std::vector<Joining> joinings;
  std::vector<Phrase> phrases;
  std::vector<Emoji> emoji;
  std::vector<Word> words;  // where two fit a disguise, the earlier wins
};

// Immutable and self-contained. Look-ups are O(1), or O(log n) where the comment says so.
class Lexicon {
 public:
  // Every table empty but for the emoji that stand for the tokens: Normalise(text, Lexicon()) knows moods, nothing
  // else.
  Lexicon();

  // Sorts and closes the tables: chains of foldings become one step, what joinings, phrases and readings lead to is
  // folded, unused joinings are left out, tokens get their emoji. Of two entries for the same key the earlier counts.
  // Errors: kInvalidArgument for what Read would refuse, and for foldings in a circle.
  static Result<Lexicon> Build(LexiconTables tables);

  // Reads what Write wrote. Format in lexicon_format.h.
  // Errors: kTruncated if the bytes end early; kUnsupportedVersion for another format; kResourceExhausted above the
  // limits; kMalformed for another magic, keys out of order, values outside their range, a folding whose target folds
  // again, a replacement that would not survive normalisation, a token whose emoji reads otherwise, bytes left over.
  static Result<Lexicon> Read(ByteSpan bytes);
  Bytes Write() const;

  // The simplified form, or the character itself. O(log n) outside the basic block.
  char32_t Fold(char32_t c) const {
    if (!IsHan(c)) return c < kFirstFolding ? c : FoldRare(c);
    const char32_t simplified = Han(c).fold;
    return simplified == 0 ? c : simplified == kRare ? FoldRare(c) : simplified;
  }

  // Class of the syllable, 1..sounds(), or 0.
  uint16_t Sound(char32_t c) const { return IsHan(c) ? Han(c).sound : uint16_t{0}; }
  // Class of the most telling component, 1..shapes(), or 0.
  uint16_t Shape(char32_t c) const { return IsHan(c) ? Han(c).shape : uint16_t{0}; }
  uint16_t sounds() const { return sounds_; }
  uint16_t shapes() const { return shapes_; }

  // The character that two halves spell, or 0. O(log n) if both are halves of something.
  char32_t Join(char32_t left, char32_t right) const {
    if (!IsHan(right) || (Han(right).flags & kRightHalf) == 0 || !IsHan(left)) return 0;
    return (Han(left).flags & kLeftHalf) == 0 ? 0 : JoinHalves(left, right);
  }
  bool IsRightHalf(char32_t c) const { return IsHan(c) && (Han(c).flags & kRightHalf) != 0; }

  // The reading of an emoji (one token, or up to six symbols), or nothing. O(log n).
  std::u32string_view Emoji(char32_t pictograph) const;

  struct Phrase {
    uint32_t pattern;  // where its symbols begin
    uint32_t replacement;
    uint8_t pattern_size;
    uint8_t replacement_size;
    bool alone;
  };
  // Whether a phrase begins with this symbol. O(1) for ideographs and ASCII, else O(log n).
  bool BeginsPhrase(char32_t c) const {
    if (IsHan(c)) return (Han(c).flags & kPhrase) != 0;
    if (c < 0x80) return ascii_phrases_[c] != ascii_phrases_[c + 1];
    return RareBeginsPhrase(c);
  }
  // The phrases whose pattern is a prefix of the symbols that at(0), at(1), ... give (0 past the end), shortest first:
  // calls found(phrase) for each. O(log n) a symbol.
  template <class At, class Found>
  void ForEachPhrase(const At& at, const Found& found) const {
    const char32_t begin = at(0);
    size_t first = begin < 0x80 ? ascii_phrases_[begin] : ascii_phrases_.back();
    size_t last = begin < 0x80 ? ascii_phrases_[begin + 1] : phrases_.size();
    for (size_t i = 0; first < last; ++i) {
      // All of [first, last) begin with the i symbols seen so far; the one that has no more stands first.
      if (phrases_[first].pattern_size == i) found(phrases_[first++]);
      const char32_t symbol = at(i);
      if (symbol == 0) return;
      NarrowPhrases(i, symbol, first, last);
    }
  }
  std::u32string_view Replacement(const Phrase& phrase) const {
    return std::u32string_view(symbols_).substr(phrase.replacement, phrase.replacement_size);
  }

  // Whether a phrase is its own replacement.
  bool IsProtection(const Phrase& phrase) const { return Pattern(phrase) == Replacement(phrase); }
  // Whether two characters are such a phrase: a word that is worth putting together again. O(log n).
  bool IsProtected(char32_t first, char32_t second) const;

  // The word behind a disguise, or nothing: digits and signs stand for the letters that they look like, an asterisk
  // for any letter of a censored word. `disguise` has a letter for every symbol that is one. O(words of its length).
  std::string_view Undisguise(std::string_view disguise) const;

 private:
  struct Character {
    uint16_t fold = 0;  // 0: itself
    uint16_t sound = 0;
    uint16_t shape = 0;
    uint16_t flags = 0;
  };
  struct Joined {
    char32_t left;
    char32_t right;
    char32_t whole;
  };
  struct Pictograph {
    char32_t emoji;
    uint32_t reading;
    uint8_t size;
  };

  static constexpr char32_t kFirstFolding = 0x2E80;  // CJK radicals: no folding starts below
  static constexpr uint16_t kRare = 1;               // the target is in rare_foldings_
  static constexpr uint16_t kLeftHalf = 1;
  static constexpr uint16_t kRightHalf = 2;
  static constexpr uint16_t kPhrase = 4;

  explicit Lexicon(const LexiconTables& tables);  // of checked tables
  LexiconTables Tables() const;

  const Character& Han(char32_t c) const { return han_[c - 0x4E00]; }
  Character& Han(char32_t c) { return han_[c - 0x4E00]; }
  char32_t FoldRare(char32_t c) const;
  char32_t JoinHalves(char32_t left, char32_t right) const;
  bool RareBeginsPhrase(char32_t c) const;
  void NarrowPhrases(size_t i, char32_t symbol, size_t& first, size_t& last) const;
  std::u32string_view Pattern(const Phrase& phrase) const {
    return std::u32string_view(symbols_).substr(phrase.pattern, phrase.pattern_size);
  }

  std::vector<Character> han_;                         // the basic block
  std::vector<LexiconTables::Folding> rare_foldings_;  // from or to outside it, by key
  std::vector<Joined> joined_;                         // by left, right
  std::u32string symbols_;                             // of patterns, replacements and readings
  std::vector<Phrase> phrases_;                        // by pattern
  std::vector<Pictograph> pictographs_;                // by emoji
  std::vector<LexiconTables::Word> words_;             // by length, then as given
  std::array<uint16_t, 129> ascii_phrases_{};          // where the phrases of each first symbol begin
  uint16_t sounds_ = 0;
  uint16_t shapes_ = 0;
};

}  // namespace sotto::text
