#include "sotto/comments/corpus_split.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

uint32_t Tenth(std::string_view text) {
  return TenthOf(text::Normalise(text).value().symbols);
}

TEST(TenthOf, SeesLettersAndDigitsOnly) {
  EXPECT_EQ(Tenth("很快，好吃，味道足，量大"), Tenth("很快 好吃!!! 味道足。量大 👍"));
  EXPECT_EQ(Tenth("VERY good 5"), Tenth("very，good５"));
}

TEST(TenthOf, TellsDifferentLettersApart) {
  // Ten comments that all fell into one tenth would be one chance in 10^9.
  std::array<size_t, kTenths> counts{};
  for (int i = 0; i < 10; ++i) ++counts[Tenth("评论" + std::to_string(i))];
  for (const size_t count : counts) EXPECT_LT(count, 10u);
}

TEST(TenthOf, FillsTheTenthsEvenly) {
  std::array<size_t, kTenths> counts{};
  for (int i = 0; i < 20'000; ++i) ++counts[Tenth("第" + std::to_string(i) + "条")];
  for (const size_t count : counts) EXPECT_NEAR(static_cast<double>(count), 2'000, 200);
}

TEST(TenthOf, TakesCommentsWithoutLettersToo) {
  EXPECT_LT(Tenth(""), kTenths);
  EXPECT_LT(Tenth("👍👍"), kTenths);
  EXPECT_EQ(Tenth("！！"), Tenth("!!"));
}

// The published figures depend on this split: it must never move.
TEST(TenthOf, StaysWhereItWas) {
  EXPECT_EQ(Tenth("好吃"), 0u);
  EXPECT_EQ(Tenth("发货很快"), 4u);
  EXPECT_EQ(Tenth("not good"), 1u);
}

}  // namespace
}  // namespace sotto::comments
