// EASE with few weights for each item, as a model: for catalogues of tens of thousands of items. H. Steck, "Markov
// Random Fields for Collaborative Filtering", NeurIPS 2019.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sotto/recommend/model.h"
#include "sotto/recommend/models/ease_sparse_fit.h"

namespace sotto::recommend {

// score[i] = sum over the history of weight * weights(item, i), in double precision in the history's order.
class EaseSparseModel final : public Model {
 public:
  static constexpr std::string_view kKind = "ease-sparse";

  // On the 0/1 matrix: weights and times of the interactions are not used. Errors: those of FitEaseSparse.
  static Result<EaseSparseModel> Fit(const Interactions& interactions, const EaseSparseOptions& options);

  // kInvalidArgument if `weights` has no row, is not as SparseWeights says, or holds an item without a row.
  static Result<EaseSparseModel> Create(SparseWeights weights);

  // For each item a u32: how many weights its row has; then all rows one after another, each as u32 items and as f32
  // weights. Errors: kTruncated, kMalformed for what Create refuses.
  static Result<EaseSparseModel> Read(ByteReader& in, uint32_t items);

  const SparseWeights& weights() const { return weights_; }

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return static_cast<uint32_t>(weights_.begin.size() - 1); }
  // The engagement with the largest positive term of the score.
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

 private:
  EaseSparseModel() = default;
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

  SparseWeights weights_;
};

}  // namespace sotto::recommend
