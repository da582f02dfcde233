#include "sotto/recommend/models/ease_sparse.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "recommend/models/two_groups.h"
#include "sotto/base/random.h"
#include "sotto/recommend/models/ease.h"
#include "sotto/recommend/models/load.h"

namespace sotto::recommend {
namespace {

Interactions RandomData(uint32_t users, uint32_t items, uint64_t seed) {
  ChaCha20Source random(seed);
  std::vector<Interaction> events;
  for (uint32_t user = 0; user < users; ++user) {
    for (uint32_t item = 0; item < items; ++item) {
      if (random.Below(3).value() == 0) events.push_back({user, item});
    }
  }
  return Interactions::Create(users, items, events).value();
}

Matrix Dense(const SparseWeights& weights) {
  const auto items = static_cast<Eigen::Index>(weights.begin.size() - 1);
  Matrix dense = Matrix::Zero(items, items);
  for (Eigen::Index row = 0; row < items; ++row) {
    for (size_t i = weights.begin[static_cast<size_t>(row)]; i < weights.begin[static_cast<size_t>(row) + 1]; ++i) {
      dense(row, weights.item[i]) = weights.weight[i];
    }
  }
  return dense;
}

SparseWeights SmallWeights() {
  SparseWeights weights;
  weights.begin = {0, 2, 3, 3};
  weights.item = {1, 2, 0};
  weights.weight = {0.5F, -0.25F, 1};
  return weights;
}

RC_GTEST_PROP(FitEaseSparse, IsEaseWhereEveryItemIsANeighbour, (uint64_t seed)) {
  const Interactions data = RandomData(300, 12, seed);  // so many that all pairs occur
  const Matrix sparse = Dense(FitEaseSparse(data, {.l2 = 7, .neighbours = 12, .parallel = {}}).value());
  const Matrix dense = EaseModel::Fit(data, {.l2 = 7}).value().weights();
  RC_ASSERT((sparse - dense).cwiseAbs().maxCoeff() < 1e-5F);
}

TEST(FitEaseSparse, IsEaseWithinEachOfTwoGroupsThatNobodyMixes) {
  // The gram has two blocks, and so has its inverse: 7 neighbours are all that matter.
  const Matrix sparse = Dense(FitEaseSparse(TwoGroups(), {.l2 = 3, .neighbours = 7, .parallel = {}}).value());
  const Matrix dense = EaseModel::Fit(TwoGroups(), {.l2 = 3}).value().weights();
  EXPECT_LT((sparse - dense).cwiseAbs().maxCoeff(), 1e-5F);
}

TEST(FitEaseSparse, RegressesEachItemOnTheNeighboursOfLargestCosine) {
  // Item 0 is with item 1 twice (cosine 2 / sqrt(3 * 2)), with item 2 twice (2 / sqrt(3 * 5)): one neighbour is item 1.
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2},
                                           {2, 0}, {2, 2}, {3, 2}, {4, 2}, {5, 2}};
  const Interactions data = Interactions::Create(6, 3, events).value();
  const Matrix weights = Dense(FitEaseSparse(data, {.l2 = 1, .neighbours = 1, .parallel = {}}).value());
  EXPECT_FLOAT_EQ(weights(1, 0), 2.0F / (2 + 1));
  EXPECT_EQ(weights(2, 0), 0);
}

TEST(FitEaseSparse, GivesTheSameBitsHoweverItsWorkIsCut) {
  const Interactions data = RandomData(50, 40, 1);
  EaseSparseOptions options{.l2 = 5, .neighbours = 6, .parallel = {}};
  const SparseWeights one = FitEaseSparse(data, options).value();
  options.parallel = [](size_t tasks, const std::function<void(size_t)>& task) {
    for (size_t i = tasks; i-- > 0;) task(i);
  };
  const SparseWeights other = FitEaseSparse(data, options).value();
  EXPECT_EQ(one.item, other.item);
  EXPECT_EQ(one.weight, other.weight);
}

