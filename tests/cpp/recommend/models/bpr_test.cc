#include "sotto/recommend/models/bpr.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "recommend/models/two_groups.h"
#include "sotto/recommend/models/load.h"

namespace sotto::recommend {
namespace {

BprOptions Small() {
  BprOptions options;
  options.rank = 4;
  options.epochs = 30;
  options.initial_scale = 1;
  return options;
}

TEST(BprModel, RanksTheRestOfAGroupAboveEverythingElse) {
  BprOptions options = Small();
  options.epochs = 300;
  options.rank = 2;
  const BprModel model = BprModel::Fit(TwoGroups(), options).value();
  ExpectKnowsTheGroups(model);
  EXPECT_EQ(model.kind(), "bpr");
  EXPECT_GT(model.user_length(), 0);
}

TEST(BprModel, RanksTheItemThatAllHaveFirstForWhoIsNew) {
  std::vector<Interaction> events;
  for (uint32_t user = 0; user < 50; ++user) {
    events.push_back({user, 2});
    if (user % 5 == 0) events.push_back({user, user / 5 % 2});
  }
  const BprModel model = BprModel::Fit(Interactions::Create(50, 4, events).value(), Small()).value();
  std::vector<float> scores(4);
  ASSERT_TRUE(model.Score({}, scores).ok());
  EXPECT_EQ(scores, model.biases());
  EXPECT_GT(scores[2], scores[0]);
  EXPECT_GT(scores[0], scores[3]);
}

TEST(BprModel, AddsTheBiasesToAViewerOfTheLengthOfUsers) {
  Matrix factors(2, 1);
  factors << 1, -2;
  const BprModel model = BprModel::Create(factors, {0.5F, 0.25F}, 3, {}).value();
  std::vector<float> scores(2);
  for (const float weight : {1.0F, 1e-30F, 1e30F}) {  // the direction alone counts
    ASSERT_TRUE(model.Score(std::vector<Engagement>{{0, weight}}, scores).ok());
    EXPECT_FLOAT_EQ(scores[0], 3.5F);
    EXPECT_FLOAT_EQ(scores[1], -5.75F);
  }
}

TEST(BprModel, GivesTheSameBitsForTheSameSeed) {
  BprOptions options = Small();
  const BprModel one = BprModel::Fit(TwoGroups(), options).value();
  EXPECT_EQ(BprModel::Fit(TwoGroups(), options).value().factors(), one.factors());
  options.seed = 2;
  EXPECT_NE(BprModel::Fit(TwoGroups(), options).value().factors(), one.factors());
}

TEST(BprModel, EndsWhereAUserHasEverything) {
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {1, 0}};
  uint32_t epochs = 0;
  BprOptions options = Small();
  options.on_epoch = [&](uint32_t epoch) { epochs = epoch; };
  ASSERT_TRUE(BprModel::Fit(Interactions::Create(3, 2, events).value(), options).ok());
  EXPECT_EQ(epochs, options.epochs);
  EXPECT_TRUE(BprModel::Fit(Interactions::Create(1, 1, {}).value(), options).ok());
}

TEST(BprModel, RefusesOptionsOutOfRange) {
  const auto refused = [](auto change) {
    BprOptions options = Small();
    change(options);
    const auto model = BprModel::Fit(TwoGroups(), options);
    return !model.ok() && model.error().code == ErrorCode::kInvalidArgument;
  };
  const float nan = std::nanf("");
  EXPECT_TRUE(refused([](BprOptions& options) { options.rank = 0; }));
  EXPECT_TRUE(refused([](BprOptions& options) { options.epochs = 0; }));
  EXPECT_TRUE(refused([](BprOptions& options) { options.rate = 0; }));
  EXPECT_TRUE(refused([&](BprOptions& options) { options.rate = nan; }));
  EXPECT_TRUE(refused([&](BprOptions& options) { options.regularisation = nan; }));
  EXPECT_TRUE(refused([](BprOptions& options) { options.loss.regularisation = 0; }));
  EXPECT_TRUE(refused([](BprOptions& options) { options.initial_scale = 0; }));
  EXPECT_EQ(BprModel::Fit(Interactions::Create(0, 1, {}).value(), {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(BprModel::Fit(Interactions::Create(1, 0, {}).value(), {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(BprModel, ReadsBackWhatItWrote) {
  const BprModel model = BprModel::Fit(TwoGroups(), Small()).value();
  ModelInfo info{.version = "1", .catalogue = "", .items = {}};
  for (uint32_t item = 0; item < model.items(); ++item) info.items.push_back("i" + std::to_string(item));
  const Bytes file = WriteModelFile(model, info).value();
  const NamedModel read = LoadModel(file).value();
  EXPECT_EQ(WriteModelFile(*read.model, read.info).value(), file);
  std::vector<float> scores(model.items());
  std::vector<float> others(model.items());
  const std::vector<Engagement> history = {{1, 1}, {4, -2}};
  ASSERT_TRUE(model.Score(history, scores).ok());
  ASSERT_TRUE(read.model->Score(history, others).ok());
  EXPECT_EQ(scores, others);
}

TEST(BprModel, RefusesToReadWhatFitNeverMakes) {
  const auto code = [](float length, float bias, float factor, bool whole = true) {
    ByteWriter writer;
    writer.F32(length);
    writer.F32(bias);
    writer.U32(1);
    for (const float value : {0.1F, 0.1F, 1.0F}) writer.F32(value);
    if (whole) writer.F32(factor);
    ByteReader reader(writer.bytes());
    const auto model = BprModel::Read(reader, 1);
    return model.ok() ? ErrorCode::kInternal : model.error().code;
  };
  const float nan = std::nanf("");
  EXPECT_EQ(code(1, 1, 1), ErrorCode::kInternal);
  EXPECT_EQ(code(nan, 1, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(-1, 1, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, nan, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 2e6F, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 1, nan), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 1, 1, false), ErrorCode::kTruncated);
  ByteReader empty(ByteSpan{});
  EXPECT_EQ(BprModel::Read(empty, 0).error().code, ErrorCode::kTruncated);
}

}  // namespace
}  // namespace sotto::recommend
