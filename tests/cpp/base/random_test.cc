#include "sotto/base/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sotto/base/bytes.h"

namespace sotto {
namespace {

Bytes Draw(RandomSource& random, size_t count) {
  Bytes bytes(count);
  EXPECT_TRUE(random.Fill(bytes).ok());
  return bytes;
}

// RFC 8439, appendix A.1, test vectors 1 and 2: zero key, zero nonce, block counter 0 and 1.
TEST(ChaCha20Source, IsTheKeyStreamOfRfc8439ForTheZeroKey) {
  ChaCha20Source random(ChaCha20Source::Seed{});
  EXPECT_EQ(ToHex(Draw(random, 64)),
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
            "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
  EXPECT_EQ(ToHex(Draw(random, 64)),
            "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
            "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
}

// RFC 8439, appendix A.1, test vector 3 has key 00..01 and block counter 1: the second block of that seed.
TEST(ChaCha20Source, IsTheKeyStreamOfRfc8439ForAKeyThatEndsInOne) {
  ChaCha20Source::Seed seed{};
  seed[31] = 1;
  ChaCha20Source random(seed);
  Draw(random, 64);
  EXPECT_EQ(ToHex(Draw(random, 64)),
            "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
            "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0");
}

RC_GTEST_PROP(ChaCha20Source, DoesNotDependOnHowTheReadsAreCut, (uint64_t number)) {
  const auto cuts = *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, 200));
  ChaCha20Source whole(number);
  ChaCha20Source pieces(number);
  Bytes joined;
  for (const size_t cut : cuts) {
    const Bytes piece = Draw(pieces, cut);
    joined.insert(joined.end(), piece.begin(), piece.end());
  }
  RC_ASSERT(joined == Draw(whole, joined.size()));
}

TEST(RandomSource, DrawsBelowABoundWithoutBias) {
  ChaCha20Source random(1);
  std::array<int, 6> faces{};
  constexpr int kThrows = 60'000;
  for (int i = 0; i < kThrows; ++i) ++faces[random.Below(6).value()];
  double chi_squared = 0;
  for (const int count : faces) {
    const double difference = count - kThrows / 6.0;
    chi_squared += difference * difference / (kThrows / 6.0);
  }
  EXPECT_LT(chi_squared, 20.5);  // 99.9 % of the chi-squared distribution with five degrees of freedom
}

// Two thirds of all draws lie below this bound only if draws at or above its largest multiple are thrown away.
TEST(RandomSource, DrawsAgainRatherThanFoldTheRestOntoSmallValues) {
  ChaCha20Source random(2);
  const uint64_t bound = UINT64_C(3) << 62;
  int low = 0;
  constexpr int kDraws = 30'000;
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t value = random.Below(bound).value();
    ASSERT_LT(value, bound);
    if (value < (UINT64_C(1) << 62)) ++low;
  }
  EXPECT_NEAR(low, kDraws / 3, 400);  // folding would give one half
}

TEST(RandomSource, GivesTheOnlyValueBelowOneAndRefusesZero) {
  ChaCha20Source random(3);
  EXPECT_EQ(random.Below(1).value(), 0u);
  EXPECT_EQ(random.Below(0).error().code, ErrorCode::kInvalidArgument);
}

TEST(OsRandomSource, FillsMoreThanOneRequestAndDoesNotRepeat) {
  OsRandomSource random;
  const Bytes first = Draw(random, 1000);
  const Bytes second = Draw(random, 1000);
  EXPECT_NE(first, second);
  // Each stretch of 16 bytes is all zero with probability 2^-128: a part left unfilled would be.
  for (size_t at = 0; at + 16 <= first.size(); at += 16) {
    EXPECT_FALSE(std::all_of(first.begin() + static_cast<ptrdiff_t>(at),
                             first.begin() + static_cast<ptrdiff_t>(at) + 16, [](uint8_t byte) { return byte == 0; }));
  }
}

}  // namespace
}  // namespace sotto
