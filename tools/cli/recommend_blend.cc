#include "tools/cli/recommend_blend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "sotto/recommend/evaluation/judge.h"
#include "sotto/recommend/evaluation/lists.h"
#include "sotto/recommend/metrics.h"
#include "tools/cli/progress.h"
#include "tools/cli/recommend_measure.h"

namespace sotto::cli {
namespace {

constexpr uint32_t kDepth = 200;
constexpr std::array kSteps = {0.0F, 0.02F, 0.05F, 0.1F, 0.15F, 0.2F, 0.3F, 0.4F, 0.5F, 0.7F, 1.0F};
constexpr int kMaxChanges = 20;
constexpr double kCertainty = 2;  // standard deviations

// The items of one user that can be in a list, the held-back one first: items x models.
struct Contest {
  std::vector<float> scores;
};

Result<Contest> Prepare(std::span<const recommend::Model* const> models, const recommend::Split& split,
                        const recommend::TestCase& one) {
  const uint32_t items = split.train.items();
  const auto history = recommend::HistoryOf(split.train, one.user);
  const auto exclude = std::make_unique<bool[]>(items);
  for (const uint32_t item : split.train.ItemsOf(one.user)) exclude[item] = true;
  std::vector<std::vector<float>> scores(models.size(), std::vector<float>(items));
  std::vector<uint32_t> listed;
  for (size_t model = 0; model < models.size(); ++model) {
    SOTTO_RETURN_IF_ERROR(models[model]->Score(history, scores[model]));
    Standardise(split.train, one.user, scores[model]);
    const auto best = recommend::TopK(scores[model], {exclude.get(), items}, kDepth);
    listed.insert(listed.end(), best.begin(), best.end());
  }
  std::ranges::sort(listed);
  listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  std::erase(listed, one.items.front());
  listed.insert(listed.begin(), one.items.front());
  Contest contest;
  contest.scores.reserve(listed.size() * models.size());
  for (const uint32_t item : listed) {
    for (const auto& of_model : scores) contest.scores.push_back(of_model[item]);
  }
  return contest;
}

std::vector<double> NdcgOfEach(const std::vector<Contest>& contests, const std::vector<float>& weights, uint32_t k) {
  std::vector<double> ndcg;
  std::vector<float> blended;
  for (const Contest& contest : contests) {
    blended.assign(contest.scores.size() / weights.size(), 0);
    for (size_t item = 0; item < blended.size(); ++item) {
      for (size_t model = 0; model < weights.size(); ++model) {
        blended[item] += weights[model] * contest.scores[item * weights.size() + model];
      }
    }
    ndcg.push_back(recommend::NdcgAt(recommend::RankOf(0, blended, {}), k));
  }
  return ndcg;
}

struct Gain {
  double mean = 0;
  double deviation = 0;  // of the mean
};

Gain GainOver(const std::vector<double>& before, const std::vector<double>& after) {
  double sum = 0;
  double squares = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    const double difference = after[i] - before[i];
    sum += difference;
    squares += difference * difference;
  }
  const auto count = static_cast<double>(before.size());
  const double mean = sum / count;
  return {mean, std::sqrt(std::max(0.0, squares / count - mean * mean) / count)};
}

}  // namespace

void Standardise(const recommend::Interactions& train, uint32_t user, std::span<float> scores) {
  double sum = 0;
  double squares = 0;
  for (const float score : scores) {
    sum += score;
    squares += double{score} * score;
  }
  for (const uint32_t item : train.ItemsOf(user)) {
    sum -= scores[item];
    squares -= double{scores[item]} * scores[item];
  }
  const auto count = static_cast<double>(scores.size() - train.ItemsOf(user).size());
  const double mean = sum / std::max(1.0, count);
  const double variance = squares / std::max(1.0, count) - mean * mean;
  const double scale = variance > 1e-12 * mean * mean && variance > 0 ? 1 / std::sqrt(variance) : 0;
  for (float& score : scores) score = static_cast<float>((score - mean) * scale);
}

Result<std::vector<float>> ChooseWeights(std::span<const recommend::Model* const> models, const recommend::Split& split,
                                         uint32_t k, uint32_t threads) {
  std::vector<Contest> contests(split.test.size());
  {
    Progress progress("preparing the blend", contests.size());
    const auto prepare = [&](size_t i) -> Status {
      SOTTO_ASSIGN_OR_RETURN(contests[i], Prepare(models, split, split.test[i]));
      return {};
    };
    SOTTO_RETURN_IF_ERROR(ForEach(contests.size(), threads, prepare, [&] { progress.Advance(); }));
  }

  std::vector<float> best(models.size(), 0);
  std::vector<double> best_ndcg(contests.size(), -1);
  for (size_t model = 0; model < models.size(); ++model) {
    std::vector<float> alone(models.size(), 0);
    alone[model] = 1;
    std::vector<double> ndcg = NdcgOfEach(contests, alone, k);
    if (GainOver(best_ndcg, ndcg).mean <= 0) continue;
    best = std::move(alone);
    best_ndcg = std::move(ndcg);
  }
  // The one change of one weight that gains most, as long as it gains more than chance would.
  for (int change = 0; change < kMaxChanges; ++change) {
    std::vector<float> next;
    std::vector<double> next_ndcg = best_ndcg;
    for (size_t model = 0; model < models.size(); ++model) {
      for (const float step : kSteps) {
        std::vector<float> tried = best;
        tried[model] = step;
        if (tried == best || std::ranges::all_of(tried, [](float weight) { return weight == 0; })) continue;
        std::vector<double> ndcg = NdcgOfEach(contests, tried, k);
        const Gain gain = GainOver(best_ndcg, ndcg);
        if (gain.mean <= kCertainty * gain.deviation || GainOver(next_ndcg, ndcg).mean <= 0) continue;
        next = std::move(tried);
        next_ndcg = std::move(ndcg);
      }
    }
    if (next.empty()) break;
    best = std::move(next);
    best_ndcg = std::move(next_ndcg);
  }
  return best;
}

}  // namespace sotto::cli
