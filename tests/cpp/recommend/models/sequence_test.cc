#include "sotto/recommend/models/sequence.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "recommend/models/neural_data.h"
#include "sotto/recommend/neural/draw.h"

namespace sotto::recommend {
namespace {

SequenceParameters Random(Eigen::Index items, uint64_t seed) {
  neural::Draw draw(seed);
  SequenceParameters p;
  p.embedding = draw.Uniform(items, 3, 1);
  p.input_weight = draw.Uniform(3, 12, 1);
  p.input_bias = draw.Uniform(1, 12, 1);
  p.recurrent_weight = draw.Uniform(4, 12, 1);
  p.recurrent_bias = draw.Uniform(1, 12, 1);
  p.output_weight = draw.Uniform(4, 3, 1);
  p.output_bias = draw.Uniform(1, 3, 1);
  p.item_bias = draw.Uniform(1, items, 1);
  return p;
}

SequenceOptions Small() {
  SequenceOptions options;
  options.dimensions = 16;
  options.hidden = 16;
  options.length = 8;
  options.batch = 16;
  options.max_epochs = 25;
  options.learning_rate = 0.01F;
  options.dropout = 0;
  return options;
}

size_t Best(const std::vector<float>& scores) {
  return static_cast<size_t>(std::ranges::max_element(scores) - scores.begin());
}

TEST(Sequence, ScoresTheExampleWorkedByHand) {
  // One dimension, one unit; the candidate alone depends on the input: n = tanh(x), z = 1/2 by its bias of 0.
  SequenceParameters p;
  p.embedding = (Matrix(2, 1) << 1, -2).finished();
  p.input_weight = (Matrix(1, 3) << 0, 0, 1).finished();
  p.input_bias = Matrix::Zero(1, 3);
  p.recurrent_weight = Matrix::Zero(1, 3);
  p.recurrent_bias = Matrix::Zero(1, 3);
  p.output_weight = Matrix::Constant(1, 1, 2);
  p.output_bias = Matrix::Constant(1, 1, 0.5F);
  p.item_bias = (Matrix(1, 2) << 0.25F, 0).finished();
  const SequenceModel model = SequenceModel::Create(p, 50).value();
  const double state = 0.5 * std::tanh(-2.0) + 0.5 * (0.5 * std::tanh(1.0));
  const std::vector<float> scores = ScoresOf(model, {{0, 1}, {1, 1}});
  EXPECT_NEAR(scores[0], 2 * state + 0.5 + 0.25, 1e-6);
  EXPECT_NEAR(scores[1], -2 * (2 * state + 0.5), 1e-6);
  EXPECT_EQ(ScoresOf(model, {}), (std::vector<float>{0.75F, -1}));
}

TEST(Sequence, LearnsWhatFollows) {
  const SequenceModel model = SequenceModel::Fit(Circle(100, 30, 12, 1), Small()).value();
  int right = 0;
  for (uint32_t i = 0; i < 30; ++i) {
    const std::vector<Engagement> history = {{(i + 28) % 30, 1}, {(i + 29) % 30, 1}, {i, 1}};
    right += Best(ScoresOf(model, history)) == (i + 1) % 30 ? 1 : 0;
  }
  EXPECT_GE(right, 29);
}

TEST(Sequence, LearnsWhatFollowsFromASampleToo) {
  SequenceOptions options = Small();
  options.negatives = 8;
  options.max_epochs = 50;
  const SequenceModel model = SequenceModel::Fit(Circle(100, 30, 12, 1), options).value();
  int right = 0;
  for (uint32_t i = 0; i < 30; ++i) {
    right += Best(ScoresOf(model, {{(i + 29) % 30, 1}, {i, 1}})) == (i + 1) % 30 ? 1 : 0;
  }
  EXPECT_GE(right, 28);
}

TEST(Sequence, RefusesInteractionsWithoutTimesUnlessTheyAreSaidToBeInOrder) {
  const auto untimed = Interactions::Create(1, 3, std::vector<Interaction>{{0, 0}, {0, 1}, {0, 2}}).value();
  SequenceOptions options = Small();
  options.max_epochs = 2;
  EXPECT_EQ(SequenceModel::Fit(untimed, options).error().code, ErrorCode::kInvalidArgument);
  options.given_in_order = true;
  EXPECT_TRUE(SequenceModel::Fit(untimed, options).ok());
}

TEST(Sequence, RefusesDataInWhichNothingFollows) {
  const auto single = Interactions::Create(2, 3, std::vector<Interaction>{{0, 0, 1, 1}, {1, 1, 1, 2}}).value();
  EXPECT_EQ(SequenceModel::Fit(single, Small()).error().code, ErrorCode::kInvalidArgument);
}

TEST(Sequence, RefusesOptionsOutOfRange) {
  const Interactions data = Circle(4, 5, 4, 1);
  const auto refused = [&](auto change) {
    SequenceOptions options = Small();
    change(options);
    const auto fitted = SequenceModel::Fit(data, options);
    return !fitted.ok() && fitted.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](auto& o) { o.dimensions = 257; }));
  EXPECT_TRUE(refused([](auto& o) { o.hidden = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.length = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.length = 1001; }));
  EXPECT_TRUE(refused([](auto& o) { o.learning_rate = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.l2 = std::numeric_limits<float>::quiet_NaN(); }));
  EXPECT_TRUE(refused([](auto& o) { o.dropout = 1; }));
  EXPECT_TRUE(refused([](auto& o) { o.batch = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.max_epochs = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.patience = 0; }));
  EXPECT_TRUE(refused([](auto& o) { o.negatives = 0; }));
}

