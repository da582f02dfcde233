#include "sotto/recommend/ranking/features.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "sotto/base/random.h"

namespace sotto::recommend {
namespace {

TEST(Features, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kFeatures; ++i) names.insert(FeatureName(static_cast<Feature>(i)));
  EXPECT_EQ(names.size(), kFeatures);
  EXPECT_EQ(FeatureName(Feature::kBias), "bias");
  EXPECT_EQ(FeatureName(Feature::kFatigue), "fatigue");
}

TEST(Centre, PutsTheMeanAtZeroAndTheFarthestAtOne) {
  std::vector<float> scores = {1, 2, 3, 10};  // mean 4
  Centre(scores);
  EXPECT_EQ(scores, (std::vector<float>{-0.5F, -2.0F / 6, -1.0F / 6, 1}));
}

TEST(Centre, SaysNothingOfScoresThatAreAllEqual) {
  for (const float equal : {0.0F, 0.1F, -7.3F, std::numeric_limits<float>::max()}) {
    std::vector<float> scores(7, equal);
    Centre(scores);
    EXPECT_EQ(scores, std::vector<float>(7, 0)) << equal;
  }
  std::vector<float> none;
  Centre(none);
}

RC_GTEST_PROP(Centre, DoesNotDependOnTheOrder, (std::vector<float> scores)) {
  std::vector<float> reversed(scores.rbegin(), scores.rend());
  Centre(scores);
  Centre(reversed);
  std::ranges::reverse(reversed);
  RC_ASSERT(scores == reversed);
  for (const float score : scores) RC_ASSERT(score >= -1 && score <= 1);
}

TEST(ShareOfLargest, IsTheSquareRootOfTheShare) {
  std::vector<float> scores = {100, 25, 0, -3};
  ShareOfLargest(scores);
  EXPECT_EQ(scores, (std::vector<float>{1, 0.5F, 0, 0}));
}

TEST(PriceOctave, GrowsByOneWhenThePriceDoubles) {
  EXPECT_EQ(PriceOctave(0), 0);
  EXPECT_EQ(PriceOctave(1), 0);
  EXPECT_EQ(PriceOctave(3), 1.5);
  EXPECT_EQ(PriceOctave(12'800), PriceOctave(6'400) + 1);
  EXPECT_LT(PriceOctave(std::numeric_limits<int64_t>::max()), 64);
}

}  // namespace
}  // namespace sotto::recommend
