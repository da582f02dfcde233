#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "recommend/neural/gradients.h"
#include "sotto/recommend/neural/adam.h"
#include "sotto/recommend/neural/bag.h"
#include "sotto/recommend/neural/dense.h"
#include "sotto/recommend/neural/draw.h"
#include "sotto/recommend/neural/gru.h"
#include "sotto/recommend/neural/loss.h"

namespace sotto::recommend::neural {
namespace {

TEST(DenseLayer, IsTheProductAndTheBias) {
  Matrix x(1, 2), w(2, 2), b(1, 2), expected(1, 2);
  x << 2, 3;
  w << 1, 10, 100, 1000;
  b << 0.5F, -1;
  expected << 302.5F, 3019;
  EXPECT_EQ(Dense(x, w, b), expected);
}

TEST(DenseLayer, HasTheGradientsOfFiniteDifferences) {
  Draw draw(1);
  Matrix x = draw.Uniform(5, 7, 1), w = draw.Uniform(7, 4, 1), b = draw.Uniform(1, 4, 1);
  const Matrix dy = draw.Uniform(5, 4, 1);
  Matrix dw = Matrix::Zero(7, 4), db = Matrix::Zero(1, 4);
  const Matrix dx = DenseBackward(x, w, dy, dw, db);
  const auto loss = [&] { return WeightedSum(Dense(x, w, b), dy); };
  ExpectGradient(x, dx, loss);
  ExpectGradient(w, dw, loss);
  ExpectGradient(b, db, loss);
}

TEST(Rectifier, PassesTheGradientWhereItIsOn) {
  Matrix y(1, 4), dy(1, 4), expected(1, 4);
  y << -1, 0, 2, 3;
  Relu(y);
  dy << 5, 6, 7, 8;
  ReluBackward(y, dy);
  expected << 0, 0, 7, 8;
  EXPECT_EQ(dy, expected);
}

TEST(Bag, IsTheWeightedSumOfRowsOfUnitLength) {
  std::vector<BagEntry> bag = {{2, 3}, {0, -4}};
  ScaleToUnit(bag);
  EXPECT_FLOAT_EQ(bag[0].weight, 0.6F);
  EXPECT_FLOAT_EQ(bag[1].weight, -0.8F);
  Matrix table(3, 2), expected(2, 2);
  table << 1, 2, 30, 40, 5, 6;
  const std::vector<std::vector<BagEntry>> bags = {bag, {}};
  expected << 0.6F * 5 - 0.8F * 1, 0.6F * 6 - 0.8F * 2, 0, 0;
  EXPECT_TRUE(BagForward(bags, table).isApprox(expected, 1e-6F));
}

TEST(Bag, TakesTheLargestWeightsAndNothingButZeros) {
  std::vector<BagEntry> bag = {{0, 3e38F}, {1, 3e38F}};
  ScaleToUnit(bag);
  EXPECT_NEAR(bag[0].weight, std::sqrt(0.5), 1e-6);
  bag = {{0, 0}, {1, 0}};
  ScaleToUnit(bag);
  EXPECT_EQ(bag[0].weight, 0);
}

TEST(Bag, HasTheGradientsOfFiniteDifferences) {
  Draw draw(2);
  Matrix table = draw.Uniform(6, 3, 1);
  const std::vector<std::vector<BagEntry>> bags = {{{0, 0.5F}, {4, -1}}, {}, {{4, 2}, {4, 1}, {5, 0.25F}}};
  const Matrix dy = draw.Uniform(3, 3, 1);
  Matrix dtable = Matrix::Zero(6, 3);
  BagBackward(bags, dy, dtable);
  ExpectGradient(table, dtable, [&] { return WeightedSum(BagForward(bags, table), dy); });
}

TEST(LogisticLoss, IsTheCrossEntropyWorkedByHand) {
  Matrix logits(1, 2);
  logits << 0, static_cast<float>(std::log(3.0));
  const std::vector<std::vector<uint32_t>> positives = {{0}};
  // -log(1/2) - log(1 - 3/4), halved.
  EXPECT_NEAR(LogisticLoss(positives, 0.5F, logits), 0.5 * std::log(8.0), 1e-6);
  EXPECT_NEAR(logits(0, 0), -0.25, 1e-6);
  EXPECT_NEAR(logits(0, 1), 0.375, 1e-6);
}

TEST(LogisticLoss, HasTheGradientsOfFiniteDifferences) {
  Draw draw(3);
  Matrix logits = draw.Uniform(4, 19, 4);
  const std::vector<std::vector<uint32_t>> positives = {{0, 18}, {}, {3}, {1, 2, 4, 9}};
  Matrix gradient = logits;
  LogisticLoss(positives, 0.25F, gradient);
  ExpectGradient(logits, gradient, [&] {
    Matrix copy = logits;
    return LogisticLoss(positives, 0.25F, copy);
  });
}

TEST(SoftmaxLoss, HasTheGradientsOfFiniteDifferences) {
  Draw draw(4);
  Matrix logits = draw.Uniform(3, 37, 4);
  const std::vector<uint32_t> targets = {0, 36, 17};
  Matrix gradient = logits;
  SoftmaxLoss(targets, 0.5F, gradient);
  ExpectGradient(logits, gradient, [&] {
    Matrix copy = logits;
    return SoftmaxLoss(targets, 0.5F, copy);
  });
}

TEST(SoftmaxLoss, LeavesOutWhatHasNoLogit) {
  Matrix logits(1, 3);
  logits << 1, 1, -kNoLogit;
  EXPECT_NEAR(SoftmaxLoss(std::vector<uint32_t>{0}, 1, logits), std::log(2.0), 1e-6);
  EXPECT_NEAR(logits(0, 1), 0.5, 1e-6);
  EXPECT_NEAR(logits(0, 2), 0, 1e-6);
}

struct Gru {
  Draw draw{5};
  Matrix x = draw.Uniform(7, 3, 1);
  std::vector<size_t> counts = {3, 2, 2};  // sequences of 3, 3 and 1 steps
  Matrix wx = draw.Uniform(3, 12, 1), bx = draw.Uniform(1, 12, 1);
  Matrix ws = draw.Uniform(4, 12, 1), bs = draw.Uniform(1, 12, 1);

