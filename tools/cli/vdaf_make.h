// Writes test vectors of our own, in the draft's format: for other implementations to check, and for `sotto vdaf check`
// to have something of parameters that the draft's files have not.
#pragma once

#include <cstdint>
#include <string>

#include "sotto/base/result.h"

namespace sotto::cli {

struct MadeVectors {
  std::string name;  // "Prio3Histogram_7.json"
  std::string json;
};

// Vectors number `index` of a series: random parameters, two aggregators, three random reports. The same seed and index
// make the same. The variants take turns; kSumVecWithMultiproof is left out, because files do not say how many proofs.
Result<MadeVectors> MakeVectors(uint64_t seed, uint64_t index);

}  // namespace sotto::cli
