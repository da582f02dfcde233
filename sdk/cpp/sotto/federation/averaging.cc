#include "sotto/federation/averaging.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace sotto::federation {
namespace {

Error Invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

bool AllFinite(std::span<const float> numbers) {
  return std::ranges::all_of(numbers, [](float number) { return std::isfinite(number); });
}

}  // namespace

Result<FederatedAveraging> FederatedAveraging::Create(const AveragingOptions& options, size_t parameters) {
  return Restore(options, std::vector<float>(parameters, 0));
}

Result<FederatedAveraging> FederatedAveraging::Restore(const AveragingOptions& options, std::vector<float> velocity) {
  if (!(options.momentum >= 0 && options.momentum <= 0.999)) {
    return Invalid("momentum is " + std::to_string(options.momentum) + ".", "It must be from 0 to 0.999.");
  }
  if (!(options.rate > 0 && options.rate <= 100)) {
    return Invalid("rate is " + std::to_string(options.rate) + ".", "It must be above 0 and at most 100.");
  }
  if (velocity.empty()) return Invalid("there are no parameters to average.", "");
  if (!AllFinite(velocity)) return Invalid("the velocity is not finite.", "Begin again without one.");
  return FederatedAveraging(options, std::move(velocity));
}

Result<std::vector<float>> FederatedAveraging::Step(std::span<const float> head, std::span<const float> change) {
  if (head.size() != velocity_.size() || change.size() != velocity_.size()) {
    return Invalid("the head has " + std::to_string(head.size()) + " parameters and the change " +
                       std::to_string(change.size()) + ", the average " + std::to_string(velocity_.size()) + ".",
                   "Average heads of one model.");
  }
  std::vector<float> velocity(velocity_.size());
  std::vector<float> moved(velocity_.size());
  for (size_t i = 0; i < velocity.size(); ++i) {
    const double speed = options_.momentum * static_cast<double>(velocity_[i]) + static_cast<double>(change[i]);
    velocity[i] = static_cast<float>(speed);
    moved[i] = static_cast<float>(static_cast<double>(head[i]) + options_.rate * speed);
  }
  if (!AllFinite(velocity) || !AllFinite(moved)) {
    return Invalid("the head, the change or their sum is not finite.", "Check clip and step of the task.");
  }
  velocity_ = std::move(velocity);
  return moved;
}

}  // namespace sotto::federation
