// Content: a viewer likes what resembles what they liked. The score of an item is the weighted mean cosine of its
// content vector (content.h) with those of the history: sum(weight * cosine) / sum(|weight|). It learns from no viewer
// at all, so it ranks a product first seen now (P. Lops, M. de Gemmis, G. Semeraro, "Content-based Recommender Systems:
// State of the Art and Trends", Recommender Systems Handbook, 2011).
#pragma once

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

class ContentModel final : public Model {
 public:
  static constexpr std::string_view kKind = "content";

  // `vectors` are the items' rows as ContentVectors makes them: of length 1, or zeros.
  // Errors: kInvalidArgument for a row that is neither (within 1e-3) or not finite, more than 16,384 columns or more
  // than kMaxItems rows.
  static Result<ContentModel> Fit(Matrix vectors);

  // u32 columns, then items x columns f32. Errors: kTruncated, kMalformed for what Fit refuses or bytes left over.
  static Result<ContentModel> Read(ByteReader& in, uint32_t items);

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return static_cast<uint32_t>(vectors_.rows()); }
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

  const Matrix& vectors() const { return vectors_; }

 protected:
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

 private:
  explicit ContentModel(Matrix vectors) : vectors_(std::move(vectors)) {}
  std::span<const float> Row(uint32_t item) const {
    const auto columns = static_cast<size_t>(vectors_.cols());
    return {vectors_.data() + item * columns, columns};
  }

  Matrix vectors_;
};

}  // namespace sotto::recommend
