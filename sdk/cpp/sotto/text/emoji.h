// Emoji sequences as one sign of mood each. Sequences as in Unicode Technical Standard 51: pictographs with variation
// selectors and skin tones, joined by zero-width joiners; flags as pairs of regional indicators.
#pragma once

#include <cstddef>
#include <string_view>

#include "sotto/text/lexicon.h"

namespace sotto::text {

// The lowest code point that can begin an emoji sequence here: what lies below is text even where fonts have a picture
// for it ((c), (r), arrows). So are code points that NFKC turns into text, such as the sign for "trade mark" or the
// squared ideographs.
inline constexpr char32_t kFirstPictograph = 0x2300;

struct EmojiSequence {
  size_t bytes = 0;             // 0: no emoji begins here
  char32_t token = 0;           // of its mood; without a lexicon positive, negative or neutral
  std::u32string_view reading;  // not empty: the characters that it stands for, instead of the token
};

// The emoji sequence that begins at `position`. Its mood is that of its first pictograph that has one in the lexicon
// or, failing that, in our own table of polarity (emoji.cc: common emoji whose reading is not in doubt); everything
// else is neutral, so are flags. A pictograph without a mood, alone or with a sign of gender, has its reading in the
// lexicon, if there is one. `lexicon` may be null.
// Precondition: ValidateUtf8(text).ok() and position < text.size().
EmojiSequence ReadEmoji(std::string_view text, size_t position, const Lexicon* lexicon = nullptr);

}  // namespace sotto::text
