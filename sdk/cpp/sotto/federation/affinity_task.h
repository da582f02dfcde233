// The `affinity` task under `trust: local`: what a device may be asked to contribute, and what that costs.
//
// A device encodes which pairs among its engaged items occur together: the upper triangle, diagonal included, of a
// symmetric items x items matrix of zeros and ones, from at most max_items items. To every entry it adds its own
// discrete Gaussian noise before anything is sent.
//
//   privacy unit       one viewer's device, one contribution in the task's life
//   adjacency          any two histories of that device (replacement): the local model needs no trusted party
//   L2 sensitivity     each encoding has at most k(k+1)/2 ones, two of them differ in at most k(k+1): Delta^2 = k(k+1)
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
  std::vector<std::string> items;   // the room's top m, 2 to kMaxTaskItems, unique; their order is the encoding's
  uint32_t max_items = 4;           // k, 1 to items.size(): how many engaged items are encoded
  privacy::Rational sigma_squared;  // of the noise on each entry
};

// kInvalidArgument, naming the field.
Status ValidateTask(const AffinityTask& task);

// m (m + 1) / 2. Entry of the pair (i, j), i <= j: i * m - i (i - 1) / 2 + (j - i).
size_t EntryCount(const AffinityTask& task);
size_t EntryIndex(size_t items, size_t i, size_t j);

// Entries are refused beyond this: 1 + 12 sigma, rounded up, at most 32,767. A device clamps to it, which costs no
// privacy (post-processing) and touches less than one entry in 10^30.
Result<int16_t> EntryBound(const AffinityTask& task);

// rho of one contribution, and the same rounded up to micro-rho.
Result<double> TaskRho(const AffinityTask& task);

}  // namespace sotto::federation
