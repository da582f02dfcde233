#include "sotto/recommend/models/two_tower.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "recommend/models/neural_data.h"
#include "sotto/recommend/models/two_tower_head.h"
#include "sotto/recommend/neural/draw.h"

namespace sotto::recommend {
namespace {

// Two items, two hidden units, one dimension: small enough to work by hand.
TwoTowerParameters Tiny() {
  TwoTowerParameters p;
  p.user_input = (Matrix(2, 2) << 1, -1, 2, 3).finished();
  p.user_input_bias = (Matrix(1, 2) << 0, 0.5F).finished();
  p.user_weight = (Matrix(2, 1) << 2, 10).finished();
  p.user_bias = Matrix::Constant(1, 1, 1);
  p.head_weight = Matrix::Identity(1, 1);
  p.head_bias = Matrix::Zero(1, 1);
  p.item_input = (Matrix(2, 1) << 1, -2).finished();
  p.item_hidden_weight = Matrix::Constant(1, 1, 3);
  p.item_hidden_bias = Matrix::Constant(1, 1, 1);
  p.item_weight = Matrix::Constant(1, 1, 0.5F);
  p.item_bias = (Matrix(1, 2) << 0.25F, -0.25F).finished();
  return p;
}

TwoTowerParameters Random(Eigen::Index items, Eigen::Index content, uint64_t seed) {
  neural::Draw draw(seed);
  TwoTowerParameters p;
  p.user_input = draw.Uniform(items, 6, 1);
  p.user_input_bias = draw.Uniform(1, 6, 1);
  p.user_weight = draw.Uniform(6, 4, 1);
  p.user_bias = draw.Uniform(1, 4, 1);
  p.head_weight = draw.Uniform(4, 4, 1);
  p.head_bias = draw.Uniform(1, 4, 1);
  p.item_input = draw.Uniform(items, 4, 1);
  p.item_hidden_weight = draw.Uniform(4, 3, 1);
  p.item_hidden_bias = draw.Uniform(1, 3, 1);
  p.item_weight = draw.Uniform(3, 4, 1);
  p.item_bias = draw.Uniform(1, items, 1);
  p.content_to_user = draw.Uniform(content, 6, 1);
  p.content_to_item = draw.Uniform(content, 4, 1);
  return p;
}

TwoTowerOptions Small() {
  TwoTowerOptions options;
  options.dimensions = 8;
  options.hidden = 16;
  options.item_hidden = 4;
  options.batch_users = 32;
  options.max_epochs = 30;
  options.learning_rate = 0.01F;
  return options;
}

TEST(TwoTower, ScoresTheExampleWorkedByHand) {
  const TwoTowerModel model = TwoTowerModel::Create(Tiny()).value();
  // v: 1 + relu(4) / 2 = 3; -2 + relu(-5) / 2 = -2.
  EXPECT_EQ(model.item_vectors(), (Matrix(2, 1) << 3, -2).finished());
  // One engagement with item 0, of whatever weight: b = [1, -1], h = [1, 0], u = 3.
  EXPECT_EQ(ScoresOf(model, {{0, 7}}), (std::vector<float>{9.25F, -6.25F}));
  // None: h = [0, 0.5], u = 6.
  EXPECT_EQ(ScoresOf(model, {}), (std::vector<float>{18.25F, -12.25F}));
}

TEST(TwoTower, SaysBecauseOfTheEngagementWithTheLargestTerm) {
  const TwoTowerModel model = TwoTowerModel::Create(Tiny()).value();
  // Both weights are 1/sqrt(2): b = [3, 2] / sqrt(2), both units on, gradient of item 0's logit 3 x [2, 10]: the terms
  // are 3 (2 - 10) and 3 (4 + 30). For item 1 the signs are the other way.
  EXPECT_EQ(model.Because(std::vector<Engagement>{{0, 1}, {1, 1}}, 0), 1U);
  EXPECT_EQ(model.Because(std::vector<Engagement>{{0, 1}, {1, 1}}, 1), 0U);
  EXPECT_EQ(model.Because({}, 0), std::nullopt);
}

TEST(TwoTower, LearnsWhatTheGroupsOfViewersHaveInCommon) {
  const TwoTowerModel model = TwoTowerModel::Fit(Groups(200, 40, 2, 10, 1), Small()).value();
  for (const uint32_t kind : {0U, 1U}) {
    const std::vector<float> scores = ScoresOf(model, {{kind, 1}, {kind + 4, 1}});
    int right = 0;
    for (uint32_t i = 0; i < 40; i += 2) right += scores[i + kind] > scores[i + 1 - kind] ? 1 : 0;
    EXPECT_GE(right, 19) << kind;
  }
}

TEST(TwoTower, LearnsFromASampleOfTheCatalogueToo) {
  TwoTowerOptions options = Small();
  options.candidates = 10;
  options.max_epochs = 60;
  const TwoTowerModel model = TwoTowerModel::Fit(Groups(200, 40, 2, 10, 1), options).value();
  const std::vector<float> scores = ScoresOf(model, {{1, 1}, {5, 1}});
  int right = 0;
  for (uint32_t i = 0; i < 40; i += 2) right += scores[i + 1] > scores[i] ? 1 : 0;
  EXPECT_GE(right, 18);
}

TEST(TwoTower, FitsTheSameBitsHoweverItsTasksAreRun) {
  const Interactions data = Groups(60, 30, 3, 6, 2);
  TwoTowerOptions options = Small();
  options.max_epochs = 3;
  const Bytes alone = Written(TwoTowerModel::Fit(data, options).value());
  options.parallel = [](size_t tasks, const std::function<void(size_t)>& task) {
    for (size_t i = tasks; i-- > 0;) task(i);
  };
  EXPECT_EQ(Written(TwoTowerModel::Fit(data, options).value()), alone);
  options.seed = 2;
  EXPECT_NE(Written(TwoTowerModel::Fit(data, options).value()), alone);
}

TEST(TwoTower, FitsTheSmallestData) {
  const auto one = Interactions::Create(1, 1, std::vector<Interaction>{{0, 0}}).value();
  TwoTowerOptions options = Small();
  options.max_epochs = 2;
  const TwoTowerModel model = TwoTowerModel::Fit(one, options).value();
  EXPECT_TRUE(std::isfinite(ScoresOf(model, {{0, 1}})[0]));
}

TEST(TwoTower, PlacesANewProductByItsContent) {
  const Interactions data = Groups(200, 40, 2, 10, 3);
  Matrix content = Matrix::Zero(40, 2);
  for (Eigen::Index i = 0; i < 40; ++i) content(i, i % 2) = 1;
  const TwoTowerModel model = TwoTowerModel::Fit(data, Small(), &content).value();
  const TwoTowerModel longer = model.WithNewItems(Matrix::Identity(2, 2)).value();
  ASSERT_EQ(longer.items(), 42U);
  for (const uint32_t kind : {0U, 1U}) {
    const std::vector<float> scores = ScoresOf(longer, {{kind, 1}, {kind + 2, 1}});
    EXPECT_GT(scores[40 + kind], scores[41 - kind]);
    // What it has engaged with may be new as well.
    const std::vector<float> by_new = ScoresOf(longer, {{40 + kind, 1}});
    EXPECT_GT(by_new[kind], by_new[1 - kind]);
    // The others' scores stay.
    const std::vector<float> before = ScoresOf(model, {{kind, 1}, {kind + 2, 1}});
    EXPECT_TRUE(std::equal(before.begin(), before.end(), scores.begin()));
  }
}

TEST(TwoTower, RefusesContentThatDoesNotFit) {
  const Interactions data = Groups(10, 4, 2, 2, 4);
  Matrix content = Matrix::Zero(3, 2);
  EXPECT_EQ(TwoTowerModel::Fit(data, Small(), &content).error().code, ErrorCode::kInvalidArgument);
  content = Matrix::Constant(4, 2, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(TwoTowerModel::Fit(data, Small(), &content).error().code, ErrorCode::kInvalidArgument);
  const TwoTowerModel without = TwoTowerModel::Create(Random(3, 0, 1)).value();
  EXPECT_EQ(without.WithNewItems(Matrix::Zero(1, 2)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(without.WithNewItems(Matrix(0, 0)).value().items(), 3U);
}

TEST(TwoTower, RefusesOptionsOutOfRangeAndDataWithoutInteractions) {
  const Interactions data = Groups(10, 4, 2, 2, 4);
  const auto refused = [&](auto change) {
    TwoTowerOptions options = Small();
    change(options);
    const auto fitted = TwoTowerModel::Fit(data, options);
    return !fitted.ok() && fitted.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](auto& o) { o.dimensions = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.hidden = 1025; }));
  EXPECT_TRUE(refused([](auto& o) { o.item_hidden = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.learning_rate = std::numeric_limits<float>::quiet_NaN(); }));
  EXPECT_TRUE(refused([](auto& o) { o.l2 = -1; }));
  EXPECT_TRUE(refused([](auto& o) { o.history_dropout = 1; }));
  EXPECT_TRUE(refused([](auto& o) { o.item_dropout = 1; }));
  EXPECT_TRUE(refused([](auto& o) { o.batch_users = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.max_epochs = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.patience = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.candidates = 0; }));
  const auto nothing = Interactions::Create(3, 4, {}).value();
  EXPECT_EQ(TwoTowerModel::Fit(nothing, Small()).error().code, ErrorCode::kInvalidArgument);
}

RC_GTEST_PROP(TwoTower, ReadsWhatItWrote, (uint64_t seed)) {
  const TwoTowerModel model = TwoTowerModel::Create(Random(5, seed % 3, seed)).value();
  const Bytes bytes = Written(model);
  ByteReader in(bytes);
  const auto read = TwoTowerModel::Read(in, 5);
  RC_ASSERT(read.ok());
  RC_ASSERT(in.remaining() == 0U);
  RC_ASSERT(Written(read.value()) == bytes);
  RC_ASSERT(ScoresOf(read.value(), {{1, 2}, {3, -1}}) == ScoresOf(model, {{1, 2}, {3, -1}}));
}

TEST(TwoTower, RefusesEveryTruncationAndEveryNumberOutOfRange) {
  const Bytes bytes = Written(TwoTowerModel::Create(Random(3, 1, 9)).value());
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader in(ByteSpan(bytes).first(size));
    ASSERT_EQ(TwoTowerModel::Read(in, 3).error().code, ErrorCode::kTruncated) << size;
  }
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1001.0F}) {
    ByteWriter number;
    number.F32(bad);
    for (size_t at = 16; at < bytes.size(); at += 4) {
      Bytes changed = bytes;
      std::copy_n(number.bytes().begin(), 4, changed.begin() + static_cast<std::ptrdiff_t>(at));
      ByteReader in(changed);
      ASSERT_EQ(TwoTowerModel::Read(in, 3).error().code, ErrorCode::kMalformed) << at;
    }
  }
  for (size_t field = 0; field < 4; ++field) {
    Bytes changed = bytes;
    changed[4 * field + 3] = 0xFF;
    ByteReader in(changed);
    EXPECT_EQ(TwoTowerModel::Read(in, 3).error().code, ErrorCode::kMalformed) << field;
  }
}

