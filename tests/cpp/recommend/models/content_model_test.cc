#include "sotto/recommend/models/content_model.h"

#include "recommend/models/promises.h"
#include "recommend/shop.h"
#include "sotto/recommend/content_titles.h"

namespace sotto::recommend {
namespace {

// Rows (1, 0), (0.6, 0.8), (0, 1), and one of nothing.
ContentModel FourItems() {
  Matrix vectors(4, 2);
  vectors << 1, 0, 0.6F, 0.8F, 0, 1, 0, 0;
  return ContentModel::Fit(vectors).value();
}

TEST(ContentModel, ScoresByTheWeightedMeanCosine) {
  const std::vector<Engagement> history = {{0, 3}, {2, 1}};
  const auto scores = Scores(FourItems(), history);
  EXPECT_NEAR(scores[0], 0.75, 1e-6);
  EXPECT_NEAR(scores[1], 0.75 * 0.6 + 0.25 * 0.8, 1e-6);
  EXPECT_NEAR(scores[2], 0.25, 1e-6);
  EXPECT_EQ(scores[3], 0);
}

TEST(ContentModel, TurnsAwayFromWhatIsDisliked) {
  const std::vector<Engagement> history = {{0, -1}};
  EXPECT_NEAR(Scores(FourItems(), history)[1], -0.6, 1e-6);
}

TEST(ContentModel, SaysNothingWithoutAHistory) {
  EXPECT_EQ(Scores(FourItems(), {}), (std::vector<float>{0, 0, 0, 0}));
}

TEST(ContentModel, NamesTheEngagementThatSpeaksMostForAnItem) {
  const std::vector<Engagement> history = {{3, 9}, {0, 1}, {2, 1}};
  EXPECT_EQ(FourItems().Because(history, 1), 2U);
  EXPECT_EQ(FourItems().Because(history, 3), std::nullopt);
}

TEST(ContentModel, KeepsTheModelsPromises) {
  const auto model = ContentModel::Fit(ContentVectors(TeaShop(), {.dimensions = 16}).value()).value();
  ExpectFiniteScores(model);
  ExpectRefusesBadHistories(model);
  ExpectReadsBackWhatItWrote(model);
  ExpectRefusesItsBytesCutOrGrown(FourItems());
}

TEST(ContentModel, RefusesRowsThatAreNoContentVectors) {
  for (const float wrong : {0.5F, 2.0F, std::nanf(""), HUGE_VALF}) {
    EXPECT_EQ(ContentModel::Fit(Matrix::Constant(1, 1, wrong)).error().code, ErrorCode::kInvalidArgument) << wrong;
  }
  EXPECT_FALSE(ContentModel::Fit(Matrix::Zero(1, 16'385)).ok());
  ByteWriter out;
  out.U32(1);
  out.F32(2);
  ByteReader in(out.bytes());
  EXPECT_EQ(ContentModel::Read(in, 1).error().code, ErrorCode::kMalformed);
  ByteWriter wide;
  wide.U32(UINT32_MAX);
  ByteReader wide_in(wide.bytes());
  EXPECT_EQ(ContentModel::Read(wide_in, 1).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace sotto::recommend
