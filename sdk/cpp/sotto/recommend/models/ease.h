// EASE as a model: dense item-item weights. Small and strong where a room has at most some thousand products.
// H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sotto/recommend/model.h"
#include "sotto/recommend/models/ease_fit.h"

namespace sotto::recommend {

// score[i] = sum over the history of weight * weights(item, i), in double precision in the history's order.
class EaseModel final : public Model {
 public:
  static constexpr std::string_view kKind = "ease";

  // On the 0/1 matrix: weights and times of the interactions are not used. Memory 4 + 16 bytes for each pair of items.
  // Errors: kInvalidArgument without items, and those of FitEase.
  static Result<EaseModel> Fit(const Interactions& interactions, const EaseOptions& options);

  // `weights` items x items: row j says what having item j means for each item. kInvalidArgument if it is empty, not
  // square or not finite; kResourceExhausted above kMaxEaseItems.
  static Result<EaseModel> Create(Matrix weights);

  // items^2 f32, row by row. Errors: kTruncated, kMalformed (no items, a weight that is not finite),
  // kResourceExhausted above kMaxEaseItems.
  static Result<EaseModel> Read(ByteReader& in, uint32_t items);

  const Matrix& weights() const { return weights_; }

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return static_cast<uint32_t>(weights_.rows()); }
  // The engagement with the largest positive term of the score.
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

 private:
  EaseModel() = default;
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

  Matrix weights_;
};

}  // namespace sotto::recommend