TEST(TwoTower, ScoresAreFiniteWithTheLargestParametersAndWeights) {
  TwoTowerParameters p = Random(6, 0, 3);
  for (Matrix* m :
       {&p.user_input, &p.user_weight, &p.head_weight, &p.item_input, &p.item_hidden_weight, &p.item_weight}) {
    m->setConstant(1000);
  }
  const TwoTowerModel model = TwoTowerModel::Create(p).value();
  std::vector<Engagement> history;
  for (uint32_t i = 0; i < 100'000; ++i) history.push_back({i % 6, i % 2 == 0 ? 3e38F : 1e-38F});
  for (const float score : ScoresOf(model, history)) EXPECT_TRUE(std::isfinite(score));
}

RC_GTEST_PROP(TwoTower, ScoresMoveWithTheItemsWhenTheyAreRenumbered, (uint64_t seed)) {
  constexpr uint32_t kItems = 9;
  const TwoTowerParameters p = Random(kItems, 0, seed);
  std::vector<uint32_t> to(kItems);
  for (uint32_t i = 0; i < kItems; ++i) to[i] = i;
  neural::Draw draw(seed);
  draw.Shuffle(std::span(to));
  TwoTowerParameters renumbered = p;
  for (uint32_t i = 0; i < kItems; ++i) {
    renumbered.user_input.row(to[i]) = p.user_input.row(i);
    renumbered.item_input.row(to[i]) = p.item_input.row(i);
    renumbered.item_bias(0, to[i]) = p.item_bias(0, i);
  }
  const std::vector<Engagement> history = {{2, 1}, {5, 0.5F}, {2, -2}};
  std::vector<Engagement> moved = history;
  for (Engagement& engagement : moved) engagement.item = to[engagement.item];
  const auto scores = ScoresOf(TwoTowerModel::Create(p).value(), history);
  const auto others = ScoresOf(TwoTowerModel::Create(renumbered).value(), moved);
  for (uint32_t i = 0; i < kItems; ++i) RC_ASSERT(scores[i] == others[to[i]]);
}

TEST(TwoTower, RefusesMatricesThatDoNotFitTogether) {
  TwoTowerParameters p = Random(5, 2, 1);
  p.user_weight = Matrix::Zero(5, 4);
  EXPECT_EQ(TwoTowerModel::Create(p).error().code, ErrorCode::kInvalidArgument);
  p = Random(5, 2, 1);
  p.content_to_item = Matrix::Zero(3, 4);
  EXPECT_EQ(TwoTowerModel::Create(p).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(TwoTowerModel::Create({}).error().code, ErrorCode::kInvalidArgument);
}

std::vector<HeadExample> Examples() {
  return {{{{0, 1}}, 1, true, 1}, {{{2, 1}, {3, 1}}, 4, false, 2}, {{}, 0, true, 1}};
}

TEST(TwoTowerHead, BeginsAtTheIdentityAndCanBeSet) {
  TwoTowerModel model = TwoTowerModel::Fit(Groups(20, 6, 2, 3, 5), Small()).value();
  std::vector<float> head = model.Head();
  ASSERT_EQ(head.size(), 8U * 8 + 8);
  EXPECT_EQ(model.UserVector({}), model.HeadVector({}));
  head[0] = 3;
  head.back() = -1;
  ASSERT_TRUE(model.SetHead(head).ok());
  EXPECT_EQ(model.Head(), head);
  EXPECT_NE(model.UserVector({}), model.HeadVector({}));
  EXPECT_EQ(model.SetHead(std::vector<float>(3)).error().code, ErrorCode::kInvalidArgument);
  head[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(model.SetHead(head).error().code, ErrorCode::kInvalidArgument);
}

TEST(TwoTowerHead, LearnsWhatTheViewerLikedAndWhatNot) {
  TwoTowerModel model = TwoTowerModel::Create(Random(5, 0, 6)).value();
  HeadTuner tuner = HeadTuner::Create(model, Examples(), {.learning_rate = 0.05F, .l2 = 0.001F}).value();
  const double before = tuner.Loss();
  tuner.Step(100);
  EXPECT_LT(tuner.Loss(), before / 2);
  const std::vector<Engagement> shown = {{2, 1}, {3, 1}};
  const float old_score = ScoresOf(model, shown)[4];
  ASSERT_TRUE(model.SetHead(tuner.head()).ok());
  EXPECT_LT(ScoresOf(model, shown)[4], old_score);
}

TEST(TwoTowerHead, GoesDownTheGradientOfItsLoss) {
  // Adam's first step is the learning rate against the sign of the gradient: compare with that of the loss.
  TwoTowerModel model = TwoTowerModel::Create(Random(5, 0, 7)).value();
  HeadTuner first = HeadTuner::Create(model, Examples(), {.learning_rate = 1e-3F, .l2 = 0}).value();
  first.Step(1);
  const std::vector<float> change = first.Change();
  const std::vector<float> start = model.Head();
  for (size_t i = 0; i < start.size(); ++i) {
    std::vector<float> head = start;
    const auto loss = [&](float value) {
      head[i] = value;
      EXPECT_TRUE(model.SetHead(head).ok());
      return HeadTuner::Create(model, Examples(), {}).value().Loss();
    };
    const double slope = loss(start[i] + 1.0F / 64) - loss(start[i] - 1.0F / 64);
    if (std::abs(slope) > 1e-5) EXPECT_LT(slope * static_cast<double>(change[i]), 0) << i;
  }
}

TEST(TwoTowerHead, CanStopAndGoOn) {
  const TwoTowerModel model = TwoTowerModel::Create(Random(5, 0, 8)).value();
  HeadTuner at_once = HeadTuner::Create(model, Examples(), {}).value();
  HeadTuner in_pieces = HeadTuner::Create(model, Examples(), {}).value();
  at_once.Step(7);
  for (int i = 0; i < 7; ++i) in_pieces.Step(1);
  EXPECT_EQ(at_once.head(), in_pieces.head());
}

TEST(TwoTowerHead, IsHeldWhereItBegan) {
  const TwoTowerModel model = TwoTowerModel::Create(Random(5, 0, 9)).value();
  const auto moved = [&](float l2) {
    HeadTuner tuner = HeadTuner::Create(model, Examples(), {.learning_rate = 0.01F, .l2 = l2}).value();
    tuner.Step(300);
    double squares = 0;
    for (const float number : tuner.Change()) squares += static_cast<double>(number) * static_cast<double>(number);
    return squares;
  };
  EXPECT_LT(moved(10), moved(0.01F) / 4);
}

TEST(TwoTowerHead, RefusesWhatItCannotLearnFrom) {
  const TwoTowerModel model = TwoTowerModel::Create(Random(5, 0, 10)).value();
  const auto code = [&](const std::vector<HeadExample>& examples, const HeadOptions& options) {
    return HeadTuner::Create(model, examples, options).error().code;
  };
  EXPECT_EQ(code({}, {}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{{}, 5, true, 1}}, {}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{{{9, 1}}, 1, true, 1}}, {}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{{}, 1, true, 0}}, {}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{{}, 1, true, std::numeric_limits<float>::quiet_NaN()}}, {}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Examples(), {.learning_rate = 0}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Examples(), {.l2 = -1}), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::recommend
