#include "sotto/federation/averaging.h"

#include <gtest/gtest.h>

#include <limits>

namespace sotto::federation {
namespace {

using Numbers = std::vector<float>;

TEST(FederatedAveraging, AddsTheChangeAndWhatIsLeftOfTheOnesBefore) {
  auto averaging = FederatedAveraging::Create({.momentum = 0.5, .rate = 2}, 2).value();
  EXPECT_EQ(averaging.Step(Numbers{10, 20}, Numbers{1, -2}).value(), (Numbers{12, 16}));
  EXPECT_EQ(averaging.velocity(), (Numbers{1, -2}));
  EXPECT_EQ(averaging.Step(Numbers{12, 16}, Numbers{1, 0}).value(), (Numbers{15, 14}));
  EXPECT_EQ(averaging.velocity(), (Numbers{1.5, -1}));
}

TEST(FederatedAveraging, IsPlainAveragingWithoutMomentum) {
  auto averaging = FederatedAveraging::Create({.momentum = 0, .rate = 1}, 1).value();
  EXPECT_EQ(averaging.Step(Numbers{1}, Numbers{2}).value(), Numbers{3});
  EXPECT_EQ(averaging.Step(Numbers{3}, Numbers{0}).value(), Numbers{3});
}

TEST(FederatedAveraging, GoesOnWhereItWas) {
  auto one = FederatedAveraging::Create({}, 1).value();
  ASSERT_TRUE(one.Step(Numbers{0}, Numbers{1}).ok());
  auto other = FederatedAveraging::Restore({}, one.velocity()).value();
  EXPECT_EQ(one.Step(Numbers{1}, Numbers{1}).value(), other.Step(Numbers{1}, Numbers{1}).value());
}

TEST(FederatedAveraging, RefusesWhatIsNotANumberAndStaysAsItWas) {
  auto averaging = FederatedAveraging::Create({}, 2).value();
  ASSERT_TRUE(averaging.Step(Numbers{0, 0}, Numbers{1, 1}).ok());
  const Numbers before = averaging.velocity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kMax = std::numeric_limits<float>::max();
  EXPECT_FALSE(averaging.Step(Numbers{0, kNan}, Numbers{0, 0}).ok());
  EXPECT_FALSE(averaging.Step(Numbers{0, 0}, Numbers{kNan, 0}).ok());
  EXPECT_FALSE(averaging.Step(Numbers{0, kMax}, Numbers{0, kMax}).ok());
  EXPECT_FALSE(averaging.Step(Numbers{0}, Numbers{0, 0}).ok());
  EXPECT_FALSE(averaging.Step(Numbers{0, 0}, Numbers{0}).ok());
  EXPECT_EQ(averaging.velocity(), before);
}

TEST(FederatedAveraging, RefusesOptionsOutOfTheirRange) {
  for (const double bad : {-0.1, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(FederatedAveraging::Create({.momentum = bad}, 1).ok()) << bad;
  }
  for (const double bad : {0.0, -1.0, 101.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(FederatedAveraging::Create({.rate = bad}, 1).ok()) << bad;
  }
  EXPECT_FALSE(FederatedAveraging::Create({}, 0).ok());
  EXPECT_FALSE(FederatedAveraging::Restore({}, {std::numeric_limits<float>::infinity()}).ok());
}

}  // namespace
}  // namespace sotto::federation
