// Which products a comment names: by name, by what sounds like a name, or by link number.
//
// A name is found as it is, in normalised symbols. Where one found name lies inside a longer one ("面霜" in
// "补水面霜"), only the longer counts. A name that begins or ends with a letter or a digit is not found inside a longer
// word or number.
//
// By sound: names of three or more symbols that all have a syllable are also found in other symbols of the same
// syllables, where no name lies in the way. Shorter ones are not: too many words sound alike by chance.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/pattern_matcher.h"

namespace sotto::comments::analysis {

inline constexpr size_t kMaxProducts = 999;
inline constexpr size_t kMaxProductNames = 32;  // of one product
inline constexpr size_t kMaxNameSymbols = 64;
inline constexpr size_t kMaxSymbolsForMentions = 128;  // of a comment; the rest is not read
inline constexpr size_t kLeastSyllables = 3;

struct Product {
  std::string id;                  // 1 to 128 bytes, no two the same
  std::vector<std::string> names;  // UTF-8; may be empty: then it is named by its number only
};

// The syllable of a symbol, so coarse that what sounds alike is the same; 0 if it has none.
using SyllableOf = std::function<uint16_t(char32_t)>;

enum class MentionKind : uint8_t { kName, kNumber, kSound };

struct Mention {
  uint32_t product = 0;  // its place in the list, from 0
  MentionKind kind = MentionKind::kName;
};

class ProductMentions {
 public:
  // No products.
  ProductMentions() = default;

  // The n-th product has link number n. Without `syllable_of` nothing is found by sound.
  // Errors: kInvalidArgument for an empty, too long or repeated id, for a name that is empty once normalised or longer
  // than kMaxNameSymbols, and for more than kMaxProductNames; kResourceExhausted above kMaxProducts; kMalformed if a
  // name is not UTF-8.
  static Result<ProductMentions> Create(std::span<const Product> products, const SyllableOf& syllable_of);

  // The products that are named, each once, in their order; by the first kind of MentionKind that found it.
  void Find(std::span<const char32_t> symbols, std::vector<Mention>& out);

 private:
  uint32_t products_ = 0;
  PatternMatcher names_;
  PatternMatcher sounds_;
  SyllableOf syllable_of_;
  // Kept between calls, so that a call does not allocate.
  std::vector<uint32_t> text_;
  std::vector<PatternMatcher::Match> matches_;
  std::vector<PatternMatcher::Match> sound_matches_;
  std::vector<uint32_t> numbers_;
};

}  // namespace sotto::comments::analysis
