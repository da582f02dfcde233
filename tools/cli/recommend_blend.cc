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
constexpr int kMaxSweeps = 6;

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

double MeanNdcg(const std::vector<Contest>& contests, const std::vector<float>& weights, uint32_t k) {
  double sum = 0;
  std::vector<float> blended;
  for (const Contest& contest : contests) {
    blended.assign(contest.scores.size() / weights.size(), 0);
    for (size_t item = 0; item < blended.size(); ++item) {
      for (size_t model = 0; model < weights.size(); ++model) {
        blended[item] += weights[model] * contest.scores[item * weights.size() + model];
      }
    }
    sum += recommend::NdcgAt(recommend::RankOf(0, blended, {}), k);
  }
  return sum / static_cast<double>(contests.size());
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

Result<std::vector<float>> ChooseWeights(std::span<const recommend::Model* const> models,
                                         const recommend::Split& split, uint32_t k, uint32_t threads) {
  std::vector<Contest> contests(split.test.size());
  {
    Progress progress("preparing the blend", contests.size());
    const auto prepare = [&](size_t i) -> Status {
      SOTTO_ASSIGN_OR_RETURN(contests[i], Prepare(models, split, split.test[i]));
      return {};
    };
    SOTTO_RETURN_IF_ERROR(ForEach(contests.size(), threads, prepare, [&] { progress.Advance(); }));
  }

  std::vector<float> best;
  double best_ndcg = -1;
  const auto consider = [&](const std::vector<float>& weights) {
    const double ndcg = MeanNdcg(contests, weights, k);
    if (ndcg <= best_ndcg) return;
    best_ndcg = ndcg;
    best = weights;
  };
  for (size_t model = 0; model < models.size(); ++model) {
    std::vector<float> alone(models.size(), 0);
    alone[model] = 1;
    consider(alone);
  }
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    const double before = best_ndcg;
    for (size_t model = 0; model < models.size(); ++model) {
      std::vector<float> tried = best;
      for (const float step : kSteps) {
        tried[model] = step;
        if (std::ranges::any_of(tried, [](float weight) { return weight > 0; })) consider(tried);
      }
    }
    if (best_ndcg <= before) break;
  }
  return best;
}

}  // namespace sotto::cli
