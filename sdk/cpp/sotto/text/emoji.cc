#include "sotto/text/emoji.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "sotto/text/tokens.h"
#include "sotto/text/utf8.h"

namespace sotto::text {
namespace {

constexpr char32_t kZeroWidthJoiner = 0x200D;
constexpr char32_t kFemaleSign = 0x2640;
constexpr char32_t kMaleSign = 0x2642;

// Left out on purpose, because live rooms use them both ways: tears of joy, loud crying, the slight smile, screams.
constexpr auto kPositive = std::to_array<char32_t>({
    0x263A,  0x2665,  0x270C,  0x2728,  0x2763,  0x2764,  0x2B50,            // smile, hearts, victory, sparkles
    0x1F31F, 0x1F339, 0x1F389, 0x1F38A, 0x1F3C6,                             // star, rose, party, trophy
    0x1F44C, 0x1F44D, 0x1F44F, 0x1F490,                                      // OK, thumb up, applause, bouquet
    0x1F493, 0x1F495, 0x1F496, 0x1F497, 0x1F498, 0x1F499, 0x1F49A, 0x1F49B,  // hearts
    0x1F49C, 0x1F49D, 0x1F49E, 0x1F4AA, 0x1F4AF, 0x1F525, 0x1F5A4,           // hearts, strength, 100, fire
    0x1F600, 0x1F601, 0x1F603, 0x1F604, 0x1F606, 0x1F607, 0x1F60A, 0x1F60B,  // smiles
    0x1F60D, 0x1F60E, 0x1F618, 0x1F619, 0x1F61A, 0x1F638, 0x1F63A, 0x1F63B,  // heart eyes, kisses, cats
    0x1F63D, 0x1F64C, 0x1F64F, 0x1F90D, 0x1F90E, 0x1F917, 0x1F918, 0x1F91D,  // hands, thanks, hug
    0x1F91F, 0x1F924, 0x1F929, 0x1F947, 0x1F970, 0x1F973, 0x1F9E1,           // drooling, star eyes, party
    0x1FA75, 0x1FA76, 0x1FA77, 0x1FAF6,                                      // hearts
});

constexpr auto kNegative = std::to_array<char32_t>({
    0x2639,                                                                  // frown
    0x1F44E, 0x1F494, 0x1F4A9, 0x1F595,                                      // thumb down, broken heart, ...
    0x1F612, 0x1F613, 0x1F614, 0x1F615, 0x1F616, 0x1F61E, 0x1F61F, 0x1F620,  // displeased, sad, angry
    0x1F621, 0x1F622, 0x1F623, 0x1F624, 0x1F625, 0x1F628, 0x1F629, 0x1F62B,  // angry, crying, weary
    0x1F630, 0x1F63E, 0x1F63F, 0x1F641, 0x1F644, 0x1F921, 0x1F922, 0x1F925,  // rolling eyes, clown, nausea, liar
    0x1F926, 0x1F92C, 0x1F92E, 0x1F971,                                      // face palm, cursing, vomit, yawn
});

static_assert(std::is_sorted(kPositive.begin(), kPositive.end()));
static_assert(std::is_sorted(kNegative.begin(), kNegative.end()));

char32_t Polarity(char32_t code_point) {
  if (std::binary_search(kPositive.begin(), kPositive.end(), code_point)) return kTokenPositiveEmoji;
  if (std::binary_search(kNegative.begin(), kNegative.end(), code_point)) return kTokenNegativeEmoji;
  return kTokenNeutralEmoji;
}

bool IsPictograph(char32_t code_point) {
  if (code_point < kFirstPictograph) return false;
  const utf8proc_property_t* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point));
  return property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC && property->decomp_type == 0;
}

bool IsRegionalIndicator(char32_t code_point) {
  return code_point >= 0x1F1E6 && code_point <= 0x1F1FF;
}

// Variation selectors and skin tones.
bool IsModifier(char32_t code_point) {
  return (code_point >= 0xFE00 && code_point <= 0xFE0F) || (code_point >= 0x1F3FB && code_point <= 0x1F3FF);
}

// The code point at `position`, or 0 at the end of the text.
char32_t Peek(std::string_view text, size_t position) {
  return position < text.size() ? NextCodePoint(text, position) : 0;
}

size_t SkipModifiers(std::string_view text, size_t position) {
  while (IsModifier(Peek(text, position))) NextCodePoint(text, position);
  return position;
}

// What a sequence says, pictograph by pictograph.
class Meaning {
 public:
  explicit Meaning(const Lexicon* lexicon) : lexicon_(lexicon) {}

  void Add(char32_t pictograph) {
    const bool first = pictographs_ == 0;
    if (first || (pictograph != kFemaleSign && pictograph != kMaleSign)) ++pictographs_;
    const std::u32string_view reading = lexicon_ == nullptr ? std::u32string_view() : lexicon_->Emoji(pictograph);
    const bool characters = !reading.empty() && !IsToken(reading.front());
    if (characters && first) reading_ = reading;
    if (token_ != kTokenNeutralEmoji || characters) return;
    token_ = reading.empty() ? Polarity(pictograph) : reading.front();
  }

  EmojiSequence Of(size_t bytes) const {
    if (token_ == kTokenNeutralEmoji && pictographs_ == 1) return {bytes, token_, reading_};
    return {bytes, token_, {}};
  }

 private:
  const Lexicon* lexicon_;
  size_t pictographs_ = 0;
  char32_t token_ = kTokenNeutralEmoji;
  std::u32string_view reading_;
};

}  // namespace

EmojiSequence ReadEmoji(std::string_view text, size_t position, const Lexicon* lexicon) {
  size_t end = position;
  const char32_t first = NextCodePoint(text, end);
  if (IsRegionalIndicator(first)) {
    if (IsRegionalIndicator(Peek(text, end))) NextCodePoint(text, end);
    return {end - position, kTokenNeutralEmoji, {}};
  }
  if (!IsPictograph(first)) return {};

  Meaning meaning(lexicon);
  meaning.Add(first);
  end = SkipModifiers(text, end);
  while (Peek(text, end) == kZeroWidthJoiner) {
    size_t next = end;
    NextCodePoint(text, next);
    if (!IsPictograph(Peek(text, next))) break;
    meaning.Add(NextCodePoint(text, next));
    end = SkipModifiers(text, next);
  }
  return meaning.Of(end - position);
}

}  // namespace sotto::text
