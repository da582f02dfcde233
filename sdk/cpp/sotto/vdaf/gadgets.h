// Gadgets: the small non-linear parts of validity circuits. draft-irtf-cfrg-vdaf-20, sections 7.3.2 and 7.4.
//
// Each has kDegree, its arithmetic degree, arity(), the number of its inputs, and Eval(). Evaluating one on polynomials
// (eval_poly()) is evaluating it on their values at enough points, which flp.h does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sotto::vdaf {

// The product of two.
template <class F>
struct Mul {
  static constexpr size_t kArity = 2;
  static constexpr size_t kDegree = 2;
  static constexpr size_t arity() { return kArity; }
  F Eval(std::span<const F> inputs) const { return inputs[0] * inputs[1]; }
  // The sum of this of each pair in turn.
  static F EvalSum(std::span<const F> inputs) {
    typename F::SumOfProducts sum;
    for (size_t i = 0; i < inputs.size(); i += 2) sum.Add(inputs[i], inputs[i + 1]);
    return sum.Value();
  }
};

// A polynomial with the given coefficients, of the constant first.
template <class F, int64_t... kCoefficients>
struct PolyEval {
  static constexpr size_t kArity = 1;
  static constexpr size_t kDegree = sizeof...(kCoefficients) - 1;
  static constexpr size_t arity() { return kArity; }
  F Eval(std::span<const F> inputs) const {
    constexpr std::array<int64_t, kDegree + 1> kPolynomial = {kCoefficients...};
    F result;
    for (size_t i = kDegree + 1; i-- > 0;) result = result * inputs[0] + F::FromSigned(kPolynomial[i]);
    return result;
  }
};

// The sum of `count` of a smaller gadget: proofs shrink with the square root where many checks share it.
template <class F, class Subcircuit>
struct ParallelSum {
  static constexpr size_t kDegree = Subcircuit::kDegree;
  size_t count = 1;
  size_t arity() const { return Subcircuit::kArity * count; }
  F Eval(std::span<const F> inputs) const { return Subcircuit::EvalSum(inputs); }
};

}  // namespace sotto::vdaf
