#include "sotto/comments/features.h"

#include <algorithm>
#include <bit>

#include "sotto/text/ngram_hash.h"
#include "sotto/text/tokens.h"

namespace sotto::comments {
namespace {

constexpr size_t kLargestKept = 1u << 15;  // entries of one vector; all of them together below 2 MB

// Start states: one for each reading, so that equal numbers are different features.
constexpr uint64_t kLetters = 0;
constexpr uint64_t kSounds = 0x1F83D9ABFB41BD6B;
constexpr uint64_t kShapes = 0x5BE0CD19137E2179;
constexpr uint64_t kMoods = 0x510E527FADE682D1;
constexpr uint64_t kRuns = 0x3C6EF372FE94F82B;

// Values of units that are no code points.
constexpr uint32_t kSoundClass = 0x200000;
constexpr uint32_t kShapeClass = 0x300000;
constexpr uint32_t kBlock = 0x400000;
constexpr uint32_t kWord = 0x80000000;

constexpr bool IsWordSign(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'';
}

// Letters beyond ASCII and Han whose block says which script it is; punctuation and spaces say nothing.
constexpr bool TellsScript(char32_t c) {
  return c >= 0xC0 && !text::IsHan(c) && (c < 0x2000 || c > 0x206F) && (c < 0x3000 || c > 0x303F) && c < 0x110000;
}

template <class T>
void GiveBackIfLarge(std::vector<T>& memory) {
  if (memory.capacity() > kLargestKept) std::vector<T>().swap(memory);
}

}  // namespace

void FeatureReader::GiveBackWhatIsLarge() {
  GiveBackIfLarge(letters_);
  GiveBackIfLarge(sounds_);
  GiveBackIfLarge(shapes_);
  GiveBackIfLarge(distinct_);
  GiveBackIfLarge(places_);
  GiveBackIfLarge(seen_);
}

void FeatureReader::ReadUnits(const text::NormalisedText& comment, const text::Lexicon& lexicon) {
  const std::vector<char32_t>& symbols = comment.symbols;
  letters_.clear();
  sounds_.clear();
  shapes_.clear();
  const auto size = static_cast<uint32_t>(symbols.size());
  for (uint32_t i = 0; i < size;) {
    const char32_t c = symbols[i];
    if (text::IsToken(c)) {
      ++i;
      continue;
    }
    letters_.push_back({c, i, 1});
    if (text::IsHan(c)) {
      const uint16_t sound = lexicon.Sound(c);
      const uint16_t shape = lexicon.Shape(c);
      sounds_.push_back({sound == 0 ? c : kSoundClass + sound, i, 1});
      shapes_.push_back({shape == 0 ? c : kShapeClass + shape, i, 1});
      ++i;
    } else if (IsWordSign(c)) {
      uint64_t word = text::ExtendNgram(kSounds, c);
      uint32_t end = i + 1;
      for (; end < size && IsWordSign(symbols[end]); ++end) {
        word = text::ExtendNgram(word, symbols[end]);
        letters_.push_back({symbols[end], end, 1});
      }
      sounds_.push_back({kWord | text::FinishNgram(word), i, end - i});
      i = end;
    } else {
      if (c != U' ') sounds_.push_back({c, i, 1});
      if (TellsScript(c)) shapes_.push_back({kBlock + (c >> 7), i, 1});
      ++i;
    }
  }
}

template <class Found>
void FeatureReader::ForEach(const text::NormalisedText& comment, const text::Lexicon& lexicon, const Found& found) {
  ReadUnits(comment, lexicon);
  // n-grams by start and then by length. With marks the first starts before the units, and the last may end after them.
  const auto ngrams = [&found](const std::vector<Unit>& units, uint64_t start, uint32_t longest, bool marks) {
    if (units.empty()) return;
    const auto size = static_cast<int64_t>(units.size());
    const int64_t end = marks ? size + 1 : size;
    for (int64_t first = marks ? -1 : 0; first < size; ++first) {
      uint64_t state = start;
      const Unit& begin = units[static_cast<size_t>(std::max<int64_t>(first, 0))];
      const int64_t last = std::min<int64_t>(first + longest, end);
      for (int64_t i = first; i < last; ++i) {
        const bool mark = i < 0 || i == size;
        state = text::ExtendNgram(state, mark ? text::kNgramBoundary : units[static_cast<size_t>(i)].value);
        if (i < 0) continue;  // a mark alone is no n-gram
        const Unit& unit = units[static_cast<size_t>(std::min<int64_t>(i, size - 1))];
        found(Feature{text::FinishNgram(state), begin.first, unit.first + unit.count - begin.first});
      }
    }
  };
  ngrams(letters_, kLetters, kLongestLetters, true);
  ngrams(sounds_, kSounds, kLongestSounds, true);
  ngrams(shapes_, kShapes, kLongestShapes, false);
  for (uint32_t i = 0; i < comment.symbols.size(); ++i) {
    if (text::IsToken(comment.symbols[i]))
      found(Feature{text::FinishNgram(text::ExtendNgram(kMoods, comment.symbols[i])), i, 1});
  }
  for (const text::Run& run : comment.runs) {
    const auto magnitude = static_cast<uint32_t>(std::bit_width(run.length));
    found(Feature{text::FinishNgram(text::ExtendNgram(kRuns, magnitude)), run.last, 1});
    found(Feature{text::FinishNgram(text::ExtendNgram(text::ExtendNgram(kRuns, magnitude), comment.symbols[run.last])),
                  run.last, 1});
  }
}

void FeatureReader::MakeRoom(size_t features) {
  const size_t wanted = std::bit_ceil(std::max<size_t>(2 * features, 1024));
  if (seen_.size() < wanted) {
    seen_.assign(wanted, {});
    stamp_ = 0;
  }
  if (++stamp_ == 0) {
    std::fill(seen_.begin(), seen_.end(), Slot{});
    stamp_ = 1;
  }
}

std::span<const uint32_t> FeatureReader::Distinct(const text::NormalisedText& comment, const text::Lexicon& lexicon) {
  GiveBackWhatIsLarge();
  distinct_.clear();
  MakeRoom((comment.symbols.size() + 1) * (kLongestLetters + kLongestSounds + kLongestShapes) +
           2 * comment.runs.size());
  const size_t mask = seen_.size() - 1;
  ForEach(comment, lexicon, [this, mask](const Feature& feature) {
    for (size_t at = feature.hash & mask;; at = (at + 1) & mask) {
      Slot& slot = seen_[at];
      if (slot.stamp != stamp_) {
        slot = {feature.hash, stamp_};
        distinct_.push_back(feature.hash);
        return;
      }
      if (slot.hash == feature.hash) return;
    }
  });
  return distinct_;
}

std::span<const Feature> FeatureReader::Places(const text::NormalisedText& comment, const text::Lexicon& lexicon) {
  GiveBackWhatIsLarge();
  places_.clear();
  ForEach(comment, lexicon, [this](const Feature& feature) { places_.push_back(feature); });
  return places_;
}

}  // namespace sotto::comments
