// Checks that tasks share, under either trust. Internal to this folder. All errors are kInvalidArgument and name the
// field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/privacy/discrete_gaussian.h"

namespace sotto::federation {

inline constexpr size_t kMaxIdBytes = 64;  // of a task, of an item, of a model's version

// [A-Za-z0-9_-]{1,64}
Status ValidateTaskId(const std::string& id);
// `least` to `most` ids of 1 to 64 bytes, each once.
Status ValidateItems(const std::vector<std::string>& items, size_t least, size_t most);
// 1 to `items`.
Status ValidateMaxItems(uint32_t max_items, size_t items);
// Of privacy::DiscreteGaussian's range.
Status ValidateSigmaSquared(privacy::Rational sigma_squared);

}  // namespace sotto::federation
