// A crowd of simulated viewers in a room: those who contribute to its task, and others on whom ranking is measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/federation/affinity_task.h"
#include "sotto/federation/local_update.h"
#include "sotto/recommend/models/load.h"
#include "sotto/recommend/ranking/ranker.h"
#include "tools/cli/behaviour_model.h"

namespace sotto::cli {

// How high the product that a viewer engages next is ranked: means over the viewers, under full ranking of the room.
struct RoomQuality {
  double hit_rate = 0;
  double ndcg = 0;
  double mrr = 0;
};

class Crowd {
 public:
  // The same seed makes the same viewers. Errors: of federation::ValidateTask, BehaviourModel::Create,
  // ContentVectors and Ranker::Create; kMismatch if the task has an item that is no product.
  static Result<Crowd> Create(const std::vector<recommend::Product>& products, const federation::AffinityTask& task,
                              uint64_t seed);

  // What contributor `viewer` engaged: indices into the task's items.
  Result<std::vector<uint32_t>> Engaged(uint64_t viewer) const;
  // A seed for contributor `viewer`'s report under split trust, the same every time.
  ChaCha20Source ReportRandom(uint64_t viewer) const;
  // What the device of contributor `viewer` sends: the same every time, the noise included.
  Result<federation::LocalUpdate> Update(uint64_t viewer) const;
  // 32 hexadecimal digits for it.
  Result<std::string> UpdateId(uint64_t viewer) const;

  // Ranks for `viewers` viewers who contribute nothing, each on all engagements but the last, which is to be found
  // among the first `k`. Without `model` by content alone.
  Result<RoomQuality> Measure(uint64_t viewers, uint32_t k, const recommend::NamedModel* model) const;

  const federation::AffinityTask& task() const { return task_; }

 private:
  Crowd(BehaviourModel behaviour, recommend::Ranker ranker)
      : behaviour_(std::move(behaviour)), ranker_(std::move(ranker)) {}

  federation::AffinityTask task_;
  std::vector<int32_t> task_index_;  // of each product, -1 if it is not in the task
  uint64_t seed_ = 0;
  BehaviourModel behaviour_;
  recommend::Ranker ranker_;
};

}  // namespace sotto::cli
