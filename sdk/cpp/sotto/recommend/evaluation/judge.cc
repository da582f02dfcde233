#include "sotto/recommend/evaluation/judge.h"

#include <algorithm>
#include <utility>

#include "sotto/recommend/evaluation/lists.h"

namespace sotto::recommend {

std::vector<Engagement> HistoryOf(const Interactions& train, uint32_t user) {
  const auto items = train.ItemsOf(user);
  const auto weights = train.WeightsOf(user);
  std::vector<Engagement> history;
  history.reserve(items.size());
  for (size_t i = 0; i < items.size(); ++i) history.push_back({items[i], weights[i]});
  return history;
}

Judge::Judge(const Split& split, uint32_t k, std::vector<bool> candidates)
    : split_(&split),
      k_(k),
      candidates_(std::move(candidates)),
      candidate_count_(split.train.items()),
      exclude_(std::make_unique<bool[]>(split.train.items())) {
  if (candidates_.empty()) return;
  candidate_count_ = 0;
  for (uint32_t item = 0; item < split.train.items(); ++item) {
    exclude_[item] = !candidates_[item];
    if (candidates_[item]) ++candidate_count_;
  }
}

void Judge::Mark(const TestCase& one, bool value) {
  const auto mark = [&](uint32_t item) {
    if (candidates_.empty() || candidates_[item]) exclude_[item] = value;
  };
  for (const uint32_t item : split_->train.ItemsOf(one.user)) mark(item);
  for (const uint32_t item : one.aside) mark(item);
}

Verdict Judge::Full(const TestCase& one, std::span<const float> scores) {
  Mark(one, true);
  const std::span<const bool> exclude(exclude_.get(), scores.size());
  const auto is_candidate = [&](uint32_t item) { return candidates_.empty() || candidates_[item]; };
  const auto left_out = std::ranges::count_if(split_->train.ItemsOf(one.user), is_candidate) +
                        std::ranges::count_if(one.aside, is_candidate);
  Verdict verdict;
  verdict.accuracy =
      AccuracyAt(PlacesOf(one.items, scores, exclude), candidate_count_ - static_cast<uint32_t>(left_out), k_);
  verdict.list = TopK(scores, exclude, k_);
  Mark(one, false);
  return verdict;
}

Accuracy Judge::Sampled(const TestCase& one, std::span<const uint32_t> negatives, std::span<const float> scores) const {
  std::vector<float> few = {scores[one.items.front()]};
  for (const uint32_t negative : negatives) few.push_back(scores[negative]);
  const uint32_t first = 0;
  return AccuracyAt(PlacesOf({&first, 1}, few, {}), static_cast<uint32_t>(few.size()), k_);
}

}  // namespace sotto::recommend
