#include "sotto/recommend/evaluation/lists.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace sotto::recommend {
namespace {

using Lists = std::vector<std::vector<uint32_t>>;

// Item 0 of all four users, item 1 of two of them, item 2 of one, item 3 of nobody.
Interactions FourUsers() {
  const std::vector<Interaction> events = {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {0, 1}, {1, 1}, {2, 2}};
  return Interactions::Create(4, 4, events).value();
}

TEST(TopK, IsByScoreThenByNumberWithNoNumbersLast) {
  const std::vector<float> scores = {1, std::nanf(""), 2, 1, 3};
  EXPECT_EQ(TopK(scores, {}, 9), (std::vector<uint32_t>{4, 2, 0, 3, 1}));
  const std::array exclude = {false, false, false, false, true};
  EXPECT_EQ(TopK(scores, exclude, 2), (std::vector<uint32_t>{2, 0}));
}

TEST(MeasureLists, TellsHowMuchOfTheCatalogueIsShownAndHowEvenly) {
  const ListQuality even = MeasureLists(Lists{{0, 1}, {2, 3}}, FourUsers(), nullptr);
  EXPECT_EQ(even.coverage, 1);
  EXPECT_NEAR(even.gini, 0, 1e-12);
  const ListQuality narrow = MeasureLists(Lists{{0}, {0}, {0}}, FourUsers(), nullptr);
  EXPECT_EQ(narrow.coverage, 0.25);
  EXPECT_NEAR(narrow.gini, 0.75, 1e-12);  // (n - 1) / n: one of four has everything
}

TEST(MeasureLists, CountsHowRareEachItemIsInBits) {
  EXPECT_DOUBLE_EQ(MeasureLists(Lists{{0, 1}, {2, 3}}, FourUsers(), nullptr).novelty, (0 + 1 + 2 + 2) / 4.0);
}

TEST(MeasureLists, TakesDiversityFromContentOrFromWhoTookWhat) {
  EXPECT_NEAR(MeasureLists(Lists{{0, 1}}, FourUsers(), nullptr).diversity, 1 - 2 / std::sqrt(8.0), 1e-12);
  EXPECT_EQ(MeasureLists(Lists{{1, 2}, {0}}, FourUsers(), nullptr).diversity, 1);
  Matrix vectors(4, 2);
  vectors << 1, 0, 0.6F, 0.8F, 0, 1, 0, 0;
  EXPECT_NEAR(MeasureLists(Lists{{0, 1, 2}}, FourUsers(), &vectors).diversity, 1 - (0.6 + 0 + 0.8) / 3, 1e-6);
}

TEST(MeasureLists, IsNothingWithoutLists) {
  const ListQuality none = MeasureLists(Lists{}, FourUsers(), nullptr);
  EXPECT_EQ(none.coverage + none.gini + none.novelty + none.diversity, 0);
}

}  // namespace
}  // namespace sotto::recommend
