// Holding a part of what is known back, to measure what was learned from the rest.
//
// A model is fitted on `train` alone. What was held back is not used for anything else, and not to leave something out
// either: negatives that are drawn while training come from all items that the user has not in `train`. Drawing them
// from the items that the user has not at all tells the model which of those were held back.
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/recommend/interactions.h"

namespace sotto::recommend {

// One user to be ranked for.
struct TestCase {
  uint32_t user = 0;
  std::vector<uint32_t> items = {};  // held back: ascending, each once, none of them in the user's training items
  std::vector<uint32_t> aside = {};  // held back as well, but neither looked for nor a rival; likewise
};

struct Split {
  Interactions train;
  std::vector<TestCase> test;  // by user; each has an item
  size_t left_out = 0;         // interactions that are in neither
};

// All functions: the users and items keep their numbers. A user with no item to spare is in `train` alone.
// The errors of those that draw include those of `random`.

// Each user's newest item; of the newest ones the last of their order, which means something only if the data has
// times.
Result<Split> LeaveLastOut(const Interactions& interactions);

// One uniformly random item of each user.
Result<Split> LeaveRandomOut(const Interactions& interactions, RandomSource& random);

// A uniformly random `fraction` of each user's items, rounded down. kInvalidArgument unless 0 < fraction < 1.
Result<Split> HoldOutFraction(const Interactions& interactions, double fraction, RandomSource& random);

// Everything that is newer than the `quantile` of all times, as it is in use: what is trained on lies wholly before
// what is tested (Y. Ji, A. Sun, J. Zhang, C. Li, "A Critical Study on Data Leakage in Recommender System Offline
// Evaluation", ACM TOIS 41(3), 2023). Of users who come later only, nobody knows a history: they are left out.
// kInvalidArgument unless 0 < quantile < 1, or if the interactions have no times.
Result<Split> SplitByTime(const Interactions& interactions, double quantile);

struct NewItemSplit {
  Split split;
  std::vector<bool> is_new;  // of each item
};

// A uniformly random `fraction` of the items, at least one, is new: no interaction with them is in `train`. Each user
// who has new items is tested on one of them at random, the others are put aside.
// kInvalidArgument unless 0 < fraction < 1.
Result<NewItemSplit> HoldOutItems(const Interactions& interactions, double fraction, RandomSource& random);

// A split that was made elsewhere. A test pair that is also in `train` is taken out of `train`.
// kInvalidArgument if the two have other numbers of users or items.
Result<Split> GivenSplit(const Interactions& train, const Interactions& test);

}  // namespace sotto::recommend
