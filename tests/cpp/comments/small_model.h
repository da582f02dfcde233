// Comment models that are small enough to work out by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/comments/comment_model.h"
#include "sotto/comments/features.h"
#include "sotto/comments/model_format.h"
#include "sotto/comments/table.h"
#include "sotto/text/normalise.h"
#include "text/small_lexicon.h"

namespace sotto::comments {

inline const text::Lexicon& TestLexicon() {
  static const text::Lexicon lexicon = text::SmallLexicon();
  return lexicon;
}

inline text::NormalisedText Normalised(std::string_view text) {
  return text::Normalise(text, TestLexicon()).value();
}

inline std::vector<uint32_t> FeaturesOf(std::string_view text) {
  FeatureReader reader;
  const auto hashes = reader.Distinct(Normalised(text), TestLexicon());
  return {hashes.begin(), hashes.end()};
}

// The feature that is these one to four letters, without a boundary mark: n-grams come by start, then by length, and
// those that begin with the mark come first.
inline uint32_t NgramOf(std::string_view letters) {
  const text::NormalisedText normalised = Normalised(letters);
  const size_t n = normalised.symbols.size();
  FeatureReader reader;
  const Feature feature = reader.Places(normalised, TestLexicon())[std::min<size_t>(3, n + 1) + n - 1];
  EXPECT_EQ(feature.first, 0u);
  EXPECT_EQ(feature.count, n);
  return feature.hash;
}

// Knows nothing: scales are 1, biases, weights and norm_prior 0.
inline ModelParameters EmptyParameters(uint32_t bits = 10) {
  ModelParameters parameters;
  parameters.version = "small";
  parameters.fine_bits = parameters.wide_bits = bits;
  parameters.fine.assign(kFineStride << bits, 0);
  parameters.wide.assign(kWideStride << bits, 0);
  for (ColumnParameters& column : parameters.columns) column.scale = 1;
  parameters.lexicon = TestLexicon();
  return parameters;
}

// The feature's row in the column's block, or null if it is another feature's.
inline uint8_t* RowFor(ModelParameters& parameters, uint32_t hash, size_t column) {
  const bool fine = column < kFineColumns;
  uint8_t* row = fine ? parameters.fine.data() + RowOf(hash, parameters.fine_bits) * kFineStride
                      : parameters.wide.data() + RowOf(hash, parameters.wide_bits) * kWideStride;
  const size_t stride = fine ? kFineStride : kWideStride;
  const bool is_free = std::all_of(row, row + stride, [](uint8_t byte) { return byte == 0; });
  if (is_free) row[0] = FingerprintOf(hash);
  return row[0] == FingerprintOf(hash) ? row : nullptr;
}

inline void SetWeight(ModelParameters& parameters, uint32_t hash, size_t column, int8_t weight) {
  uint8_t* row = RowFor(parameters, hash, column);
  ASSERT_NE(row, nullptr) << "the row is taken: use more bits";
  row[1 + (column < kFineColumns ? column : column - kFineColumns)] = static_cast<uint8_t>(weight);
}

// Has something to say in every column about (nearly) every feature of the text.
inline ModelParameters ParametersThatKnow(std::string_view text, uint64_t seed, uint32_t bits = 10) {
  ModelParameters parameters = EmptyParameters(bits);
  parameters.norm_prior = 3;
  ChaCha20Source random(seed);
  for (size_t column = 0; column < kColumns; ++column) {
    parameters.columns[column] = {0.01F * static_cast<float>(column + 1),
                                  0.25F * static_cast<float>(column % 5) - 0.5F};
  }
  for (const uint32_t hash : FeaturesOf(text)) {
    uint8_t* fine = RowFor(parameters, hash, kPolarity);
    if (fine != nullptr) EXPECT_TRUE(random.Fill({fine + 1, kFineColumns}).ok());
    uint8_t* wide = RowFor(parameters, hash, kContact);
    if (wide != nullptr) EXPECT_TRUE(random.Fill({wide + 1, kWideColumns}).ok());
  }
  return parameters;
}

inline CommentModel ModelOf(const ModelParameters& parameters) {
  return CommentModel::Load(WriteModelFile(parameters).value()).value();
}

}  // namespace sotto::comments