  GruWeights weights() const { return {wx, bx, ws, bs}; }
};

TEST(GatedRecurrentUnit, IsItsDefinition) {
  const Gru gru;
  const GruTrace trace = GruForward(gru.x, gru.counts, gru.weights());
  // Rows 0, 3 and 5 are the first sequence.
  Eigen::VectorXd state = Eigen::VectorXd::Zero(4);
  for (const Eigen::Index row : {0, 3, 5}) {
    const Eigen::RowVectorXd a = gru.x.row(row).cast<double>() * gru.wx.cast<double>() + gru.bx.row(0).cast<double>();
    const Eigen::RowVectorXd c = state.transpose() * gru.ws.cast<double>() + gru.bs.row(0).cast<double>();
    for (Eigen::Index j = 0; j < 4; ++j) {
      const double z = 1 / (1 + std::exp(-a(j) - c(j)));
      const double r = 1 / (1 + std::exp(-a(4 + j) - c(4 + j)));
      const double n = std::tanh(a(8 + j) + r * c(8 + j));
      state(j) = (1 - z) * n + z * state(j);
      EXPECT_NEAR(trace.states(row, j), state(j), 1e-6);
    }
  }
}

TEST(GatedRecurrentUnit, HasTheGradientsOfFiniteDifferences) {
  Gru gru;
  const Matrix dstates = gru.draw.Uniform(7, 4, 1);
  const GruTrace trace = GruForward(gru.x, gru.counts, gru.weights());
  Matrix dwx = Matrix::Zero(3, 12), dbx = Matrix::Zero(1, 12), dws = Matrix::Zero(4, 12), dbs = Matrix::Zero(1, 12);
  const Matrix dx = GruBackward(gru.x, gru.counts, gru.weights(), trace, dstates, {dwx, dbx, dws, dbs});
  const auto loss = [&] { return WeightedSum(GruForward(gru.x, gru.counts, gru.weights()).states, dstates); };
  ExpectGradient(gru.x, dx, loss);
  ExpectGradient(gru.wx, dwx, loss);
  ExpectGradient(gru.bx, dbx, loss);
  ExpectGradient(gru.ws, dws, loss);
  ExpectGradient(gru.bs, dbs, loss);
}

TEST(GatedRecurrentUnit, GivesASequenceTheSameBitsAloneAndInABatch) {
  const Gru gru;
  const GruTrace together = GruForward(gru.x, gru.counts, gru.weights());
  Matrix alone(3, 3);
  alone << gru.x.row(1), gru.x.row(4), gru.x.row(6);
  const GruTrace single = GruForward(alone, std::vector<size_t>{1, 1, 1}, gru.weights());
  EXPECT_EQ(single.states.row(2), together.states.row(6));
}

TEST(Adam, TakesTheStepsOfAlgorithmOne) {
  Matrix value(1, 2);
  value << 1, -2;
  Parameter parameter(value, false);
  AdamOptimiser adam({.learning_rate = 0.1F});
  double first = 0, second = 0, expected = 1;
  for (int t = 1; t <= 5; ++t) {
    const double g = 0.3 * t - 0.7;
    parameter.gradient() << static_cast<float>(g), 0;
    first = 0.9 * first + 0.1 * g;
    second = 0.999 * second + 0.001 * g * g;
    expected -= 0.1 * (first / (1 - std::pow(0.9, t))) / (std::sqrt(second / (1 - std::pow(0.999, t))) + 1e-8);
    adam.Step(std::array{&parameter});
    EXPECT_NEAR(value(0, 0), expected, 1e-5);
    EXPECT_EQ(value(0, 1), -2);
    EXPECT_EQ(parameter.gradient()(0, 0), 0);
  }
}

TEST(Adam, DecaysWhatDecays) {
  Matrix weight = Matrix::Constant(1, 1, 4), bias = weight;
  Parameter one(weight, true), other(bias, false);
  AdamOptimiser adam({.learning_rate = 0.5F, .decay = 0.5F});
  adam.Step(std::array{&one, &other});
  EXPECT_FLOAT_EQ(weight(0, 0), 3);
  EXPECT_FLOAT_EQ(bias(0, 0), 4);
}

}  // namespace
}  // namespace sotto::recommend::neural
