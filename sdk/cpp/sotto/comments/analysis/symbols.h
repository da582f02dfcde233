// What a normalised symbol is to an analysis that has no dictionary: part of a script that is written without spaces
// (n-grams are counted), a letter or digit of one that has them (whole words are), or a border; and how much it says
// about what a comment is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::comments::analysis {

enum class SymbolKind : uint8_t {
  kBorder,    // punctuation, space, emoji token, symbol
  kUnspaced,  // Han ideograph, kana; always below 2^18
  kLetter,    // letter or mark of another script
  kDigit,
};

SymbolKind KindOf(char32_t symbol);

// How much of the topic one symbol of an unspaced script carries, by a list of ours of some 120 signs:
//   0    particles, pronouns, politeness (的 啊 这 我 请)
//   1/4  what questions and sentences are built of (什 么 多 少 有 能 怎), and numerals
//   1    everything else
double ContentOf(char32_t symbol);

// The same for a whole word, lower case, by a list of some 90 English words: 0 (the, please), 1/4 (how, can, much), 1.
double ContentOfWord(std::u32string_view word);

// True where a form of address or a phrase of politeness that says nothing about the topic begins at `position` (主播,
// 请问, 想问一下); its length in symbols, 0 if none.
size_t FillerAt(std::span<const char32_t> symbols, size_t position);

// UTF-8 of the symbols, at most `max_bytes` of it, cut between symbols. Emoji tokens and whatever is no Unicode scalar
// value are left out.
std::string ToUtf8(std::span<const char32_t> symbols, size_t max_bytes);

}  // namespace sotto::comments::analysis
