#include "sotto/federation/engaged_items.h"

#include <algorithm>
#include <string>
#include <utility>

namespace sotto::federation {

Result<std::vector<uint32_t>> KeptItems(size_t items, std::span<const uint32_t> engaged, size_t max_items,
                                        RandomSource& random) {
  std::vector<bool> seen(items, false);
  for (const uint32_t item : engaged) {
    if (item >= items || seen[item]) {
      return Error{
          ErrorCode::kInvalidArgument,
          "engaged item " + std::to_string(item) + (item >= items ? " is not one of the task's." : " is named twice."),
          "Give the index of each engaged item in task.items once."};
    }
    seen[item] = true;
  }

  // Sorted first, so that the draw depends on the set alone.
  std::vector<uint32_t> kept(engaged.begin(), engaged.end());
  std::sort(kept.begin(), kept.end());
  if (kept.size() > max_items) {
    // The first steps of a Fisher-Yates shuffle.
    for (size_t i = 0; i < max_items; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t offset, random.Below(kept.size() - i));
      std::swap(kept[i], kept[i + static_cast<size_t>(offset)]);
    }
    kept.resize(max_items);
    std::sort(kept.begin(), kept.end());
  }
  return kept;
}

}  // namespace sotto::federation