TEST(Sequence, FitsTheSameBitsHoweverItsTasksAreRun) {
  const Interactions data = Circle(30, 20, 10, 2);
  SequenceOptions options = Small();
  options.max_epochs = 3;
  options.dropout = 0.3F;
  const Bytes alone = Written(SequenceModel::Fit(data, options).value());
  options.parallel = [](size_t tasks, const std::function<void(size_t)>& task) {
    for (size_t i = tasks; i-- > 0;) task(i);
  };
  EXPECT_EQ(Written(SequenceModel::Fit(data, options).value()), alone);
  options.seed = 2;
  EXPECT_NE(Written(SequenceModel::Fit(data, options).value()), alone);
}

TEST(Sequence, LooksBackNoFurtherThanItsLength) {
  const SequenceModel model = SequenceModel::Create(Random(6, 1), 3).value();
  const auto scores = ScoresOf(model, {{1, 1}, {2, 1}, {3, 1}});
  EXPECT_EQ(ScoresOf(model, {{5, 1}, {4, 1}, {1, 1}, {2, 1}, {3, 1}}), scores);
  EXPECT_NE(ScoresOf(model, {{1, 1}, {3, 1}, {2, 1}}), scores);
}

TEST(Sequence, PassesOverWhatTheViewerWantsLessOf) {
  const SequenceModel model = SequenceModel::Create(Random(6, 2), 3).value();
  EXPECT_EQ(ScoresOf(model, {{1, 1}, {4, -1}, {2, 5}, {3, 1}, {0, -2}}), ScoresOf(model, {{1, 1}, {2, 1}, {3, 1}}));
  EXPECT_EQ(ScoresOf(model, {{4, -1}}), ScoresOf(model, {}));
}

RC_GTEST_PROP(Sequence, ReadsWhatItWrote, (uint64_t seed)) {
  const SequenceModel model = SequenceModel::Create(Random(5, seed), 7).value();
  const Bytes bytes = Written(model);
  ByteReader in(bytes);
  const auto read = SequenceModel::Read(in, 5);
  RC_ASSERT(read.ok());
  RC_ASSERT(in.remaining() == 0U);
  RC_ASSERT(Written(read.value()) == bytes);
  RC_ASSERT(ScoresOf(read.value(), {{1, 2}, {3, 1}}) == ScoresOf(model, {{1, 2}, {3, 1}}));
}

TEST(Sequence, RefusesEveryTruncationAndEveryNumberOutOfRange) {
  const Bytes bytes = Written(SequenceModel::Create(Random(3, 9), 7).value());
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader in(ByteSpan(bytes).first(size));
    ASSERT_EQ(SequenceModel::Read(in, 3).error().code, ErrorCode::kTruncated) << size;
  }
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity(), -1001.0F}) {
    ByteWriter number;
    number.F32(bad);
    for (size_t at = 12; at < bytes.size(); at += 4) {
      Bytes changed = bytes;
      std::copy_n(number.bytes().begin(), 4, changed.begin() + static_cast<std::ptrdiff_t>(at));
      ByteReader in(changed);
      ASSERT_EQ(SequenceModel::Read(in, 3).error().code, ErrorCode::kMalformed) << at;
    }
  }
  for (size_t field = 0; field < 3; ++field) {
    Bytes changed = bytes;
    changed[4 * field + 3] = 0xFF;
    ByteReader in(changed);
    EXPECT_EQ(SequenceModel::Read(in, 3).error().code, ErrorCode::kMalformed) << field;
  }
}

TEST(Sequence, ScoresAreFiniteWithTheLargestParameters) {
  SequenceParameters p = Random(6, 3);
  for (Matrix* m : {&p.embedding, &p.input_weight, &p.recurrent_weight, &p.output_weight, &p.item_bias}) {
    m->setConstant(1000);
  }
  const SequenceModel model = SequenceModel::Create(p, 1000).value();
  std::vector<Engagement> history;
  for (uint32_t i = 0; i < 5000; ++i) history.push_back({i % 6, 3e38F});
  for (const float score : ScoresOf(model, history)) EXPECT_TRUE(std::isfinite(score));
}

RC_GTEST_PROP(Sequence, ScoresMoveWithTheItemsWhenTheyAreRenumbered, (uint64_t seed)) {
  constexpr uint32_t kItems = 9;
  const SequenceParameters p = Random(kItems, seed);
  std::vector<uint32_t> to(kItems);
  for (uint32_t i = 0; i < kItems; ++i) to[i] = i;
  neural::Draw draw(seed);
  draw.Shuffle(std::span(to));
  SequenceParameters renumbered = p;
  for (uint32_t i = 0; i < kItems; ++i) {
    renumbered.embedding.row(to[i]) = p.embedding.row(i);
    renumbered.item_bias(0, to[i]) = p.item_bias(0, i);
  }
  const std::vector<Engagement> history = {{2, 1}, {5, 0.5F}, {2, 2}};
  std::vector<Engagement> moved = history;
  for (Engagement& engagement : moved) engagement.item = to[engagement.item];
  const auto scores = ScoresOf(SequenceModel::Create(p, 5).value(), history);
  const auto others = ScoresOf(SequenceModel::Create(renumbered, 5).value(), moved);
  for (uint32_t i = 0; i < kItems; ++i) RC_ASSERT(scores[i] == others[to[i]]);
}

TEST(Sequence, RefusesMatricesThatDoNotFitTogether) {
  SequenceParameters p = Random(5, 1);
  p.input_weight = Matrix::Zero(3, 9);
  EXPECT_EQ(SequenceModel::Create(p, 5).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(SequenceModel::Create(Random(5, 1), 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(SequenceModel::Create({}, 5).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::recommend
