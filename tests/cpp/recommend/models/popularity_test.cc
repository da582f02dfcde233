#include "sotto/recommend/models/popularity.h"

#include "recommend/models/promises.h"

namespace sotto::recommend {
namespace {

Interactions ThreeUsers() {
  const std::vector<Interaction> events = {{0, 0, 5, 10}, {0, 1, 1, 20}, {1, 1, 1, 0}, {2, 1, 1, 20}, {2, 2, 1, 10}};
  return Interactions::Create(3, 4, events).value();
}

TEST(PopularityModel, CountsUsersWhateverTheyGave) {
  const auto model = PopularityModel::Fit(ThreeUsers(), {}).value();
  EXPECT_EQ(Scores(model, {}), (std::vector<float>{1, 3, 1, 0}));
  const std::vector<Engagement> history = {{1, 1}};
  EXPECT_EQ(Scores(model, history), Scores(model, {}));
}

TEST(PopularityModel, HalvesWhatIsOneHalfLifeOlderThanTheNewest) {
  const auto model = PopularityModel::Fit(ThreeUsers(), {.half_life = 10}).value();
  const auto scores = Scores(model, {});
  EXPECT_FLOAT_EQ(scores[0], 0.5F);
  EXPECT_FLOAT_EQ(scores[1], 2.25F);
  EXPECT_FLOAT_EQ(scores[2], 0.5F);
  EXPECT_EQ(scores[3], 0);
}

TEST(PopularityModel, KeepsTheModelsPromises) {
  const auto events = RandomEvents(9, 7, 4, 1);
  const auto model = PopularityModel::Fit(Interactions::Create(9, 7, events).value(), {.half_life = 100}).value();
  ExpectFiniteScores(model);
  ExpectRefusesBadHistories(model);
  ExpectReadsBackWhatItWrote(model);
  ExpectRefusesItsBytesCutOrGrown(model);
}

TEST(PopularityModel, RefusesAHalfLifeThatIsNoneAndDataWithoutTimes) {
  EXPECT_FALSE(PopularityModel::Fit(ThreeUsers(), {.half_life = -1}).ok());
  EXPECT_FALSE(PopularityModel::Fit(ThreeUsers(), {.half_life = std::nan("")}).ok());
  const std::vector<Interaction> untimed = {{0, 0}, {0, 1}};
  EXPECT_FALSE(PopularityModel::Fit(Interactions::Create(1, 2, untimed).value(), {.half_life = 1}).ok());
}

TEST(PopularityModel, RefusesScoresThatFitNeverMakes) {
  for (const float wrong : {-1.0F, std::nanf(""), HUGE_VALF}) {
    ByteWriter out;
    out.F32(wrong);
    ByteReader in(out.bytes());
    EXPECT_EQ(PopularityModel::Read(in, 1).error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace sotto::recommend
