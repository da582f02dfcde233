#include "sotto/federation/split_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "federation/split_tasks.h"
#include "sotto/federation/affinity_task.h"
#include "sotto/privacy/noise.h"
#include "sotto/recommend/model_file.h"
#include "sotto/recommend/models/ease.h"
#include "sotto/recommend/models/taste.h"

namespace sotto::federation {
namespace {

using recommend::Matrix;

constexpr size_t kItems = 24;
constexpr uint64_t kDevices = 3000;

// Items of four kinds, i mod 4. A device takes three of one kind and one other; the lower numbers more often.
std::vector<uint32_t> ADevice(RandomSource& random) {
  const auto low = [&](uint64_t bound) { return std::min(random.Below(bound).value(), random.Below(bound).value()); };
  std::set<uint32_t> engaged;
  const uint64_t kind = random.Below(4).value();
  while (engaged.size() < 3) engaged.insert(static_cast<uint32_t>(4 * low(kItems / 4) + kind));
  engaged.insert(static_cast<uint32_t>(low(kItems)));
  return {engaged.begin(), engaged.end()};
}

uint32_t KindOf(const std::string& item) {
  return static_cast<uint32_t>(std::stoul(item.substr(1)) % 4);
}

Matrix Kinds(const std::vector<std::string>& items = ItemNames(kItems)) {
  Matrix memberships = Matrix::Zero(static_cast<Eigen::Index>(items.size()), 4);
  for (size_t i = 0; i < items.size(); ++i) memberships(static_cast<Eigen::Index>(i), KindOf(items[i])) = 1;
  return memberships;
}

// What the task releases of kDevices devices, with noise of both aggregators.
ReleasedTask Released(SplitTask task, privacy::Rational sigma_squared, uint64_t seed) {
  task.sigma_squared = sigma_squared;
  const auto* popularity = std::get_if<SplitPopularity>(&task.what);
  const auto& items = popularity != nullptr ? popularity->items : std::get<SplitAffinity>(task.what).items;
  ChaCha20Source random(seed);
  Release release;
  for (uint64_t device = 0; device < kDevices; ++device) {
    std::vector<uint32_t> engaged;
    for (const uint32_t item : ADevice(random)) {
      const auto found = std::ranges::find(items, "i" + std::to_string(item));
      if (found != items.end()) engaged.push_back(static_cast<uint32_t>(found - items.begin()));
    }
    const auto measurement = popularity != nullptr ? MeasurePopularity(task, engaged, random).value()
                                                   : MeasureAffinity(task, engaged, random).value();
    release.sums.resize(measurement.size(), 0);
    for (size_t i = 0; i < measurement.size(); ++i) release.sums[i] += static_cast<int64_t>(measurement[i]);
  }
  for (int aggregator = 0; aggregator < 2; ++aggregator) {
    const auto noise = privacy::NoiseVector(sigma_squared, release.sums.size(), random).value();
    for (size_t i = 0; i < noise.size(); ++i) release.sums[i] += noise[i];
  }
  release.count = kDevices;
  release.noise_variance =
      2 * static_cast<double>(sigma_squared.numerator) / static_cast<double>(sigma_squared.denominator);
  return {std::move(task), std::move(release)};
}

ReleasedTask APopularity(privacy::Rational sigma_squared = {100, 1}) {
  return Released(PopularityTask(kItems, 4), sigma_squared, 1);
}

std::vector<ReleasedTask> Affinities(size_t blocks, privacy::Rational sigma_squared = {100, 1}) {
  std::vector<ReleasedTask> released;
  const auto tasks = AffinityBlocks(ItemNames(kItems), blocks).value();
  for (const auto& items : tasks) {
    released.push_back(
        Released(SplitTaskOf(SplitAffinity{.items = items, .max_items = 4}), sigma_squared, 10 + released.size()));
  }
  return released;
}

// The share of items whose nearest item by the weights is of their own kind.
double NeighboursOfTheSameKind(const recommend::NamedModel& model) {
  const Matrix& weights = static_cast<const recommend::EaseModel&>(*model.model).weights();
  const auto& items = model.info.items;
  int found = 0;
  for (size_t item = 0; item < items.size(); ++item) {
    Eigen::Index nearest = 0;
    weights.row(static_cast<Eigen::Index>(item)).maxCoeff(&nearest);
    found += KindOf(items[static_cast<size_t>(nearest)]) == KindOf(items[item]) ? 1 : 0;
  }
  return found / static_cast<double>(items.size());
}

TEST(TopItems, AreThoseOfTheLargestNoisyCountsAndOfEqualsTheFirst) {
  ReleasedTask popularity{PopularityTask(5, 3), {{3, 9, -4, 9, 7}, 10, 32}};
  EXPECT_EQ(TopItems(popularity, 3).value(), (std::vector<uint32_t>{1, 3, 4}));
  EXPECT_EQ(TopItems(popularity, 5).value(), (std::vector<uint32_t>{1, 3, 4, 0, 2}));
}

TEST(TopItems, RefusesNoneMoreThanThereAreAndOtherReleases) {
  ReleasedTask popularity{PopularityTask(5, 3), {{3, 9, -4, 9, 7}, 10, 32}};
  EXPECT_EQ(TopItems(popularity, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(TopItems(popularity, 6).error().code, ErrorCode::kInvalidArgument);
  popularity.release.sums.pop_back();
  EXPECT_EQ(TopItems(popularity, 2).error().code, ErrorCode::kMismatch);
  EXPECT_EQ(TopItems({MoodTask(), {}}, 2).error().code, ErrorCode::kInvalidArgument);
}

TEST(AffinityBlocks, PutEveryTwoItemsIntoOneTaskAtLeast) {
  for (const size_t blocks : {1U, 2U, 3U, 5U}) {
    const auto items = ItemNames(17);
    const auto tasks = AffinityBlocks(items, blocks).value();
    EXPECT_EQ(tasks.size(), blocks <= 2 ? 1 : blocks * (blocks - 1) / 2);
    for (const std::string& one : items) {
      for (const std::string& other : items) {
        EXPECT_TRUE(std::ranges::any_of(tasks,
                                        [&](const std::vector<std::string>& task) {
                                          return std::ranges::find(task, one) != task.end() &&
                                                 std::ranges::find(task, other) != task.end();
                                        }))
            << one << ' ' << other;
      }
    }
  }
  EXPECT_FALSE(AffinityBlocks(ItemNames(5), 3).ok());
  EXPECT_FALSE(AffinityBlocks(ItemNames(5), 0).ok());
}

TEST(PoolAffinity, IsTheGramOfOneTask) {
  SplitTask task = SplitAffinityTask(3, 2);
  const PooledGram pooled = PoolAffinity(std::vector<ReleasedTask>{{task, {{1, 2, 3, 4, 5, 6}, 9, 32}}}).value();
  Matrix expected(3, 3);
  expected << 1, 2, 3, 2, 4, 5, 3, 5, 6;
  EXPECT_EQ(pooled.gram, expected);
  EXPECT_EQ(pooled.items, ItemNames(3));
  EXPECT_EQ(pooled.count, 9U);
  EXPECT_DOUBLE_EQ(pooled.noise_variance, 32);
}

TEST(PoolAffinity, AveragesWhatSeveralTasksSayAndKnowsItsNoise) {
  const auto of = [](std::vector<std::string> items, std::vector<int64_t> sums, uint64_t count) {
    return ReleasedTask{SplitTaskOf(SplitAffinity{.items = std::move(items), .max_items = 2}),
                        {std::move(sums), count, 32}};
  };
  // (a, b), (a, c), (b, c): each item twice, each pair once.
  const std::vector<ReleasedTask> tasks = {of({"a", "b"}, {10, 4, 20}, 8), of({"a", "c"}, {12, 5, 30}, 7),
                                           of({"c", "b"}, {34, 6, 22}, 9)};
  const PooledGram pooled = PoolAffinity(tasks).value();
  Matrix expected(3, 3);
  expected << 11, 4, 5, 4, 21, 6, 5, 6, 32;
  EXPECT_EQ(pooled.items, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(pooled.gram, expected);
  EXPECT_EQ(pooled.count, 7U);
  EXPECT_DOUBLE_EQ(pooled.noise_variance, (3 * 16 + 6 * 32) / 9.0);
}

TEST(PoolAffinity, RefusesItemsThatNoTaskHasTogether) {
  const auto of = [](std::vector<std::string> items) {
    return ReleasedTask{SplitTaskOf(SplitAffinity{.items = std::move(items), .max_items = 2}), {{1, 1, 1}, 8, 32}};
  };
  const auto pooled = PoolAffinity(std::vector<ReleasedTask>{of({"a", "b"}), of({"c", "d"})});
  ASSERT_FALSE(pooled.ok());
  EXPECT_NE(pooled.error().message.find("together"), std::string::npos);
  EXPECT_FALSE(PoolAffinity({}).ok());
}

TEST(AffinityModel, FindsWhatGoesTogetherFromOneTaskAndFromSeveral) {
  for (const size_t blocks : {1U, 3U}) {
    const auto tasks = Affinities(blocks);
    const auto model = AffinityModel(tasks, Kinds(PoolAffinity(tasks).value().items), "7").value();
    EXPECT_EQ(model.info.version, "7");
    EXPECT_GT(NeighboursOfTheSameKind(model), 0.9) << blocks;
  }
}

TEST(AffinityModel, KnowsFromContentWhatTheNoiseHides) {
  const auto tasks = Affinities(1, {40'000, 1});
  const auto with = AffinityModel(tasks, Kinds(), "1").value();
  const auto without = AffinityModel(tasks, Matrix::Zero(kItems, 1), "1").value();
  EXPECT_GT(NeighboursOfTheSameKind(with), NeighboursOfTheSameKind(without) + 0.2);
}

TEST(AffinityModel, RefusesWhatDoesNotFit) {
  const auto tasks = Affinities(1);
  EXPECT_FALSE(AffinityModel(tasks, Matrix::Zero(kItems - 1, 1), "1").ok());
  EXPECT_FALSE(AffinityModel(tasks, Matrix::Constant(kItems, 1, 2), "1").ok());
  EXPECT_FALSE(AffinityModel(tasks, Kinds(), "").ok());
  EXPECT_FALSE(AffinityModel(std::vector<ReleasedTask>{APopularity()}, Kinds(), "1").ok());
}

TEST(CatalogueModel, RanksWhatIsPopularForNobodyAndWhatSuitsForSomebody) {
  const auto named = CatalogueModel(APopularity(), Affinities(3), Kinds(), "1").value();
  EXPECT_EQ(named.info.items, ItemNames(kItems));
  std::vector<float> scores(kItems);
  ASSERT_TRUE(named.model->Score({}, scores).ok());
  EXPECT_GT(scores[0], scores[kItems - 1]);
  const std::vector<recommend::Engagement> history = {{3, 1}, {7, 1}, {11, 1}};
  ASSERT_TRUE(named.model->Score(history, scores).ok());
  for (const uint32_t item : {0U, 1U, 2U}) EXPECT_GT(scores[15], scores[12 + item]) << item;  // of about one popularity
}

TEST(CatalogueModel, LeavesPopularityToTheCounts) {
  const auto named = CatalogueModel(APopularity(), Affinities(1), Kinds(), "1").value();
  const auto& parts = static_cast<const recommend::TasteModel&>(*named.model).parts();
  const auto alone = AffinityModel(Affinities(1), Kinds(), "1").value();
  const Matrix& ease = static_cast<const recommend::EaseModel&>(*alone.model).weights();
  // What remains of the weights is centred; EASE's own are mostly popularity, which is positive.
  EXPECT_LT(std::fabs(parts.head_weights.mean()), 0.3 * std::fabs(ease.mean()));
}

TEST(CatalogueModel, IsReadBackFromItsFile) {
  const auto named = CatalogueModel(APopularity(), Affinities(1), Kinds(), "1").value();
  const Bytes file = recommend::WriteModelFile(*named.model, named.info).value();
  const auto loaded = recommend::LoadModel(file);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.value().model->kind(), "taste");
}

TEST(CatalogueModel, RefusesAnItemThatTheCatalogueLacks) {
  const ReleasedTask popularity = Released(PopularityTask(kItems - 1, 4), {100, 1}, 1);
  const auto model = CatalogueModel(popularity, Affinities(1), Kinds().topRows(kItems - 1), "1");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kMismatch);
}

}  // namespace
}  // namespace sotto::federation
