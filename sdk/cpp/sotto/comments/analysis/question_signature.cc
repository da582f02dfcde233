#include "sotto/comments/analysis/question_signature.h"

#include <algorithm>
#include <string>

#include "sotto/base/fnv1a.h"
#include "sotto/comments/analysis/symbols.h"

namespace sotto::comments::analysis {
namespace {

constexpr double kWordWeight = 2;
constexpr float kNumberWeight = 0.5F;

struct Unit {
  uint64_t hash;
  float weight;
};

uint64_t Extend(uint64_t hash, char32_t symbol) {
  for (uint32_t shift = 0; shift < 32; shift += 8) hash = Fnv1a64Step(hash, static_cast<uint8_t>(symbol >> shift));
  return hash;
}

// FNV's low bits are weak; a multiplication brings all of them into the upper half.
uint32_t Fold(uint64_t hash) {
  return static_cast<uint32_t>((hash ^ hash >> 32) * 0x9E3779B97F4A7C15 >> 32);
}

// The question without what says nothing. At most kMaxQuestionSymbols units.
size_t Reduce(std::span<const char32_t> symbols, std::array<Unit, kMaxQuestionSymbols>& units) {
  size_t count = 0;
  std::u32string word;
  for (size_t i = 0; i < symbols.size();) {
    const SymbolKind kind = KindOf(symbols[i]);
    if (kind == SymbolKind::kBorder) {
      ++i;
      continue;
    }
    if (kind == SymbolKind::kUnspaced) {
      if (const size_t filler = FillerAt(symbols, i); filler > 0) {
        i += filler;
        continue;
      }
      const auto weight = static_cast<float>(ContentOf(symbols[i]));
      if (weight > 0) units[count++] = {Extend(kFnv1a64Start, symbols[i]), weight};
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < symbols.size() && KindOf(symbols[i]) == kind) ++i;
    if (kind == SymbolKind::kDigit) {
      units[count++] = {Extend(kFnv1a64Start, U'0'), kNumberWeight};
      continue;
    }
    word.assign(symbols.begin() + static_cast<std::ptrdiff_t>(begin), symbols.begin() + static_cast<std::ptrdiff_t>(i));
    const auto weight = static_cast<float>(kWordWeight * ContentOfWord(word));
    if (weight == 0) continue;
    uint64_t hash = kFnv1a64Start;
    for (const char32_t symbol : word) hash = Extend(hash, symbol);
    units[count++] = {hash, weight};
  }
  return count;
}

}  // namespace

QuestionSignature SignatureOf(std::span<const char32_t> symbols) {
  std::array<Unit, kMaxQuestionSymbols> units;
  const size_t count = Reduce(symbols.first(std::min(symbols.size(), kMaxQuestionSymbols)), units);
  QuestionSignature signature;
  std::array<QuestionSignature::Feature, 2 * kMaxQuestionSymbols> features;
  size_t size = 0;
  uint64_t wording = kFnv1a64Start;
  for (size_t i = 0; i < count; ++i) {
    features[size++] = {Fold(units[i].hash), units[i].weight};
    wording = (wording ^ units[i].hash) * 0x100000001B3;
    if (i == 0) continue;
    features[size++] = {Fold(units[i - 1].hash * 0xBF58476D1CE4E5B9 ^ units[i].hash),
                        std::min(units[i - 1].weight, units[i].weight) / 2};
  }
  const auto begin = features.begin();
  std::sort(begin, begin + static_cast<std::ptrdiff_t>(size),
            [](const auto& a, const auto& b) { return a.hash != b.hash ? a.hash < b.hash : a.weight > b.weight; });
  for (size_t i = 0; i < size && signature.size < kMaxQuestionFeatures; ++i) {
    if (i > 0 && features[i].hash == features[i - 1].hash) continue;
    signature.features[signature.size++] = features[i];
    signature.weight += features[i].weight;
  }
  signature.wording = wording;
  return signature;
}

QuestionLikeness Compare(const QuestionSignature& a, const QuestionSignature& b) {
  if (a.size == 0 || b.size == 0) return {};
  float common = 0;
  for (uint32_t i = 0, j = 0; i < a.size && j < b.size;) {
    const uint32_t x = a.features[i].hash;
    const uint32_t y = b.features[j].hash;
    if (x == y) common += std::min(a.features[i].weight, b.features[j].weight);
    i += x <= y;
    j += y <= x;
  }
  return {double{common} / double{std::min(a.weight, b.weight)},
          double{common} / (double{a.weight} + double{b.weight} - double{common})};
}

}  // namespace sotto::comments::analysis
