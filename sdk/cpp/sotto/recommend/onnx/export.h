// Our networks as ONNX models, so that a page or a server can run them with a runtime of its own. Every model knows
// items by their numbers; the scores are the core's within 1e-5 of the largest magnitude among them (a runtime adds in
// another order).
//
//   user tower   items int64 [n], weights float [n]  ->  user float [1, dimensions]
//                the history as Model::Score takes it, oldest first; n may be 0
//   item tower   items int64 [n]                     ->  vectors float [n, dimensions], bias float [n]
//   scores       items int64 [n], weights float [n]  ->  scores float [all items]
//                the two together: score[i] = user . vectors[i] + bias[i]
#pragma once

#include <cstdint>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/models/sequence.h"
#include "sotto/recommend/models/two_tower.h"

namespace sotto::recommend::onnx {

// Errors of all: kInvalidArgument if the matrices' sizes do not fit together or there are no items (which a model that
// was fitted or read never has); kResourceExhausted above 2 GB.

// The head belongs to the user tower: `user` is t of two_tower.h.
Result<Bytes> ExportUserTower(const TwoTowerParameters& parameters);
Result<Bytes> ExportItemTower(const TwoTowerParameters& parameters);
Result<Bytes> ExportScores(const TwoTowerParameters& parameters);

// `length`: how many engagements it looks back, above 0. Those with a weight below 0 are no step, as in sequence.h.
Result<Bytes> ExportUserTower(const SequenceParameters& parameters, uint32_t length);
Result<Bytes> ExportItemTower(const SequenceParameters& parameters);
Result<Bytes> ExportScores(const SequenceParameters& parameters, uint32_t length);

}  // namespace sotto::recommend::onnx
