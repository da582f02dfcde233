// Symbols of a normalised comment that are no characters: moods. They stand above the last Unicode code point
// (0x10FFFF), so that no text can forge them.
#pragma once

#include <array>

namespace sotto::text {

// Normalise(text) knows these three.
inline constexpr char32_t kTokenPositiveEmoji = 0x110001;
inline constexpr char32_t kTokenNegativeEmoji = 0x110002;
inline constexpr char32_t kTokenNeutralEmoji = 0x110003;
// Normalise(text, lexicon) also knows these.
inline constexpr char32_t kTokenJoy = 0x110004;  // laughter
inline constexpr char32_t kTokenLove = 0x110005;
inline constexpr char32_t kTokenAnger = 0x110006;
inline constexpr char32_t kTokenSadness = 0x110007;
inline constexpr char32_t kTokenSurprise = 0x110008;
inline constexpr char32_t kTokenFear = 0x110009;

inline constexpr char32_t kFirstToken = kTokenPositiveEmoji;
inline constexpr char32_t kLastToken = kTokenFear;

constexpr bool IsToken(char32_t symbol) {
  return symbol >= kFirstToken && symbol <= kLastToken;
}

// The emoji that a token is written as: thumbs, neutral face, tears of joy, heart, pouting, crying, astonished and
// fearful face. Precondition: IsToken(token).
constexpr char32_t EmojiOfToken(char32_t token) {
  constexpr std::array<char32_t, 9> kEmoji{0x1F44D, 0x1F44E, 0x1F610, 0x1F602, 0x2764,
                                           0x1F621, 0x1F622, 0x1F632, 0x1F628};
  return kEmoji[token - kFirstToken];
}

}  // namespace sotto::text
