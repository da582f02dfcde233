// Adam over a set of matrices. D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm
// 1, with the weights' decay apart from the gradient: I. Loshchilov, F. Hutter, "Decoupled weight decay
// regularization", ICLR 2019, algorithm 2.
#pragma once

#include <span>

#include "sotto/recommend/matrix.h"

namespace sotto::recommend::neural {

struct AdamOptions {
  float learning_rate = 1e-3F;
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
  float decay = 0;  // a step multiplies what decays by 1 - learning_rate x decay
};

// A matrix that is learned, its gradient, and what Adam remembers of it.
class Parameter {
 public:
  Parameter(Matrix& value, bool decays)
      : value_(&value),
        decays_(decays),
        gradient_(Matrix::Zero(value.rows(), value.cols())),
        first_(gradient_),
        second_(gradient_) {}

  const Matrix& value() const { return *value_; }
  Matrix& gradient() { return gradient_; }

 private:
  friend class AdamOptimiser;
  Matrix* value_;
  bool decays_;
  Matrix gradient_;
  Matrix first_;
  Matrix second_;
};

class AdamOptimiser {
 public:
  explicit AdamOptimiser(const AdamOptions& options) : options_(options) {}

  void HalveLearningRate() { options_.learning_rate /= 2; }
  // Moves the parameters against their gradients, which become zero.
  void Step(std::span<Parameter* const> parameters);

 private:
  AdamOptions options_;
  double power1_ = 1;  // beta1^steps
  double power2_ = 1;
};

}  // namespace sotto::recommend::neural
