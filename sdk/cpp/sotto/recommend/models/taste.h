// Popularity, taste and the head's affinities: a ranking of the whole catalogue from statistics that are few and noisy.
// What all viewers have in common comes with the model; what sets this viewer apart is counted where the history is, on
// the device, from what the items are, so that it costs no privacy.
//
//   score[j] = log p_j + sum over f of F_jf log lift_f + (a / sqrt(n)) sum over the history's head items i of h_i D_ij
//   lift_f   = (sum_i h_i F_if + b p_f) / ((n + b) p_f),   p_f = sum_j p_j F_jf / sum_j p_j
//
// p_j is how popular item j is, F what it is: a row of memberships, such as shares of genres and of periods. log lift
// is naive Bayes' log-likelihood ratio of "this viewer likes the feature f" over "anybody does" (P. Lops, M. de Gemmis,
// G. Semeraro, Recommender Systems Handbook, 2011, section 3.4), with b engagements of an average viewer as a prior. D
// are item-item weights of some popular items, the head; the square root keeps long histories from drowning the rest.
// h_i is the engagement's weight, those below 0 count as 0 for taste, and n their sum (1 at least).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

inline constexpr uint32_t kMaxMemberships = 4'096;  // columns
inline constexpr uint32_t kMaxHead = 4'096;

struct TasteParts {
  std::vector<float> popularity;  // one for each item, finite, >= 0; what is below 1e-6 of the largest counts as that
  Matrix memberships;             // items x features, from 0 to 1; a row of zeros: nothing is known
  std::vector<uint32_t> head;     // items, each once
  Matrix head_weights;            // D, head x head, finite; row i says what having item i means
  float prior = 10;               // b, above 0, at most 1e6
  float affinity = 20;            // a, 0 to 1e6
};

class TasteModel final : public Model {
 public:
  static constexpr std::string_view kKind = "taste";

  // kInvalidArgument for parts of other sizes or values than said above, or no items.
  static Result<TasteModel> Create(TasteParts parts);

  // f32 prior, f32 affinity, u32 features, u32 head, head u32 items; then f32: popularity, memberships, head weights,
  // row by row. Errors: kTruncated, kMalformed for what Create refuses or bytes left over.
  static Result<TasteModel> Read(ByteReader& in, uint32_t items);

  const TasteParts& parts() const { return parts_; }

  std::string_view kind() const override { return kKind; }
  uint32_t items() const override { return static_cast<uint32_t>(parts_.popularity.size()); }
  // The engagement with the largest positive term of the third sum; none outside the head.
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override;
  void Write(ByteWriter& out) const override;

 private:
  explicit TasteModel(TasteParts parts);
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

  TasteParts parts_;
  std::vector<double> log_popularity_;
  std::vector<double> feature_share_;  // p_f
  std::vector<int32_t> place_;         // of each item in the head, or -1
};

}  // namespace sotto::recommend
