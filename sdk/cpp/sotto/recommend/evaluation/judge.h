// One user's ranking against what was held back of them.
//
//   Judge judge(split, {.k = 10});
//   for (const TestCase& one : split.test) {
//     model.Score(HistoryOf(split.train, one.user), scores);
//     const Verdict verdict = judge.Full(one, scores);
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sotto/recommend/evaluation/accuracy.h"
#include "sotto/recommend/evaluation/split.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

// The training items of a user, oldest first, as a model reads them.
std::vector<Engagement> HistoryOf(const Interactions& train, uint32_t user);

struct Verdict {
  Accuracy accuracy;
  std::vector<uint32_t> list;  // the best k candidates
};

// Holds a mark for each item, so that no judgement has to allocate them: one judge for each thread.
class Judge {
 public:
  // `split` must outlive it. `candidates`, if not empty, has a flag for each item: the others are never rivals. What is
  // held back must be a candidate. Precondition: k >= 1.
  Judge(const Split& split, uint32_t k, std::vector<bool> candidates = {});

  // Full ranking: all candidates but the user's training items and what was put aside are rivals (W. Krichene,
  // S. Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020, says why). Precondition: a score for each item.
  Verdict Full(const TestCase& one, std::span<const float> scores);

  // The first held-back item among the given negatives alone, which must not hold it: the protocol of X. He et al.,
  // "Neural Collaborative Filtering", WWW 2017, section 4.1, and of nothing that is to be compared beyond it.
  // Precondition: as above; negatives are items, not empty.
  Accuracy Sampled(const TestCase& one, std::span<const uint32_t> negatives, std::span<const float> scores) const;

 private:
  void Mark(const TestCase& one, bool value);

  const Split* split_;
  uint32_t k_;
  std::vector<bool> candidates_;
  uint32_t candidate_count_;
  std::unique_ptr<bool[]> exclude_;
};

}  // namespace sotto::recommend
