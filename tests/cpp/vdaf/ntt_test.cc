// Transforms against evaluating polynomials one point after the other.
#include "sotto/vdaf/ntt.h"

#include <gtest/gtest.h>

#include "sotto/base/random.h"
#include "sotto/vdaf/field128.h"
#include "sotto/vdaf/field64.h"

namespace sotto::vdaf {
namespace {

template <class F>
class NttOf : public ::testing::Test {
 protected:
  static std::vector<F> Random(size_t count, uint64_t seed) {
    ChaCha20Source source(seed);
    std::vector<F> values(count);
    for (F& value : values) value = F::FromInteger(source.U64().value());
    return values;
  }

  static F At(const std::vector<F>& coefficients, const F& x) {
    F result;
    for (size_t i = coefficients.size(); i-- > 0;) result = result * x + coefficients[i];
    return result;
  }
};
using Fields = ::testing::Types<Field64, Field128>;
TYPED_TEST_SUITE(NttOf, Fields);

TYPED_TEST(NttOf, MovesManyPolynomialsFromTheRootsToAnyCoset) {
  using F = TypeParam;
  for (const size_t n : {size_t{1}, size_t{2}, size_t{4}, size_t{32}}) {
    constexpr size_t kWidth = 3;
    const Ntt<F> ntt(n);
    const F root = NthRoot<F>(std::countr_zero(n));
    const F shift = F::FromInteger(12'345);
    std::vector<std::vector<F>> polynomials;
    std::vector<F> rows(n * kWidth);
    for (size_t j = 0; j < kWidth; ++j) {
      polynomials.push_back(this->Random(n, 7 * n + j));
      for (size_t i = 0; i < n; ++i) rows[i * kWidth + j] = this->At(polynomials[j], root.Power(uint64_t{i}));
    }
    ntt.Coefficients(rows);
    std::vector<F> moved(rows.size());
    ntt.Values(rows, ntt.CosetFactors(shift), moved);
    for (size_t j = 0; j < kWidth; ++j) {
      for (size_t i = 0; i < n; ++i) {
        EXPECT_TRUE(moved[i * kWidth + j] == this->At(polynomials[j], shift * root.Power(uint64_t{i})))
            << "n " << n << ", value " << i << " of polynomial " << j;
      }
    }
  }
}

TYPED_TEST(NttOf, EvaluatesAnywhereByTheLagrangeBasis) {
  using F = TypeParam;
  for (const size_t n : {size_t{1}, size_t{2}, size_t{8}, size_t{64}}) {
    const Ntt<F> ntt(n);
    const std::vector<F> polynomial = this->Random(n, n);
    const F x = F::FromInteger(987'654'321);
    const std::vector<F> basis = ntt.LagrangeBasis(x);
    F sum;
    for (size_t i = 0; i < n; ++i) sum += basis[i] * this->At(polynomial, ntt.roots()[i]);
    EXPECT_TRUE(sum == this->At(polynomial, x)) << n;
  }
}

TYPED_TEST(NttOf, HasRootsOfExactlyTheOrderAskedFor) {
  using F = TypeParam;
  const std::vector<F> powers = NthRootPowers<F>(16);
  EXPECT_TRUE(powers[8] == -F::FromInteger(1));
  EXPECT_TRUE(powers[15] * powers[1] == F::FromInteger(1));
}

}  // namespace
}  // namespace sotto::vdaf
