// A gated recurrent unit over a batch of sequences, forward, and backward through time. K. Cho et al., "Learning phrase
// representations using RNN encoder-decoder for statistical machine translation", EMNLP 2014, with the reset gate after
// the recurrent product (ONNX: linear_before_reset = 1), so that a step has one product. models/sequence.h has the
// equations.
//
// Sequences of different lengths are packed by time: they are sorted by falling length, and the rows of all matrices
// here are those of step 0, then those of step 1, ...; counts[t] sequences, the first ones, have a step t. So row i of
// a step belongs to the same sequence as row i of the step before.
#pragma once

#include <cstddef>
#include <span>

#include "sotto/recommend/matrix.h"

namespace sotto::recommend::neural {

// Gates side by side: update z, reset r, candidate n.
struct GruWeights {
  const Matrix& input_weight;      // inputs x 3 hidden
  const Matrix& input_bias;        // 1 x 3 hidden
  const Matrix& recurrent_weight;  // hidden x 3 hidden
  const Matrix& recurrent_bias;    // 1 x 3 hidden
};

struct GruGradients {
  Matrix& input_weight;
  Matrix& input_bias;
  Matrix& recurrent_weight;
  Matrix& recurrent_bias;
};

// What the way back needs of the way there.
struct GruTrace {
  Matrix states;     // rows x hidden: s after each step
  Matrix gates;      // rows x 3 hidden: z, r, n
  Matrix recurrent;  // rows x hidden: c_n, the recurrent part of the candidate
};

// Preconditions: counts do not rise, their sum is the number of x's rows.
GruTrace GruForward(const Matrix& x, std::span<const size_t> counts, const GruWeights& weights);

// From dstates, the gradient by each state as an output: adds to the gradients by the weights, and returns the gradient
// by x.
Matrix GruBackward(const Matrix& x, std::span<const size_t> counts, const GruWeights& weights, const GruTrace& trace,
                   const Matrix& dstates, const GruGradients& gradients);

}  // namespace sotto::recommend::neural
