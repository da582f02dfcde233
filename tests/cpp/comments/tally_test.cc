#include "sotto/comments/tally.h"

#include <gtest/gtest.h>

namespace sotto::comments {
namespace {

// Five verdicts over three labels.
Tally Five() {
  Tally tally(3);
  tally.Add(0, 0, 0.9, false);
  tally.Add(0, 1, 0.9, false);
  tally.Add(1, 1, 0.5, true);
  tally.Add(2, 2, 1.0, false);
  tally.Add(2, 1, 0.3, true);
  return tally;
}

TEST(Tally, CountsTruthAgainstVerdict) {
  const Tally tally = Five();
  EXPECT_EQ(tally.count(), 5u);
  EXPECT_EQ(tally.confusion(), (std::vector<std::vector<size_t>>{{1, 1, 0}, {0, 1, 0}, {0, 1, 1}}));
  EXPECT_DOUBLE_EQ(tally.Accuracy(), 3.0 / 5);
}

TEST(Tally, GivesTheF1WorkedOutByHand) {
  const Tally tally = Five();
  EXPECT_DOUBLE_EQ(tally.F1(0), 2.0 * 1 / (1 + 2));
  EXPECT_DOUBLE_EQ(tally.F1(1), 2.0 * 1 / (3 + 1));
  EXPECT_DOUBLE_EQ(tally.F1(2), 2.0 * 1 / (1 + 2));
  EXPECT_DOUBLE_EQ(tally.MacroF1(), (2.0 / 3 + 0.5 + 2.0 / 3) / 3);
}

TEST(Tally, GivesTheShareThatIsDecidedAndHowGoodItIs) {
  EXPECT_DOUBLE_EQ(Five().Coverage(), 3.0 / 5);
  EXPECT_DOUBLE_EQ(Five().AccuracyWhenDecided(), 2.0 / 3);
}

TEST(Tally, MeasuresTheCalibrationWithinEachBar) {
  // 0.9 twice, one right: |1 - 1.8|; 0.5 right: 0.5; 1.0 right: 0; 0.3 wrong: 0.3.
  EXPECT_NEAR(Five().CalibrationError(), (0.8 + 0.5 + 0 + 0.3) / 5, 1e-12);
  Tally honest(2);
  for (int i = 0; i < 10; ++i) honest.Add(0, i < 7 ? 0 : 1, 0.7, false);
  EXPECT_NEAR(honest.CalibrationError(), 0, 1e-12);
}

TEST(Tally, PutsAConfidenceIntoItsBar) {
  Tally tally(2);
  tally.Add(0, 0, 0, false);
  tally.Add(0, 0, 0.066, false);
  tally.Add(0, 0, 0.067, false);
  tally.Add(0, 1, 1, false);
  EXPECT_EQ(tally.bins()[0].count, 2u);
  EXPECT_EQ(tally.bins()[1].count, 1u);
  EXPECT_EQ(tally.bins()[Tally::kBins - 1].count, 1u);
  EXPECT_EQ(tally.bins()[Tally::kBins - 1].right, 0u);
  EXPECT_DOUBLE_EQ(tally.bins()[0].confidence, 0.066);
}

TEST(Tally, GivesZeroWhereThereIsNothingToDivideBy) {
  const Tally tally(2);
  for (const double share : {tally.Accuracy(), tally.F1(0), tally.MacroF1(), tally.CalibrationError(), tally.Coverage(),
                             tally.AccuracyWhenDecided()}) {
    EXPECT_EQ(share, 0);
  }
}

}  // namespace
}  // namespace sotto::comments
