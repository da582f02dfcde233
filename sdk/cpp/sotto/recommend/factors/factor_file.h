// What the models of factors have in common: what their files hold, and what is refused. Internal to the models.
//
//   u32 rank, f32 unobserved_weight, regularisation, regularisation_exponent, items x rank f32 row by row
#pragma once

#include <cstdint>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/recommend/factors/fold_in.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

struct FactorFile {
  FoldInOptions loss;
  Matrix factors;
};

// The error `code` for a member out of its range.
Status CheckLoss(const FoldInOptions& loss, ErrorCode code);

// The same, and for factors of no item, of a rank of 0 or above kMaxRank, not finite, or above 1e6 in magnitude.
Status CheckFactors(const Matrix& factors, const FoldInOptions& loss, ErrorCode code);

// Errors: kTruncated; kMalformed for a rank out of range. The rest is CheckFactors' business.
Result<FactorFile> ReadFactors(ByteReader& in, uint32_t items);
void WriteFactors(const Matrix& factors, const FoldInOptions& loss, ByteWriter& out);

}  // namespace sotto::recommend
