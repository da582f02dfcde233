#include "sotto/privacy/budget.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace sotto::privacy {
namespace {

TEST(Budget, SpendsWhatFitsAndRefusesTheRestWithoutSpending) {
  Budget budget(1'000, 0);
  EXPECT_TRUE(budget.Spend(600).ok());
  const Status refused = budget.Spend(401);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kBudgetExceeded);
  for (const char* part : {"401", "600", "1000"}) {
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << refused.error().message;
  }
  EXPECT_EQ(budget.spent(), 600U);
  EXPECT_TRUE(budget.Spend(400).ok());
  EXPECT_EQ(budget.left(), 0U);
  EXPECT_TRUE(budget.Spend(0).ok());
  EXPECT_FALSE(budget.Spend(1).ok());
}

TEST(Budget, CannotBeOverflowed) {
  constexpr MicroRho kMost = std::numeric_limits<MicroRho>::max();
  Budget budget(kMost, kMost - 1);
  EXPECT_FALSE(budget.Spend(kMost).ok());
  EXPECT_EQ(budget.spent(), kMost - 1);
}

TEST(Budget, RefusesEverythingWhenMoreIsSpentThanTheLimitAllows) {
  Budget budget(10, 20);
  EXPECT_EQ(budget.left(), 0U);
  EXPECT_FALSE(budget.Spend(1).ok());
}

RC_GTEST_PROP(Budget, NeverSpendsMoreThanItsLimit, (uint32_t limit, const std::vector<uint16_t>& costs)) {
  Budget budget(limit, 0);
  uint64_t spent = 0;
  for (const uint16_t cost : costs) {
    const bool fits = spent + cost <= limit;
    RC_ASSERT(budget.Spend(cost).ok() == fits);
    if (fits) spent += cost;
    RC_ASSERT(budget.spent() == spent);
    RC_ASSERT(budget.spent() <= budget.limit());
  }
}

TEST(ToMicroRho, RoundsUp) {
  EXPECT_EQ(ToMicroRho(0).value(), 0U);
  EXPECT_EQ(ToMicroRho(1e-9).value(), 1U);
  EXPECT_EQ(ToMicroRho(1.0 / 3).value(), 333'334U);
  EXPECT_EQ(ToMicroRho(0.5000001).value(), 500'001U);
  EXPECT_EQ(ToMicroRho(std::numeric_limits<double>::denorm_min()).value(), 1U);
  EXPECT_EQ(ToMicroRho(1e6).value(), 1'000'000'000'000U);
}

RC_GTEST_PROP(ToMicroRho, KeepsEveryWholeNumberOfMicroRho, (uint32_t micro)) {
  RC_ASSERT(ToMicroRho(micro / 1e6).value() == micro);
}

TEST(ToMicroRho, RefusesWhatIsNoRho) {
  for (const double bad : {-1e-9, 1e6 + 1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const auto micro = ToMicroRho(bad);
    ASSERT_FALSE(micro.ok()) << bad;
    EXPECT_EQ(micro.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sotto::privacy
