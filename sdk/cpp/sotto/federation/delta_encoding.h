// The change of a model's head as integers that aggregators can sum, and back. P. Kairouz, Z. Liu, T. Steinke, "The
// Distributed Discrete Gaussian Mechanism for Federated Learning with Secure Aggregation", ICML 2021, algorithm 1;
// noise is not added here but by each aggregator.
//
//   clip      x' = x min(1, clip / |x|_2)
//   rotate    y = H D x' / sqrt(d): D random signs of `rotation_seed` (public), H the Hadamard matrix of Sylvester's
//             construction, d the next power of two of `dimension`, the rest of x' zeros. Orthonormal, so norms stay;
//             it spreads a change over all entries, so that few bits hold each
//   round     y / step to integers, each up or down at random so that its mean is right; the whole vector anew until
//             its squared norm is at most DeltaNormBound
//   clamp     to -2^(b-1) .. 2^(b-1) - 1, b = entry_bits, before the norm is measured
//   offset    2^(b-1) is added: SumVec has no negative numbers
//
// Clamping moves an entry towards zero, so that it never makes the norm larger: it costs no privacy. It costs accuracy,
// and ValidateTask refuses a task where it would have to happen to more than one change in 1,000.
//
// Delta^2 is DeltaNormBound because a change of zeros is encoded as zeros, so that replacing a change by none moves the
// vector by its own norm. EncodeDelta measures that norm in exact integers, on the very vector that is sent. Floating
// point before that moves accuracy, not the bound. (The vector is random, the bound holds for every outcome, and
// divergences are quasi-convex: zCDP holds for the mixture.)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/federation/split_task.h"

namespace sotto::federation {

// kInvalidArgument, naming the field: what ValidateTask checks of a `delta`.
Status ValidateDelta(const SplitDelta& delta);

// d: entries of the encoded change. Precondition: ValidateDelta(delta), also below.
uint32_t DeltaEntries(const SplitDelta& delta);

// The largest squared norm of an encoded change, in steps: floor of min((c + sqrt(d))^2, c^2 + d / 4 + c + sqrt(d) / 2)
// with c = clip / step. That is the paper's bound for beta = exp(-1/2), within which a rounded vector lies with
// probability 1 - beta = .39 at least, so that few draws are needed.
uint64_t DeltaNormBound(const SplitDelta& delta);

// d numbers from 0 to 2^b - 1: what SumVec takes.
//   change   `dimension` finite numbers
// Errors: those of ValidateDelta; kInvalidArgument for another number of numbers, NaN or infinity; those of `random`;
// kUnavailable if 2,000 draws in a row are outside the bound, which a fair source does with probability exp(-1,000).
Result<std::vector<uint64_t>> EncodeDelta(const SplitDelta& delta, std::span<const float> change, RandomSource& random);

// The mean change, `dimension` numbers, from the sum of `count` encoded ones. Noise that was added to the sum is still
// in it: a variance of v on each entry is one of v (step / count)^2 on each number, rotated.
//   sums     d numbers, each above -2^62 and below 2^62
//   count    1 to kMaxReports
// Errors: those of ValidateDelta; kInvalidArgument for another number of sums, one out of range or such a count.
Result<std::vector<float>> DecodeDelta(const SplitDelta& delta, std::span<const int64_t> sums, uint64_t count);

}  // namespace sotto::federation
