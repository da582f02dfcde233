// The best blend of several models: a weighted sum of their scores, each brought to mean 0 and deviation 1 over the
// user's candidates. The weights are chosen on a part of the training data that was held back for it, never on the
// test.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/evaluation/split.h"
#include "sotto/recommend/model.h"

namespace sotto::cli {

// Brings the scores of all items but the user's training items to mean 0 and deviation 1; all to 0 if they are equal.
void Standardise(const recommend::Interactions& train, uint32_t user, std::span<float> scores);

// Weights of the models, from 0 to 1, that give the highest mean NDCG@k on the split's test items: greedily from
// the best single model, a weight is changed only if that gains more than twice the gain's standard deviation. Looked
// at are, of each user, the 200 best items of each model. Errors: those of Model::Score. Precondition: each test case
// has one item.
Result<std::vector<float>> ChooseWeights(std::span<const recommend::Model* const> models, const recommend::Split& split,
                                         uint32_t k, uint32_t threads);

}  // namespace sotto::cli
