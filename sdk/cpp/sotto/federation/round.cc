#include "sotto/federation/round.h"

#include <cmath>
#include <utility>

#include "sotto/federation/denoise.h"
#include "sotto/federation/upper_triangle.h"
#include "sotto/recommend/models/ease.h"

namespace sotto::federation {
namespace {

// A bit's own variance is at most this: what the choice of viewers adds to an entry for each of them.
constexpr double kSamplingVariance = 0.25;

constexpr size_t kMaxVersionBytes = 64;  // of a model's file

}  // namespace

Result<Round> Round::Create(const AffinityTask& task) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(task));
  Round round;
  round.task_ = task;
  round.sums_.assign(EntryCount(task), 0);
  return round;
}

Result<Round> Round::Restore(const AffinityTask& task, std::vector<int64_t> sums, uint64_t count) {
  SOTTO_ASSIGN_OR_RETURN(Round round, Create(task));
  if (sums.size() != round.sums_.size()) {
    return Error{ErrorCode::kMismatch,
                 "there are " + std::to_string(sums.size()) + " sums, the round of task " + task.id + " has " +
                     std::to_string(round.sums_.size()) + ".",
                 ""};
  }
  round.sums_ = std::move(sums);
  round.count_ = count;
  return round;
}

Status Round::Add(const LocalUpdate& update) {
  if (update.entries.size() != sums_.size()) {
    return Error{ErrorCode::kMismatch,
                 "the update has " + std::to_string(update.entries.size()) + " entries, the round " +
                     std::to_string(sums_.size()) + ".",
                 ""};
  }
  for (size_t entry = 0; entry < sums_.size(); ++entry) sums_[entry] += update.entries[entry];
  ++count_;
  return {};
}

recommend::Matrix Round::NoisyGram() const {
  return SymmetricOf(sums_, task_.items.size());
}

Result<recommend::NamedModel> Round::Close(const std::string& version) const {
  if (count_ == 0) {
    return Error{ErrorCode::kInvalidArgument, "the round of task " + task_.id + " has no updates.",
                 "Close it when it has reached its minimum."};
  }
  if (version.empty() || version.size() > kMaxVersionBytes) {
    return Error{ErrorCode::kInvalidArgument, "the model's version has " + std::to_string(version.size()) + " bytes.",
                 "It must have 1 to 64."};
  }
  const auto count = static_cast<double>(count_);
  const double device_variance =
      static_cast<double>(task_.sigma_squared.numerator) / static_cast<double>(task_.sigma_squared.denominator);
  const recommend::Matrix gram = Denoise(NoisyGram(), count * device_variance);

  // Half the radius of the spectrum that noise of this variance has. What sampling adds to it is all there is where a
  // task has next to no noise.
  const auto items = static_cast<double>(task_.items.size());
  const double l2 = std::sqrt(items * count * (device_variance + kSamplingVariance));
  SOTTO_ASSIGN_OR_RETURN(recommend::Matrix weights, recommend::FitEase(gram, {.l2 = static_cast<float>(l2)}));
  SOTTO_ASSIGN_OR_RETURN(recommend::EaseModel model, recommend::EaseModel::Create(std::move(weights)));
  return recommend::NamedModel{{.version = version, .catalogue = "", .items = task_.items},
                               std::make_shared<const recommend::EaseModel>(std::move(model))};
}

}  // namespace sotto::federation
