// Popularity: what most viewers took, the same for everybody. The baseline that every other model has to beat, and what
// is shown to a viewer without a history.
#pragma once

#include <vector>

#include "sotto/recommend/model.h"

namespace sotto::recommend {

struct PopularityOptions {
  // In the unit of the interactions' times, > 0: an interaction that is this much older than the newest counts half.
  // 0: all count 1, and the score is the number of users.
  double half_life = 0;
};

class PopularityModel final : public Model {
 public:
  // Errors: kInvalidArgument if half_life is negative or not finite, or is given where the interactions have no times.
  static Result<PopularityModel> Fit(const Interactions& interactions, const PopularityOptions& options);

  // items f32. Errors: kTruncated, kMalformed for bytes left over or a score that is negative or not finite.
  static Result<PopularityModel> Read(ByteReader& in, uint32_t items);

  std::string_view kind() const override { return "popularity"; }
  uint32_t items() const override { return static_cast<uint32_t>(scores_.size()); }
  void Write(ByteWriter& out) const override;

 protected:
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override;

 private:
  explicit PopularityModel(std::vector<float> scores) : scores_(std::move(scores)) {}

  std::vector<float> scores_;
};

}  // namespace sotto::recommend
