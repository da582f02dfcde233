// From a comment to z, the one number that it is judged by. Trainer and model both use this, so they cannot differ.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/comments/sentiment_format.h"

namespace sotto::comments {

// Clears `hashes` and fills it with each different n-gram hash of `symbols` once, ascending.
// Precondition: 1 <= min_n <= max_n <= text::kMaxNgram.
void DistinctHashes(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<uint32_t>& hashes);

// The table entry of an n-gram.
int32_t EntryOf(const SentimentParameters& parameters, uint32_t hash);

// What one unit of the table adds to z where there are `distinct` different n-grams.
double UnitWeight(const SentimentParameters& parameters, size_t distinct);

// z of sentiment_model.h. A comment without symbols has z = bias.
double Logit(const SentimentParameters& parameters, std::span<const char32_t> symbols);

}  // namespace sotto::comments
