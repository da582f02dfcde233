// The `affinity` task under `trust: local`: what a device may be asked to contribute, and what that costs.
//
// A device encodes which pairs among its engaged items occur together: the upper triangle, diagonal included, of a
// symmetric items x items matrix of zeros and ones, from at most max_items items. To every entry it adds its own
// discrete Gaussian noise before anything is sent.
//
//   privacy unit       one viewer's device, one contribution in the task's life
//   adjacency          any two histories of that device (replacement), the empty one included: the local model needs no
//                      trusted party. So whoever calls must send for every history, and at a moment that does not
//                      depend on it.
//   L2 sensitivity     Delta^2 = k(k+1). An encoding has at most k(k+1)/2 ones, so two of them differ in at most k(k+1)
//                      entries, each by 1; two histories without a common item reach it, which needs 2k <= m. (With
//                      fewer items the true sensitivity is smaller; the larger value is used all the same.) Thinning to
//                      k items is random but independent of the noise, so it holds for every outcome of it.
//   guarantee          rho-zCDP with rho = Delta^2 / (2 sigma^2); (epsilon, delta) by privacy::EpsilonOfZcdp
//   not protected      that the device took part, when, and from which address
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/privacy/budget.h"
#include "sotto/privacy/discrete_gaussian.h"

namespace sotto::federation {

inline constexpr size_t kMaxTaskItems = 256;

struct AffinityTask {
  std::string id;                   // [A-Za-z0-9_-]{1,64}
  std::vector<std::string> items;   // the room's top m: 2 to kMaxTaskItems ids of 1 to 64 bytes, each once, in order
  uint32_t max_items = 4;           // k, 1 to items.size(): how many engaged items are encoded
  privacy::Rational sigma_squared;  // of the noise on each entry
};

// kInvalidArgument, naming the field. sigma_squared has privacy::DiscreteGaussian's range, and EntryBound must fit an
// entry of 16 bits, so sigma is at most 2,730.
Status ValidateTask(const AffinityTask& task);

// m (m + 1) / 2 entries: the rows of the upper triangle one after the other, diagonal first. The pair (i, j) with
// i <= j < items is at i * items - i (i - 1) / 2 + (j - i).
size_t EntryCount(const AffinityTask& task);
size_t EntryIndex(size_t items, size_t i, size_t j);

// The most that an entry may be off zero: 1 + 12 sigma, rounded up. A device clamps to it, which costs no privacy
// (post-processing) and touches less than one entry in 10^30; a server refuses what is beyond.
Result<int16_t> EntryBound(const AffinityTask& task);

// rho of one contribution, and the same in micro-rho, rounded up from the exact quotient. Errors: those of
// ValidateTask; TaskMicroRho refuses a rho above 1,000,000 with kInvalidArgument.
Result<double> TaskRho(const AffinityTask& task);
Result<privacy::MicroRho> TaskMicroRho(const AffinityTask& task);

// 64 bits (FNV-1a) over the task's canonical encoding: catches a task whose parameters differ, is no authentication.
uint64_t TaskDigest(const AffinityTask& task);

}  // namespace sotto::federation
