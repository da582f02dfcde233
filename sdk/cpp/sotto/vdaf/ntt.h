// The number theoretic transform of many polynomials at once. draft-irtf-cfrg-vdaf-20, section 6.1.2; A. Faz-Hernandez,
// "Polynomials in the Lagrange basis" (ia.cr/2025/1727).
//
// Polynomials stand side by side: row i holds the i-th value of each, `width` of them. A step of the transform then
// works on whole rows with one root of unity, and no row is ever copied to be put in order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sotto::vdaf {

// nth_root(): a primitive 2^log_n-th root of unity. Precondition: 0 <= log_n <= F::kLogGenOrder.
template <class F>
F NthRoot(int log_n) {
  F root = F::Generator();
  for (int i = F::kLogGenOrder; i > log_n; --i) root *= root;
  return root;
}

// nth_root_powers(): the first n powers of a primitive n-th root. Precondition: n is a power of two.
template <class F>
std::vector<F> NthRootPowers(size_t n) {
  const F root = NthRoot<F>(std::countr_zero(n));
  std::vector<F> powers(n);
  F power = F::FromInteger(1);
  for (F& each : powers) {
    each = power;
    power *= root;
  }
  return powers;
}

// For polynomials of n = 2^k values at the n-th roots of unity: more values of the same polynomials.
template <class F>
class Ntt {
 public:
  // Precondition: n is a power of two up to 2^31.
  explicit Ntt(size_t n)
      : n_(n), roots_(NthRootPowers<F>(n)), n_inverse_(F::FromInteger(static_cast<uint64_t>(n)).Inverse()) {}

  size_t size() const { return n_; }
  const std::vector<F>& roots() const { return roots_; }

  // inv_ntt() but for the factor 1 / n, which Forward's `factors` make up for, and the order: row i of the result holds
  // the coefficients of the power that i with its bits reversed is. `rows` are n * width values.
  void Coefficients(std::span<F> rows) const {
    const size_t width = rows.size() / n_;
    for (size_t half = n_ / 2; half >= 1; half /= 2) {
      for (size_t block = 0; block < n_; block += 2 * half) {
        AddAndSubtract(&rows[block * width], half * width, width);
        for (size_t i = 1; i < half; ++i) {
          // The inverse of root^(i n / 2 half).
          const F& twiddle = roots_[(n_ - i * (n_ / (2 * half))) % n_];
          F* a = &rows[(block + i) * width];
          F* b = a + half * width;
          for (size_t j = 0; j < width; ++j) {
            const F sum = a[j] + b[j];
            b[j] = (a[j] - b[j]) * twiddle;
            a[j] = sum;
          }
        }
      }
    }
  }

  // The values at s * root^i, from what Coefficients made: with factors = CosetFactors(s). In the roots' order.
  void Values(std::span<const F> coefficients, std::span<const F> factors, std::span<F> rows) const {
    const size_t width = rows.size() / n_;
    for (size_t i = 0; i < n_; ++i) {
      for (size_t j = 0; j < width; ++j) rows[i * width + j] = coefficients[i * width + j] * factors[i];
    }
    for (size_t half = 1; half < n_; half *= 2) {
      for (size_t block = 0; block < n_; block += 2 * half) {
        AddAndSubtract(&rows[block * width], half * width, width);
        for (size_t i = 1; i < half; ++i) {
          const F& twiddle = roots_[i * (n_ / (2 * half))];
          F* a = &rows[(block + i) * width];
          F* b = a + half * width;
          for (size_t j = 0; j < width; ++j) {
            const F product = b[j] * twiddle;
            b[j] = a[j] - product;
            a[j] += product;
          }
        }
      }
    }
  }

  // s^i / n for the coefficient of the power i, in the order of Coefficients.
  std::vector<F> CosetFactors(const F& s) const {
    std::vector<F> factors(n_);
    const int bits = std::countr_zero(n_);
    F power = n_inverse_;
    for (size_t i = 0; i < n_; ++i) {
      factors[Reversed(i, bits)] = power;
      power *= s;
    }
    return factors;
  }

  // The Lagrange basis at x: value i of a polynomial times the i-th of these, added up, is the polynomial at x.
  // Without a division, as algorithm 7 of ia.cr/2025/1727: (root^i / n) * product of (x - root^j) over the other j.
  std::vector<F> LagrangeBasis(const F& x) const {
    std::vector<F> basis(n_);
    F before = n_inverse_;
    for (size_t i = 0; i < n_; ++i) {
      basis[i] = before * roots_[i];
      before *= x - roots_[i];
    }
    F after = F::FromInteger(1);
    for (size_t i = n_; i-- > 0;) {
      basis[i] *= after;
      after *= x - roots_[i];
    }
    return basis;
  }

 private:
  // A step with the root 1: (a, b) becomes (a + b, a - b), for a row and the one `distance` values behind it.
  static void AddAndSubtract(F* a, size_t distance, size_t width) {
    F* b = a + distance;
    for (size_t j = 0; j < width; ++j) {
      const F sum = a[j] + b[j];
      b[j] = a[j] - b[j];
      a[j] = sum;
    }
  }

  static size_t Reversed(size_t value, int bits) {
    size_t reversed = 0;
    for (int bit = 0; bit < bits; ++bit) reversed |= ((value >> bit) & 1) << (bits - 1 - bit);
    return reversed;
  }

  size_t n_;
  std::vector<F> roots_;
  F n_inverse_;
};

}  // namespace sotto::vdaf
