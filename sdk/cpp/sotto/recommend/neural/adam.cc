#include "sotto/recommend/neural/adam.h"

#include <cmath>
#include <span>

#include "sotto/recommend/neural/kernels.h"

namespace sotto::recommend::neural {
namespace {

std::span<float> Numbers(Matrix& m) {
  return {m.data(), static_cast<size_t>(m.size())};
}

}  // namespace

void AdamOptimiser::Step(std::span<Parameter* const> parameters) {
  power1_ *= static_cast<double>(options_.beta1);
  power2_ *= static_cast<double>(options_.beta2);
  // m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon), its corrections taken out of the loop.
  const double root = std::sqrt(1 - power2_);
  AdamStep step;
  step.beta1 = options_.beta1;
  step.beta2 = options_.beta2;
  step.rate = static_cast<float>(static_cast<double>(options_.learning_rate) * root / (1 - power1_));
  step.epsilon = static_cast<float>(static_cast<double>(options_.epsilon) * root);
  for (Parameter* parameter : parameters) {
    step.kept = parameter->decays_ ? 1 - options_.learning_rate * options_.decay : 1.0F;
    Adam(step, Numbers(parameter->gradient_), Numbers(parameter->first_), Numbers(parameter->second_),
         Numbers(*parameter->value_));
    parameter->gradient_.setZero();
  }
}

}  // namespace sotto::recommend::neural
