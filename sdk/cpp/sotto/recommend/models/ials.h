// iALS: matrix factorisation of implicit feedback by alternating least squares.
//   Y. Hu, Y. Koren, C. Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008: the model, the
//     fold-in of a user, the explanation (section 5)
//   S. Rendle, W. Krichene, L. Zhang, Y. Koren, "Revisiting the Performance of iALS on Item Recommendation Benchmarks",
//     RecSys 2022: the loss as it is written here (eq. 3) and its regularisation by frequency (eq. 4)
//   S. Rendle, W. Krichene, L. Zhang, Y. Koren, "iALS++: Speeding up Matrix Factorization with Subspace Optimization",
//     arXiv:2110.14044, 2021: blocks of dimensions
//
// The loss, of which each half of an epoch minimises one side:
//   sum over pairs (u, i) of weight (1 - w_u.h_i)^2  +  unobserved_weight * sum over all u, i of (w_u.h_i)^2
//     + sum over u of lambda_u |w_u|^2  +  sum over i of lambda_i |h_i|^2
//   lambda_u = regularisation * (pairs of u + unobserved_weight * items)^regularisation_exponent, lambda_i likewise
// The model keeps the items' factors alone. A viewer's are solved for when they are needed, from the viewer's history.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "sotto/recommend/factors/fold_in.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"
#include "sotto/recommend/parallel.h"

namespace sotto::recommend {

inline constexpr uint32_t kMaxRank = 1024;

struct IalsEpoch {
  uint32_t epoch = 0;          // from 1
  std::optional<double> loss;  // if it was asked for
};

// Defaults: those published for MovieLens 1M with rank 192, except for rank and block.
struct IalsOptions {
  uint32_t rank = 128;   // 1 to kMaxRank
  uint32_t epochs = 12;  // 1 to 1,000
  FoldInOptions loss;    // of fitting and of scoring alike
  // Dimensions that are solved at once, rounded up to a multiple of 16; 0: all, which is plain ALS. Blocks take less
  // time an epoch, and on MovieLens 1M no more epochs to the same loss.
  uint32_t block = 32;
  bool weighted = false;       // a pair counts by its weight, not as 1
  float initial_scale = 0.1F;  // factors start with a standard deviation of initial_scale / sqrt(rank); 0.0001 to 10
  uint64_t seed = 1;           // of the start
  Parallel parallel;           // changes no result
  std::function<void(const IalsEpoch&)> on_epoch;  // called after each epoch, where there is one
  bool compute_loss = false;                       // for on_epoch; a few hundredths of an epoch's time
};

class IalsModel final : public Model {
 public:
  static constexpr std::string_view kKind = "ials";

  // Deterministic on one machine for one seed; between platforms within rounding, since the fastest instructions that a
  // machine has are used. Time about epochs * pairs * rank * block / 2 multiply-adds (block: at most the rank).
  // Errors: kInvalidArgument for options out of range, without users or items, or if the factors leave the range of a
  // float.
  static Result<IalsModel> Fit(const Interactions& interactions, const IalsOptions& options);

  // `factors` items x rank. kInvalidArgument for a rank or options out of range, or a factor that is not finite or
  // above 1e6 in magnitude.
  static Result<IalsModel> Create(Matrix factors, const FoldInOptions& loss);

  // u32 rank, f32 unobserved_weight, regularisation, regularisation_exponent, then items x rank f32 row by row.
  // Errors: kTruncated, kMalformed for what Create refuses.
  static Result<IalsModel> Read(ByteReader& in, uint32_t items);

  const Matrix& factors() const { return fold_in_.factors(); }
  const FoldIn& fold_in() const { return fold_in_; }

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return fold_in_.items(); }
  // By Hu et al., section 5; as much work as Score.
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

 private:
  explicit IalsModel(FoldIn fold_in) : fold_in_(std::move(fold_in)) {}
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

  FoldIn fold_in_;
};

}  // namespace sotto::recommend
