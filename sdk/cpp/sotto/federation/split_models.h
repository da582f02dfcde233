// What the released sums of split tasks become: models. Post-processing: adds nothing to what was spent, whatever it
// does.
//
//   popularity   -> the room's top m, and how popular each item is
//   affinity     -> a Gram matrix of the top m -> denoised (denoise_content.h) -> EASE
//   both         -> a model of the whole catalogue (recommend/models/taste.h)
//
// A report holds the pairs of at most some hundred items before it gets too large. More items are covered by several
// tasks: the top m in b blocks, a task for every two blocks, so that every pair is in one task at least. Each task has
// its share of the budget.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/federation/split_round.h"
#include "sotto/federation/split_task.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/models/load.h"

namespace sotto::federation {

struct ReleasedTask {
  SplitTask task;
  Release release;
};

// The indices of the m items of the largest noisy counts, the most popular first; of equals the first in the task.
// kInvalidArgument if the task is no valid popularity task or has fewer than m items, or m is 0; kMismatch if the sums
// are not one for each item.
Result<std::vector<uint32_t>> TopItems(const ReleasedTask& popularity, size_t m);

// The items of one task for every two of `blocks` blocks, each with the items in their order; item i is in block i mod
// blocks, so that all blocks are equally popular. One or two blocks: one task of all. kInvalidArgument if there are
// fewer than two items for each block, or no block.
Result<std::vector<std::vector<std::string>>> AffinityBlocks(std::span<const std::string> items, size_t blocks);

struct PooledGram {
  std::vector<std::string> items;  // of all tasks, in the order in which they first occur
  recommend::Matrix gram;          // items x items: unbiased for the sum of the encodings; of several tasks, the mean
  double noise_variance = 0;       // the mean over the pairs
  uint64_t count = 0;              // reports of the task with the fewest
};

// kInvalidArgument without tasks, for one that is no valid affinity task, or where no task has two items together,
// naming them; kMismatch if a task's sums are not one for each pair.
Result<PooledGram> PoolAffinity(std::span<const ReleasedTask> affinity);

// l2 of EASE, half of what noise and the choice of viewers make of the matrix' spectrum: sqrt(m (variance + count /
// 4)) / 2. A bit's own variance is at most 1/4. Chosen on data that was held back from training (docs/benchmarks).
double EaseL2(const PooledGram& pooled);

// EASE of the pooled items. memberships as in recommend/models/taste.h, a row for each of pooled.items.
// Errors: those of PoolAffinity and recommend::FitEase; kInvalidArgument for memberships of another size or values, or
// a version that is not 1 to 64 bytes.
Result<recommend::NamedModel> AffinityModel(std::span<const ReleasedTask> affinity,
                                            const recommend::Matrix& memberships, const std::string& version);

// A TasteModel of the popularity task's items. Its popularity is the counts, shrunk by their noise (shrunk_counts.h);
// its head weights are EASE's less those of popularity alone, which is in the popularity already.
// memberships: a row for each of the popularity task's items.
// Errors: as those of AffinityModel and TopItems; kMismatch for an affinity item that is not in the popularity task.
Result<recommend::NamedModel> CatalogueModel(const ReleasedTask& popularity, std::span<const ReleasedTask> affinity,
                                             const recommend::Matrix& memberships, const std::string& version);

}  // namespace sotto::federation
