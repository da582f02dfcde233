// Federated averaging with server momentum: how the mean change of a round (DecodeDelta) moves a model's head.
// H. B. McMahan et al., "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017, and
// T.-M. H. Hsu, H. Qi, M. Brown, "Measuring the effects of non-identical data distribution for federated visual
// classification", 2019 (FedAvgM):
//
//   velocity <- momentum velocity + change          head <- head + rate velocity
//
// Momentum sums noise too: over many rounds the head carries noise of 1 / (1 - momentum)^2 times the variance of one
// round's. It post-processes what is already private.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::federation {

struct AveragingOptions {
  double momentum = 0.9;  // 0 (plain averaging) to 0.999
  double rate = 1;        // above 0, at most 100
};

class FederatedAveraging {
 public:
  // Begins without velocity. kInvalidArgument for an option out of its range, or without parameters.
  static Result<FederatedAveraging> Create(const AveragingOptions& options, size_t parameters);
  // As another instance had it. kInvalidArgument also for a velocity that is not finite.
  static Result<FederatedAveraging> Restore(const AveragingOptions& options, std::vector<float> velocity);

  // The head after one more round. kInvalidArgument for another number of parameters or one that is not finite, also of
  // the result; the velocity is unchanged by an error.
  Result<std::vector<float>> Step(std::span<const float> head, std::span<const float> change);

  const std::vector<float>& velocity() const { return velocity_; }

 private:
  FederatedAveraging(const AveragingOptions& options, std::vector<float> velocity)
      : options_(options), velocity_(std::move(velocity)) {}
  AveragingOptions options_;
  std::vector<float> velocity_;
};

}  // namespace sotto::federation
