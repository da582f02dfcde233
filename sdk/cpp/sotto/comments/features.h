// From a comment to z, the one number that it is judged by. Trainer and model both use this, so they cannot differ.
#pragma once

#include <cstdint>
#include <span>

#include "sotto/comments/sentiment_format.h"

namespace sotto::comments {

// The table entry of an n-gram.
int32_t EntryOf(const SentimentParameters& parameters, uint32_t hash);

// What one unit of the table adds to z where there are `distinct` different n-grams.
double UnitWeight(const SentimentParameters& parameters, size_t distinct);

// z of sentiment_model.h. A comment without symbols has z = bias.
double Logit(const SentimentParameters& parameters, std::span<const char32_t> symbols);

}  // namespace sotto::comments
