// Which of the engaged items a device encodes. Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::federation {

// A uniformly random max_items of `engaged` where there are more, ascending. Depends on the set alone, so that which
// ones were engaged first or last does not matter.
//   items     of the task
//   engaged   indices below `items`, each once, in any order
// Errors: kInvalidArgument for an index out of range or repeated; those of `random`.
Result<std::vector<uint32_t>> KeptItems(size_t items, std::span<const uint32_t> engaged, size_t max_items,
                                        RandomSource& random);

}  // namespace sotto::federation
