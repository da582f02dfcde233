// The fully linear proof of D. Boneh et al. ("Zero-Knowledge Proofs on Secret-Shared Data via Fully Linear PCPs",
// CRYPTO 2019, theorem 4.3): that a circuit (types/types.h) accepts a measurement, for verifiers who have only shares
// of it. draft-irtf-cfrg-vdaf-20, section 7.3.3; prove(), query() and decide() are its functions.
//
// The values of each input wire of the gadget, over all its calls, are a polynomial's values at roots of unity; the
// proof is the gadget applied to those polynomials. Verifiers compare both at a random point.
#pragma once

#include <bit>
#include <cstddef>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/vdaf/ntt.h"

namespace sotto::vdaf {

// wire_poly_len(): values of each wire's polynomial: a seed, the calls, zeros.
constexpr size_t WirePolyLen(size_t gadget_calls) {
  return std::bit_ceil(1 + gadget_calls);
}
// gadget_poly_len().
constexpr size_t GadgetPolyLen(size_t gadget_degree, size_t wire_poly_len) {
  return gadget_degree * (wire_poly_len - 1) + 1;
}

template <class Circuit>
class FlpBbcggi19 {
 public:
  using F = typename Circuit::Field;

  // Precondition: GadgetPolyLen is a power of two or one less, which holds for every gadget of degree two.
  explicit FlpBbcggi19(Circuit valid)
      : valid_(std::move(valid)),
        gadget_(valid_.gadget()),
        wire_(WirePolyLen(valid_.gadget_calls())),
        gadget_poly_len_(GadgetPolyLen(Circuit::Gadget::kDegree, wire_.size())),
        gadget_ntt_(std::bit_ceil(gadget_poly_len_)),
        step_(gadget_ntt_.size() / wire_.size()) {
    for (size_t coset = 1; coset < step_; ++coset) {
      coset_factors_.push_back(wire_.CosetFactors(gadget_ntt_.roots()[coset]));
    }
  }

  const Circuit& valid() const { return valid_; }
  size_t prove_rand_len() const { return gadget_.arity(); }
  size_t query_rand_len() const { return 1 + (valid_.eval_output_len() > 1 ? valid_.eval_output_len() : 0); }
  size_t proof_len() const { return gadget_.arity() + gadget_poly_len_; }
  size_t verifier_len() const { return 2 + gadget_.arity(); }

  // The lengths are preconditions of all three.
  void Prove(std::span<const F> meas, std::span<const F> prove_rand, std::span<const F> joint_rand,
             std::span<F> proof) const {
    const size_t arity = gadget_.arity();
    ProveCall call{Wires(prove_rand), arity, gadget_};
    std::vector<F> unused(valid_.eval_output_len());
    valid_.Eval(meas, joint_rand, F::FromInteger(1), call, std::span<F>(unused));

    std::copy(prove_rand.begin(), prove_rand.end(), proof.begin());
    const std::span<F> gadget_poly = proof.subspan(arity);
    const auto evaluate = [&](const std::vector<F>& rows, size_t coset) {
      for (size_t i = 0; i < wire_.size(); ++i) {
        const size_t at = i * step_ + coset;
        if (at < gadget_poly.size()) gadget_poly[at] = gadget_.Eval(std::span(rows).subspan(i * arity, arity));
      }
    };
    evaluate(call.wires, 0);
    wire_.Coefficients(call.wires);
    std::vector<F> rows(call.wires.size());
    for (size_t coset = 1; coset < step_; ++coset) {
      wire_.Values(call.wires, coset_factors_[coset - 1], rows);
      evaluate(rows, coset);
    }
  }

  // Writes a share of the verifier. kMismatch for a test point that would reveal a call's inputs: it is drawn from the
  // verify key and the nonce, and hits one with a probability of about p / 2^64 or p / 2^128.
  Status Query(std::span<const F> meas, std::span<const F> proof, std::span<const F> query_rand,
               std::span<const F> joint_rand, const F& shares_inverse, std::span<F> verifier) const {
    const size_t arity = gadget_.arity();
    const std::span<const F> gadget_poly = proof.subspan(arity);
    QueryCall call{Wires(proof.first(arity)), arity, gadget_poly, step_};
    std::vector<F> out(valid_.eval_output_len());
    valid_.Eval(meas, joint_rand, shares_inverse, call, std::span<F>(out));

    F v = out[0];
    if (out.size() > 1) {
      v = F();
      for (size_t i = 0; i < out.size(); ++i) v += query_rand[i] * out[i];
    }
    verifier[0] = v;

    const F& t = query_rand.back();
    if (t.Power(static_cast<uint64_t>(wire_.size())) == F::FromInteger(1)) {
      return Error{ErrorCode::kMismatch, "the test point is a root of unity.", "The client makes a new report."};
    }
    const std::vector<F> basis = wire_.LagrangeBasis(t);
    const std::span<F> wire_checks = verifier.subspan(1, arity);
    for (size_t j = 0; j < arity; ++j) {
      typename F::SumOfProducts sum;
      for (size_t k = 0; k <= valid_.gadget_calls(); ++k) sum.Add(basis[k], call.wires[k * arity + j]);
      wire_checks[j] = sum.Value();
    }
    verifier[1 + arity] = GadgetPolyAt(gadget_poly, t);
    return {};
  }

  // Whether the sum of all shares of the verifier shows a valid measurement.
  bool Decide(std::span<const F> verifier) const {
    const size_t arity = gadget_.arity();
    return verifier[0] == F() && gadget_.Eval(verifier.subspan(1, arity)) == verifier[1 + arity];
  }

 private:
  // Row k of the wires holds the inputs of call k; row 0 the seeds.
  struct ProveCall {
    std::vector<F> wires;
    size_t arity;
    const typename Circuit::Gadget& gadget;
    size_t k = 1;
    std::span<F> inputs() { return std::span(wires).subspan(k * arity, arity); }
    F operator()() {
      ++k;
      return F();  // the prover has no use for what its circuit gives
    }
  };

  struct QueryCall {
    std::vector<F> wires;
    size_t arity;
    std::span<const F> gadget_poly;
    size_t step;
    size_t k = 1;
    std::span<F> inputs() { return std::span(wires).subspan(k * arity, arity); }
    F operator()() { return gadget_poly[step * k++]; }
  };

  std::vector<F> Wires(std::span<const F> seeds) const {
    std::vector<F> wires(wire_.size() * gadget_.arity());
    std::copy(seeds.begin(), seeds.end(), wires.begin());
    return wires;
  }

  // A value that the proof leaves out follows from the highest coefficient's being zero: the sum of root^i y_i is zero.
  F GadgetPolyAt(std::span<const F> values, const F& t) const {
    const std::vector<F> basis = gadget_ntt_.LagrangeBasis(t);
    const std::vector<F>& roots = gadget_ntt_.roots();
    F result;
    F sum;
    for (size_t i = 0; i < values.size(); ++i) {
      result += basis[i] * values[i];
      sum += roots[i] * values[i];
    }
    if (values.size() == gadget_ntt_.size()) return result;
    const F last = -sum * roots[1];  // 1 / root^(n - 1) = root
    return result + basis.back() * last;
  }

  Circuit valid_;
  typename Circuit::Gadget gadget_;
  Ntt<F> wire_;
  size_t gadget_poly_len_;
  Ntt<F> gadget_ntt_;
  size_t step_;
  std::vector<std::vector<F>> coset_factors_;
};

}  // namespace sotto::vdaf
