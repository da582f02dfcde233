// The `delta` task from end to end: devices tune the head of a two-tower network to their viewers, both aggregators
// verify and sum the changes under noise, and the mean change moves the model.
#include <gtest/gtest.h>

#include <cmath>

#include "federation/split_tasks.h"
#include "sotto/base/deterministic_math.h"
#include "sotto/federation/averaging.h"
#include "sotto/federation/delta_encoding.h"
#include "sotto/privacy/zcdp.h"
#include "sotto/recommend/models/two_tower_head.h"

namespace sotto::federation {
namespace {

using recommend::HeadExample;
using recommend::Matrix;
using recommend::TwoTowerModel;

constexpr uint32_t kProducts = 30;
constexpr uint32_t kDimensions = 8;

Matrix Drawn(Eigen::Index rows, Eigen::Index columns, float scale, RandomSource& random) {
  Matrix matrix(rows, columns);
  for (Eigen::Index i = 0; i < matrix.size(); ++i) {
    matrix.data()[i] = scale * (static_cast<float>(random.Below(2001).value()) / 1000 - 1);
  }
  return matrix;
}

// Towers at random, and the identity as head.
TwoTowerModel Deployed() {
  ChaCha20Source random(1);
  constexpr uint32_t kHidden = 12;
  return TwoTowerModel::Create({.user_input = Drawn(kProducts, kHidden, 1.5F, random),
                                .user_input_bias = Drawn(1, kHidden, 0.3F, random),
                                .user_weight = Drawn(kHidden, kDimensions, 0.8F, random),
                                .user_bias = Drawn(1, kDimensions, 0.3F, random),
                                .head_weight = Matrix::Identity(kDimensions, kDimensions),
                                .head_bias = Matrix::Zero(1, kDimensions),
                                .item_input = Drawn(kProducts, kDimensions, 1.0F, random),
                                .item_hidden_weight = Drawn(kDimensions, 4, 0.2F, random),
                                .item_hidden_bias = Matrix::Zero(1, 4),
                                .item_weight = Drawn(4, kDimensions, 0.2F, random),
                                .item_bias = Drawn(1, kProducts, 0.2F, random),
                                .content_to_user = Matrix(),
                                .content_to_item = Matrix()})
      .value();
}

// What viewers really like: the same towers under another head.
TwoTowerModel Truth() {
  TwoTowerModel model = Deployed();
  std::vector<float> head = model.Head();
  ChaCha20Source random(2);
  for (float& number : head) number += static_cast<float>(random.Below(2001).value()) / 1000 - 1;
  EXPECT_TRUE(model.SetHead(head).ok());
  return model;
}

// One viewer's examples: two products before, one product shown, engaged or not by the truth's probability.
std::vector<HeadExample> Viewer(const TwoTowerModel& truth, uint64_t seed, int examples) {
  ChaCha20Source random(seed);
  std::vector<HeadExample> shown;
  for (int i = 0; i < examples; ++i) {
    const auto draw = [&] { return static_cast<uint32_t>(random.Below(kProducts).value()); };
    HeadExample example;
    const uint32_t first = draw();
    example.history = {{first, 1}, {(first + 1 + draw() % (kProducts - 1)) % kProducts, 1}};
    example.item = draw();
    const Matrix user = truth.HeadVector(example.history);
    const double logit = static_cast<double>(user.row(0).dot(truth.item_vectors().row(example.item))) +
                         static_cast<double>(truth.parameters().item_bias(0, example.item));
    example.engaged = static_cast<double>(random.Below(1'000'000).value()) < 1e6 * Sigmoid(logit);
    shown.push_back(std::move(example));
  }
  return shown;
}

double HeldOutLoss(const TwoTowerModel& model, const std::vector<HeadExample>& examples) {
  return recommend::HeadTuner::Create(model, examples, {.l2 = 0}).value().Loss();
}

TEST(DeltaRound, ImprovesTheHeadOnViewersWhoTookNoPart) {
  TwoTowerModel model = Deployed();
  const TwoTowerModel truth = Truth();
  const auto held_out = Viewer(truth, 1'000'000, 2'000);
  const double before = HeldOutLoss(model, held_out);
  const double best = HeldOutLoss(truth, held_out);
  ASSERT_LT(best, before - 0.05);

  constexpr uint64_t kDevices = 100;
  constexpr uint64_t kRounds = 3;
  SplitTask task = DeltaTask(kDimensions * kDimensions + kDimensions);
  task.sigma_squared = {1000, 1};
  task.min_batch_size = kDevices;
  // All rounds together.
  const double rho = kRounds * TaskRho(task).value();
  EXPECT_LT(privacy::EpsilonOfZcdp(rho, 1e-5).value(), 10);

  auto averaging = FederatedAveraging::Create({.momentum = 0.5, .rate = 1}, model.Head().size()).value();
  ChaCha20Source random(3);
  double loss = before;
  for (uint64_t round = 0; round < kRounds; ++round) {
    task.epoch = round;
    auto& delta = std::get<SplitDelta>(task.what);
    delta.rotation_seed = round;
    delta.model = "m" + std::to_string(round);
    std::vector<std::vector<uint64_t>> measurements;
    for (uint64_t device = 0; device < kDevices; ++device) {
      auto tuner = recommend::HeadTuner::Create(model, Viewer(truth, 1'000 * round + device, 30),
                                                {.learning_rate = 0.02F, .l2 = 0.01F})
                       .value();
      tuner.Step(30);
      measurements.push_back(MeasureDelta(task, tuner.Change(), random).value());
    }
    const Release release = RoundOf(task, measurements, random).value();
    const auto change = DecodeDelta(delta, release.sums, release.count).value();
    ASSERT_TRUE(model.SetHead(averaging.Step(model.Head(), change).value()).ok());
    loss = HeldOutLoss(model, held_out);
  }
  EXPECT_LT(loss, before - (before - best) / 2) << before << " -> " << loss << ", the truth has " << best;
}

}  // namespace
}  // namespace sotto::federation
