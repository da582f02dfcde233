// LearnBPR: stochastic gradient steps, one pair after another.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/factors/factor_file.h"
#include "sotto/recommend/models/bpr.h"
#include "sotto/recommend/models/ials.h"

namespace sotto::recommend {
namespace {

Status CheckOptions(const Interactions& interactions, const BprOptions& options) {
  const auto refuse = [](const char* name, const char* range) {
    return Error{ErrorCode::kInvalidArgument, std::string(name) + " is out of range.",
                 std::string("It must be ") + range + "."};
  };
  SOTTO_RETURN_IF_ERROR(CheckLoss(options.loss, ErrorCode::kInvalidArgument));
  if (options.rank < 1 || options.rank > kMaxRank) return refuse("rank", "from 1 to 1024");
  if (options.epochs < 1 || options.epochs > 1000) return refuse("epochs", "from 1 to 1000");
  if (!(options.rate > 0 && options.rate <= 1)) return refuse("rate", "above 0 and at most 1");
  if (!(options.regularisation >= 0 && options.regularisation <= 1)) return refuse("regularisation", "from 0 to 1");
  if (!(options.initial_scale >= 1e-4F && options.initial_scale <= 10)) {
    return refuse("initial_scale", "from 0.0001 to 10");
  }
  if (interactions.items() == 0 || interactions.users() == 0) {
    return Error{ErrorCode::kInvalidArgument, "there are no users or no items.", ""};
  }
  return {};
}

// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): two numbers
// are drawn for each step, and nothing secret hangs on them.
class Draws {
 public:
  explicit Draws(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  // Uniform below `bound`, but for a bias of bound / 2^32. Precondition: bound < 2^32.
  size_t Below(size_t bound) { return static_cast<size_t>((Next() >> 32) * uint64_t{bound} >> 32); }
  float Centred() { return static_cast<float>(Next() >> 40) * 0x1p-24F - 0.5F; }

 private:
  uint64_t state_;
};

class Descent {
 public:
  Descent(const Interactions& interactions, const BprOptions& options)
      : data_(interactions),
        options_(options),
        draws_(options.seed),
        users_(interactions.users(), options.rank),
        items_(interactions.items(), options.rank),
        biases_(interactions.items(), 0.0F) {
    const float width = std::sqrt(12.0F / static_cast<float>(options.rank)) * options.initial_scale;
    for (float& value : users_.reshaped<Eigen::RowMajor>()) value = width * draws_.Centred();
    for (float& value : items_.reshaped<Eigen::RowMajor>()) value = width * draws_.Centred();
    for (uint32_t user = 0; user < interactions.users(); ++user) {
      const auto items = interactions.ItemsOf(user);
      for (const uint32_t item : items) pairs_.push_back({user, item});
      owned_.insert(owned_.end(), items.begin(), items.end());
      std::sort(owned_.end() - static_cast<ptrdiff_t>(items.size()), owned_.end());
      begin_.push_back(owned_.size());
    }
  }

  void Epoch() {
    for (size_t step = 0; step < pairs_.size(); ++step) {
      const Pair& pair = pairs_[draws_.Below(pairs_.size())];
      if (const uint32_t other = NotOwned(pair.user); other < data_.items()) Step(pair.user, pair.item, other);
    }
  }

  Result<BprModel> Model() const {
    double lengths = 0;
    double users = 0;
    for (uint32_t user = 0; user < data_.users(); ++user) {
      if (data_.ItemsOf(user).empty()) continue;
      lengths += static_cast<double>(users_.row(static_cast<Eigen::Index>(user)).norm());
      users += 1;
    }
    return BprModel::Create(items_, biases_, users > 0 ? static_cast<float>(lengths / users) : 0.0F, options_.loss);
  }

 private:
  struct Pair {
    uint32_t user;
    uint32_t item;
  };

  // Uniform among the items that the user has not; data_.items() for one who seems to have all.
  uint32_t NotOwned(uint32_t user) {
    constexpr int kTries = 100;
    const auto first = owned_.begin() + static_cast<ptrdiff_t>(begin_[user]);
    const auto last = owned_.begin() + static_cast<ptrdiff_t>(begin_[size_t{user} + 1]);
    for (int i = 0; i < kTries; ++i) {
      const auto item = static_cast<uint32_t>(draws_.Below(data_.items()));
      if (!std::binary_search(first, last, item)) return item;
    }
    return data_.items();
  }

  void Step(uint32_t user, uint32_t item, uint32_t other) {
    const auto rank = static_cast<size_t>(items_.cols());
    float* w = users_.data() + user * rank;
    float* h = items_.data() + item * rank;
    float* g = items_.data() + other * rank;
    float difference = biases_[item] - biases_[other];
    float lanes[8] = {};
    size_t k = 0;
    for (; k + 8 <= rank; k += 8) {
      for (size_t lane = 0; lane < 8; ++lane) lanes[lane] += w[k + lane] * (h[k + lane] - g[k + lane]);
    }
    for (; k < rank; ++k) difference += w[k] * (h[k] - g[k]);
    for (const float lane : lanes) difference += lane;
    const float pull = 1 / (1 + std::exp(difference));  // 1 - sigmoid
    const float rate = options_.rate;
    const float decay = options_.regularisation;
    for (k = 0; k < rank; ++k) {
      const float was = w[k];
      w[k] += rate * (pull * (h[k] - g[k]) - decay * was);
      h[k] += rate * (pull * was - decay * h[k]);
      g[k] += rate * (-pull * was - decay * g[k]);
    }
    biases_[item] += rate * (pull - decay * biases_[item]);
    biases_[other] += rate * (-pull - decay * biases_[other]);
  }

  const Interactions& data_;
  const BprOptions& options_;
  Draws draws_;
  Matrix users_;
  Matrix items_;
  std::vector<float> biases_;
  std::vector<Pair> pairs_;
  std::vector<uint32_t> owned_;  // of each user, in ascending order
  std::vector<size_t> begin_{0};
};

}  // namespace

Result<BprModel> BprModel::Fit(const Interactions& interactions, const BprOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(interactions, options));
  Descent descent(interactions, options);
  for (uint32_t epoch = 1; epoch <= options.epochs; ++epoch) {
    descent.Epoch();
    if (options.on_epoch) options.on_epoch(epoch);
  }
  return descent.Model();
}

}  // namespace sotto::recommend
