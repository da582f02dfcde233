// The published samples of libprio-rs (tests/test_vectors/discrete_gauss_*.json), which its authors made with the
// reference implementation of Canonne, Kamath and Steinke in Python, out of the stream of XofTurboShake128.
//
// Both samplers follow the same three algorithms but read the stream differently: libprio draws an integer as 32-bit
// words and a coin of the fraction p/q in lowest terms from q values, ours draws bytes and leaves the fraction as it
// is; libprio draws the sign of a candidate first, ours last. So a stream cannot be played to ours as it is.
// `Transcribed` reads libprio's stream in libprio's way and writes down each number that it draws as the bytes by which
// our sampler draws the same: the place s of q becomes the place s (q' / q) of our q', a multiple of q. Whether such a
// place is heads is left to the sampler under test, so that wherever its probabilities or its order of coins differed
// from libprio's, so would its samples.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/privacy/bernoulli_exp.h"
#include "sotto/privacy/discrete_gaussian.h"
#include "sotto/vdaf/xof.h"

namespace sotto::federation {
namespace {

using privacy::Uint128;

Uint128 Gcd(Uint128 a, Uint128 b) {
  while (b != 0) {
    a %= b;
    std::swap(a, b);
  }
  return a;
}

// libprio's UniformBigUint: as many bits as the bound itself has, in little-endian words of 32.
class LibprioStream {
 public:
  explicit LibprioStream(ByteSpan seed) : xof_(seed, {}, {}) {}

  Uint128 Below(Uint128 bound) {
    int bits = 0;
    for (Uint128 rest = bound; rest != 0; rest >>= 1) ++bits;
    const auto words = static_cast<size_t>(bits + 31) / 32;
    while (true) {
      Bytes raw(4 * words);
      xof_.Next(raw);
      Uint128 value = 0;
      for (size_t word = 0; word < words; ++word) {
        uint32_t bits_of_word = 0;
        for (size_t byte = 0; byte < 4; ++byte) bits_of_word |= uint32_t{raw[4 * word + byte]} << (8 * byte);
        if (word + 1 == words && bits % 32 != 0) bits_of_word >>= 32 - bits % 32;
        value |= Uint128{bits_of_word} << (32 * word);
      }
      if (value < bound) return value;
    }
  }

 private:
  vdaf::XofTurboShake128 xof_;
};

// What our sampler reads: the numbers that libprio draws for one sample, in our order.
class Transcribed final : public RandomSource {
 public:
  // sigma = p / q.
  Transcribed(ByteSpan seed, uint64_t p, uint64_t q) : stream_(seed), p_(p), q_(q), scale_(p / q + 1) {}

  // Draws what is needed for one more sample. What it played before must be used up.
  void Next() {
    EXPECT_TRUE(numbers_.empty()) << "the sampler has left numbers unread";
    while (true) {
      const uint64_t magnitude = Laplace();
      // (|y| - sigma^2 / t)^2 / (2 sigma^2) with sigma^2 = n / d in lowest terms.
      const uint64_t divisor = std::gcd(p_ * p_, q_ * q_);
      const Uint128 n = p_ * p_ / divisor;
      const Uint128 d = q_ * q_ / divisor;
      const Uint128 place = magnitude * d * scale_;
      const Uint128 distance = place > n ? place - n : n - place;
      if (BernoulliExp(distance * distance, 2 * n * d * scale_ * scale_)) return;
    }
  }

  Status Fill(std::span<uint8_t> out) override {
    if (numbers_.empty())
      return Error{ErrorCode::kUnavailable, "the sampler has read more than libprio has drawn.", ""};
    Uint128 number = numbers_.front();
    numbers_.erase(numbers_.begin());
    for (uint8_t& byte : out) {
      byte = static_cast<uint8_t>(number);
      number >>= 8;
    }
    EXPECT_TRUE(number == 0) << "the sampler has drawn fewer bits than the number has";
    return {};
  }

 private:
  void Play(Uint128 number) { numbers_.push_back(number); }

  // A coin of numerator / denominator, which libprio brings to lowest terms: heads if s <= its numerator, s from 1.
  bool Bernoulli(Uint128 numerator, Uint128 denominator) {
    const Uint128 divisor = Gcd(numerator, denominator);
    const Uint128 s = stream_.Below(denominator / divisor);
    Play(s * divisor);
    return s < numerator / divisor;
  }

