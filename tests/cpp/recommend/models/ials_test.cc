#include "sotto/recommend/models/ials.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "recommend/models/two_groups.h"
#include "sotto/recommend/models/load.h"

namespace sotto::recommend {
namespace {

IalsOptions Small() {
  IalsOptions options;
  options.rank = 4;
  options.epochs = 8;
  return options;
}

// `loss` by its definition, pair by pair.
double LossByDefinition(const Interactions& data, const Matrix& users, const Matrix& items, const FoldInOptions& loss) {
  double sum = 0;
  const auto counts = data.ItemCounts();
  const auto lambda = [&](double pairs, double others) {
    return loss.regularisation * std::pow(pairs + loss.unobserved_weight * others, loss.regularisation_exponent);
  };
  for (uint32_t user = 0; user < data.users(); ++user) {
    for (uint32_t item = 0; item < data.items(); ++item) {
      const double score = users.row(user).dot(items.row(item));
      sum += loss.unobserved_weight * score * score;
    }
    for (const uint32_t item : data.ItemsOf(user)) {
      const double score = users.row(user).dot(items.row(item));
      sum += (1 - score) * (1 - score);
    }
    sum += lambda(static_cast<double>(data.ItemsOf(user).size()), data.items()) * users.row(user).squaredNorm();
  }
  for (uint32_t item = 0; item < data.items(); ++item) {
    sum += lambda(counts[item], data.users()) * items.row(item).squaredNorm();
  }
  return sum;
}

TEST(IalsModel, RanksTheRestOfAGroupAboveEverythingElse) {
  IalsOptions options = Small();
  options.rank = 2;
  const IalsModel model = IalsModel::Fit(TwoGroups(), options).value();
  ExpectKnowsTheGroups(model);
  EXPECT_EQ(model.kind(), "ials");
  EXPECT_EQ(model.factors().cols(), 2);
}

TEST(IalsModel, LowersItsLossWithEachEpoch) {
  for (const uint32_t block : {0U, 16U}) {
    IalsOptions options = Small();
    options.rank = 24;
    options.block = block;
    options.initial_scale = 1;
    options.compute_loss = true;
    std::vector<double> losses;
    options.on_epoch = [&](const IalsEpoch& epoch) {
      losses.push_back(epoch.loss.value());
      EXPECT_EQ(epoch.epoch, losses.size());
    };
    ASSERT_TRUE(IalsModel::Fit(TwoGroups(), options).ok());
    ASSERT_EQ(losses.size(), 8U);
    for (size_t i = 1; i < losses.size(); ++i) EXPECT_LE(losses[i], losses[i - 1] + 1e-4) << block;
  }
}

TEST(IalsModel, ReportsTheLossOfItsDefinition) {
  // Fold-in is the half step of users, so that after many epochs the users' factors are those that the fit had.
  IalsOptions options = Small();
  options.epochs = 300;
  options.compute_loss = true;
  double reported = 0;
  options.on_epoch = [&](const IalsEpoch& epoch) { reported = epoch.loss.value(); };
  const Interactions data = TwoGroups();
  const IalsModel model = IalsModel::Fit(data, options).value();
  Matrix users(data.users(), 4);
  for (uint32_t user = 0; user < data.users(); ++user) {
    std::vector<Engagement> history;
    for (const uint32_t item : data.ItemsOf(user)) history.push_back({item, 1});
    const auto factors = model.fold_in().UserFactors(history);
    for (Eigen::Index i = 0; i < 4; ++i) users(user, i) = static_cast<float>(factors[static_cast<size_t>(i)]);
  }
  EXPECT_NEAR(reported, LossByDefinition(data, users, model.factors(), options.loss), 1e-3 * reported);
}

TEST(IalsModel, GivesTheSameBitsForTheSameSeedHoweverItsWorkIsCut) {
  IalsOptions options = Small();
  const IalsModel one = IalsModel::Fit(TwoGroups(), options).value();
  options.parallel = [](size_t tasks, const std::function<void(size_t)>& task) {
    for (size_t i = tasks; i-- > 0;) task(i);
  };
  EXPECT_EQ(IalsModel::Fit(TwoGroups(), options).value().factors(), one.factors());
  options.seed = 2;
  EXPECT_NE(IalsModel::Fit(TwoGroups(), options).value().factors(), one.factors());
}

TEST(IalsModel, CountsAPairByItsWeightOnlyIfAsked) {
  const std::vector<Interaction> events = {{0, 0, 1}, {0, 1, 9}, {1, 1, 1}, {1, 2, 9}};
  const std::vector<Interaction> ones = {{0, 0}, {0, 1}, {1, 1}, {1, 2}};
  const Interactions weighted = Interactions::Create(2, 3, events).value();
  const Interactions plain = Interactions::Create(2, 3, ones).value();
  IalsOptions options = Small();
  EXPECT_EQ(IalsModel::Fit(weighted, options).value().factors(), IalsModel::Fit(plain, options).value().factors());
  options.weighted = true;
  EXPECT_NE(IalsModel::Fit(weighted, options).value().factors(), IalsModel::Fit(plain, options).value().factors());
}

TEST(IalsModel, FitsUsersAndItemsWithoutAnyInteraction) {
  const std::vector<Interaction> events = {{1, 1}};
  const IalsModel model = IalsModel::Fit(Interactions::Create(3, 3, events).value(), Small()).value();
  EXPECT_TRUE(model.factors().row(0).isZero());
}

TEST(IalsModel, RefusesOptionsOutOfRange) {
  const float nan = std::nanf("");
  const auto refused = [](auto change) {
    IalsOptions options = Small();
    change(options);
    const auto model = IalsModel::Fit(TwoGroups(), options);
    return !model.ok() && model.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](IalsOptions& options) { options.rank = 0; }));
  EXPECT_TRUE(refused([](IalsOptions& options) { options.rank = kMaxRank + 1; }));
  EXPECT_TRUE(refused([](IalsOptions& options) { options.epochs = 0; }));
  EXPECT_TRUE(refused([](IalsOptions& options) { options.epochs = 1001; }));
  EXPECT_TRUE(refused([](IalsOptions& options) { options.loss.regularisation = 0; }));
  EXPECT_TRUE(refused([&](IalsOptions& options) { options.loss.regularisation = nan; }));
  EXPECT_TRUE(refused([](IalsOptions& options) { options.loss.unobserved_weight = 0; }));
  EXPECT_TRUE(refused([](IalsOptions& options) { options.loss.regularisation_exponent = 1.5F; }));
  EXPECT_TRUE(refused([&](IalsOptions& options) { options.initial_scale = nan; }));
  EXPECT_EQ(IalsModel::Fit(Interactions::Create(1, 0, {}).value(), Small()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(IalsModel::Fit(Interactions::Create(0, 1, {}).value(), Small()).error().code, ErrorCode::kInvalidArgument);
}

TEST(IalsModel, ReadsBackWhatItWrote) {
  const IalsModel model = IalsModel::Fit(TwoGroups(), Small()).value();
  ModelInfo info{.version = "1", .catalogue = "", .items = {}};
  for (uint32_t item = 0; item < model.items(); ++item) info.items.push_back("i" + std::to_string(item));
  const Bytes file = WriteModelFile(model, info).value();
  const NamedModel read = LoadModel(file).value();
  EXPECT_EQ(WriteModelFile(*read.model, read.info).value(), file);
  std::vector<float> scores(model.items());
  std::vector<float> others(model.items());
  const std::vector<Engagement> history = {{1, 1}, {4, 2}};
  ASSERT_TRUE(model.Score(history, scores).ok());
  ASSERT_TRUE(read.model->Score(history, others).ok());
  EXPECT_EQ(scores, others);
  EXPECT_EQ(model.Because(history, 2), read.model->Because(history, 2));
}

TEST(IalsModel, RefusesToReadWhatFitNeverMakes) {
  struct Parts {
    uint32_t rank = 1;
    float unobserved = 0.1F;
    float regularisation = 0.1F;
    float exponent = 1;
    std::vector<float> factors = {1, 2};
  };
  const auto read = [](const Parts& parts, uint32_t items = 2) {
    ByteWriter writer;
    writer.U32(parts.rank);
    for (const float value : {parts.unobserved, parts.regularisation, parts.exponent}) writer.F32(value);
    for (const float value : parts.factors) writer.F32(value);
    ByteReader reader(writer.bytes());
    return IalsModel::Read(reader, items);
  };
  const auto code = [&](const Parts& parts, uint32_t items = 2) { return read(parts, items).error().code; };
  ASSERT_TRUE(read({}).ok());
  EXPECT_EQ(code({.rank = 0}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.rank = kMaxRank + 1}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.unobserved = 0}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.regularisation = -1}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.exponent = std::nanf("")}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.factors = {1, std::nanf("")}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.factors = {1, 2e6F}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({.factors = {1}}), ErrorCode::kTruncated);
  EXPECT_EQ(code({.factors = {}}, 0), ErrorCode::kMalformed);
  EXPECT_EQ(code({.rank = kMaxRank}, UINT32_MAX), ErrorCode::kTruncated);
}

}  // namespace
}  // namespace sotto::recommend
