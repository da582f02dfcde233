// BPR-MF: matrix factorisation that ranks pairs of items. S. Rendle, C. Freudenthaler, Z. Gantner, L. Schmidt-Thieme,
// "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009, section 4.3.1 and LearnBPR (figure 4).
//
// Fitting maximises, by stochastic gradient steps over pairs (u, i) that are there and items j that u has not,
//   ln sigmoid(s_ui - s_uj) - regularisation / 2 (|w_u|^2 + |h_i|^2 + |h_j|^2 + b_i^2 + b_j^2),   s_ui = w_u.h_i + b_i
// The model keeps the items' factors and biases. The paper has no answer for a viewer who was not there: the viewer's
// factors are solved for by the least squares of iALS (fold_in.h) on the items' factors without biases, brought to the
// length that the factors of users had on average, so that biases weigh as much as they did in fitting.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sotto/recommend/factors/fold_in.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

struct BprOptions {
  uint32_t rank = 64;            // 1 to kMaxRank
  uint32_t epochs = 60;          // 1 to 1,000; as many steps each as there are pairs
  float rate = 0.05F;            // of learning, above 0, at most 1
  float regularisation = 0.01F;  // 0 to 1
  FoldInOptions loss;            // of scoring alone
  float initial_scale = 0.1F;    // factors start with a standard deviation of initial_scale / sqrt(rank); 0.0001 to 10
  uint64_t seed = 1;             // of the start, and of what is drawn
  std::function<void(uint32_t epoch)> on_epoch;  // called after each epoch, where there is one
};

class BprModel final : public Model {
 public:
  static constexpr std::string_view kKind = "bpr";

  // Deterministic on one build for one seed, on one thread: every step sees the one before it. Weights and times of the
  // interactions are not used. Time about epochs * pairs * 6 * rank multiply-adds.
  // Errors: kInvalidArgument for options out of range, without users or items, or if the factors leave their range.
  static Result<BprModel> Fit(const Interactions& interactions, const BprOptions& options);

  // `factors` items x rank, one bias for each item, the average length of users' factors (0 to 1e6).
  // kInvalidArgument for what is out of range, not finite, or above 1e6 in magnitude.
  static Result<BprModel> Create(Matrix factors, std::vector<float> biases, float user_length,
                                 const FoldInOptions& loss);

  // f32 user_length, a f32 bias for each item, then the factors as of factors/factor_file.h.
  // Errors: kTruncated, kMalformed for what Create refuses.
  static Result<BprModel> Read(ByteReader& in, uint32_t items);

  const Matrix& factors() const { return fold_in_.factors(); }
  const std::vector<float>& biases() const { return biases_; }
  float user_length() const { return user_length_; }

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return fold_in_.items(); }
  // Of the viewer's part of the score, as for iALS.
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

 private:
  BprModel(FoldIn fold_in, std::vector<float> biases, float user_length)
      : fold_in_(std::move(fold_in)), biases_(std::move(biases)), user_length_(user_length) {}
  static Result<BprModel> Checked(Matrix factors, std::vector<float> biases, float user_length,
                                  const FoldInOptions& loss, ErrorCode code);
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

  FoldIn fold_in_;
  std::vector<float> biases_;
  float user_length_;
};

}  // namespace sotto::recommend