  bool BernoulliExpBelowOne(Uint128 numerator, Uint128 denominator) {
    for (uint64_t k = 1;; ++k) {
      if (!Bernoulli(numerator, denominator * k)) return k % 2 == 1;
    }
  }

  // libprio goes on with the fraction that is left, from 0 to below 1; ours with what is left above 0 up to 1. So where
  // nothing is left, libprio has one more step, of exp(-0), for which ours draws nothing, and the other way round for
  // 0.
  bool BernoulliExp(Uint128 numerator, Uint128 denominator) {
    const Uint128 whole = numerator / denominator;
    for (Uint128 i = 0; i < whole; ++i) {
      if (!BernoulliExpBelowOne(1, 1)) return false;
    }
    const size_t before = numbers_.size();
    const bool heads = BernoulliExpBelowOne(numerator % denominator, denominator);
    if (numerator != 0 && numerator % denominator == 0) numbers_.resize(before);
    return heads;
  }

  uint64_t Laplace() {
    while (true) {
      const Uint128 sign = stream_.Below(2);
      uint64_t remainder = 0;
      do {
        remainder = static_cast<uint64_t>(stream_.Below(scale_));
        Play(remainder);
      } while (!BernoulliExpBelowOne(remainder, scale_));
      uint64_t quotient = 0;
      while (BernoulliExpBelowOne(1, 1)) ++quotient;
      const uint64_t magnitude = remainder + scale_ * quotient;
      const bool negative = sign == 0;  // heads: s = 1 of 2
      Play(negative ? 1 : 0);
      if (!negative || magnitude != 0) return magnitude;
    }
  }

  LibprioStream stream_;
  uint64_t p_;
  uint64_t q_;
  uint64_t scale_;  // t
  std::vector<Uint128> numbers_;
};

struct Vector {
  std::vector<int64_t> samples;
  Bytes seed;
  uint64_t sigma_numerator = 0;
  uint64_t sigma_denominator = 0;
};

std::optional<Vector> ReadVector(const std::string& name) {
  const char* folder = std::getenv("SOTTO_VECTORS");
  std::ifstream file(std::string(folder != nullptr ? folder : "../shared/vectors") + "/libprio-discrete-gauss/" + name);
  if (!file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto after = [&](const std::string& field) {
    const size_t at = text.find('"' + field + '"');
    EXPECT_NE(at, std::string::npos) << field;
    return text.c_str() + text.find(':', at) + 1;
  };
  Vector vector;
  for (size_t at = text.find('['); text[at] != ']'; at = text.find_first_of(",]", at + 1)) {
    vector.samples.push_back(std::strtoll(text.c_str() + at + 1, nullptr, 10));
  }
  const std::string seed = after("seed");
  vector.seed = FromHex(std::string_view(seed).substr(seed.find('"') + 1, 64)).value();
  vector.sigma_numerator = std::strtoull(after("std_num"), nullptr, 10);
  vector.sigma_denominator = std::strtoull(after("std_denom"), nullptr, 10);
  return vector;
}

class LibprioNoise : public testing::TestWithParam<const char*> {};

TEST_P(LibprioNoise, GivesThePublishedSamples) {
  const auto vector = ReadVector("discrete_gauss_" + std::string(GetParam()) + ".json");
  if (!vector) GTEST_SKIP() << "skipped: vectors not found";
  ASSERT_GE(vector->samples.size(), 40U);
  const uint64_t p = vector->sigma_numerator;
  const uint64_t q = vector->sigma_denominator;
  const auto gaussian = privacy::DiscreteGaussian::Create(privacy::Rational{p * p, q * q}.Reduced()).value();
  Transcribed source(vector->seed, p, q);
  for (const int64_t expected : vector->samples) {
    source.Next();
    const auto sample = gaussian.Sample(source);
    ASSERT_TRUE(sample.ok()) << ToString(sample.error());
    ASSERT_EQ(sample.value(), expected);
  }
}

// The other two of libprio's vectors, of sigma 41,293,847 and 10^22 - 1, are beyond this sampler's range, which ends at
// a sigma of 65,535.
INSTANTIATE_TEST_SUITE_P(Sigmas, LibprioNoise, testing::Values("3", "9", "100", "2.342"), [](const auto& name) {
  return "Sigma" + std::string(name.param).substr(0, 1) + std::to_string(name.index);
});

}  // namespace
}  // namespace sotto::federation
