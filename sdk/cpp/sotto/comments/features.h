// From a normalised comment to the hashed features that every head is computed from. One pass over three readings of
// the same symbols:
//
//   letters  n-grams of 1 to 4 symbols, with a boundary mark at both ends
//   sounds   n-grams of 1 to 3 units, with boundary marks: the fuzzy syllable of a Han character
//   (text::Lexicon::Sound),
//            so that homophones meet; a whole word of other letters or digits; any other symbol itself
//   shapes   n-grams of 1 or 2 units: the class of a character's main component, so that look-alikes meet; the
//            128-block of a letter that is not Han, which tells scripts apart
//
// Tokens of mood (text/tokens.h) are features of their own, and are not there for the n-grams: an emoji between two
// characters does not hide what they say. So are the lengths of runs that were cut, in powers of two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/text/lexicon.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {

// The form of all this; a model made for another one must not be read.
inline constexpr uint16_t kFeatureForm = 1;

inline constexpr uint32_t kLongestLetters = 4;
inline constexpr uint32_t kLongestSounds = 3;
inline constexpr uint32_t kLongestShapes = 2;

struct Feature {
  uint32_t hash;
  uint32_t first;  // index of the first symbol that it covers
  uint32_t count;  // symbols that it covers, at least 1
};

// Takes the features of comments one after another; keeps its memory in between, below 2 MB: what a longer comment took
// is given back by the next call. Not for several threads at once.
class FeatureReader {
 public:
  // The different hashes of the comment, in order of appearance. Valid until the next call.
  std::span<const uint32_t> Distinct(const text::NormalisedText& comment, const text::Lexicon& lexicon);

  // Every place of every feature, for those who explain. Valid until the next call.
  std::span<const Feature> Places(const text::NormalisedText& comment, const text::Lexicon& lexicon);

 private:
  struct Unit {
    uint32_t value;
    uint32_t first;
    uint32_t count;
  };

  void ReadUnits(const text::NormalisedText& comment, const text::Lexicon& lexicon);
  template <class Found>
  void ForEach(const text::NormalisedText& comment, const text::Lexicon& lexicon, const Found& found);
  void MakeRoom(size_t features);  // in seen_, and empties it
  void GiveBackWhatIsLarge();

  std::vector<Unit> letters_;
  std::vector<Unit> sounds_;
  std::vector<Unit> shapes_;
  std::vector<uint32_t> distinct_;
  std::vector<Feature> places_;
  // A hash set that is emptied by a new stamp.
  struct Slot {
    uint32_t hash = 0;
    uint32_t stamp = 0;
  };
  std::vector<Slot> seen_;
  uint32_t stamp_ = 0;
};

}  // namespace sotto::comments