TEST(FitEaseSparse, RefusesOptionsOutOfRangeAndNoItems) {
  const auto code = [](float l2, uint32_t neighbours) {
    return FitEaseSparse(TwoGroups(), {.l2 = l2, .neighbours = neighbours, .parallel = {}}).error().code;
  };
  EXPECT_EQ(code(0, 5), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(std::nanf(""), 5), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(1, 0), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(1, kMaxNeighbours + 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(FitEaseSparse(Interactions::Create(1, 0, {}).value(), {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(EaseSparseModel, RanksTheRestOfAGroupAboveEverythingElse) {
  ExpectKnowsTheGroups(EaseSparseModel::Fit(TwoGroups(), {.l2 = 10, .neighbours = 7, .parallel = {}}).value());
}

TEST(EaseSparseModel, FitsItemsThatNobodyHas) {
  const std::vector<Interaction> events = {{0, 1}};
  const auto model = EaseSparseModel::Fit(Interactions::Create(2, 3, events).value(), {}).value();
  EXPECT_TRUE(model.weights().item.empty());
  EXPECT_TRUE(EaseSparseModel::Fit(Interactions::Create(0, 3, {}).value(), {}).ok());
}

TEST(EaseSparseModel, ScoresAndExplainsLikeTheDenseMatrix) {
  const auto sparse = EaseSparseModel::Create(SmallWeights()).value();
  const auto dense = EaseModel::Create(Dense(SmallWeights())).value();
  constexpr float kMost = std::numeric_limits<float>::max();
  for (const std::vector<Engagement>& history :
       {std::vector<Engagement>{}, {{0, 1}}, {{2, 1}, {1, 2}, {0, -3}}, {{0, kMost}, {0, kMost}, {1, 1}}}) {
    std::vector<float> scores(3);
    std::vector<float> expected(3);
    ASSERT_TRUE(sparse.Score(history, scores).ok());
    ASSERT_TRUE(dense.Score(history, expected).ok());
    EXPECT_EQ(scores, expected);
    for (uint32_t item = 0; item < 3; ++item) EXPECT_EQ(sparse.Because(history, item), dense.Because(history, item));
  }
}

TEST(EaseSparseModel, ReadsBackWhatItWrote) {
  const ModelInfo info{.version = "1", .catalogue = "", .items = {"a", "b", "c"}};
  const Bytes file = WriteModelFile(EaseSparseModel::Create(SmallWeights()).value(), info).value();
  const NamedModel read = LoadModel(file).value();
  EXPECT_EQ(WriteModelFile(*read.model, read.info).value(), file);
}

TEST(EaseSparseModel, HasTheBytesOfItsFormat) {
  ByteWriter writer;
  EaseSparseModel::Create(SmallWeights()).value().Write(writer);
  EXPECT_EQ(ToHex(writer.bytes()),
            "02000000"
            "01000000"
            "00000000"
            "01000000"
            "02000000"
            "0000003f"
            "000080be"
            "00000000"
            "0000803f");
}

TEST(EaseSparseModel, RefusesToReadWhatFitNeverMakes) {
  struct Parts {
    std::vector<uint32_t> lengths = {2, 0, 0};
    std::vector<uint32_t> items = {1, 2};
    std::vector<float> weights = {1, 1};
  };
  const auto read = [](const Parts& parts) {
    ByteWriter writer;
    for (const uint32_t value : parts.lengths) writer.U32(value);
    for (const uint32_t value : parts.items) writer.U32(value);
    for (const float value : parts.weights) writer.F32(value);
    ByteReader reader(writer.bytes());
    return EaseSparseModel::Read(reader, static_cast<uint32_t>(parts.lengths.size()));
  };
  const auto code = [&](const Parts& parts) { return read(parts).error().code; };
  ASSERT_TRUE(read({}).ok());
  EXPECT_EQ(code({.lengths = {}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.lengths = {3, 0, 0}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.lengths = {2, 2, 2}}), ErrorCode::kTruncated);
  EXPECT_EQ(code({.items = {2, 1}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.items = {1, 1}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.items = {0, 1}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.items = {1, 3}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.weights = {1, std::nanf("")}}), ErrorCode::kMalformed);
  ByteReader empty(ByteSpan{});
  EXPECT_EQ(EaseSparseModel::Read(empty, UINT32_MAX).error().code, ErrorCode::kTruncated);
}

TEST(EaseSparseModel, RefusesWeightsThatAreNone) {
  const auto code = [](auto change) {
    SparseWeights weights = SmallWeights();
    change(weights);
    const auto model = EaseSparseModel::Create(std::move(weights));
    return model.ok() ? ErrorCode::kInternal : model.error().code;
  };
  EXPECT_EQ(code([](SparseWeights& weights) { weights.begin.clear(); }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](SparseWeights& weights) { weights.begin = {0}; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](SparseWeights& weights) { weights.begin[1] = 9; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](SparseWeights& weights) { weights.item.pop_back(); }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](SparseWeights& weights) { weights.item[1] = 3; }), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::recommend
