#include "sotto/recommend/models/bpr.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sotto/recommend/factors/factor_file.h"
#include "sotto/recommend/models/finite.h"

namespace sotto::recommend {
namespace {

constexpr float kMost = 1e6F;

bool InRange(float value) {
  return std::fabs(value) <= kMost;  // false for NaN
}

}  // namespace

Result<BprModel> BprModel::Create(Matrix factors, std::vector<float> biases, float user_length,
                                  const FoldInOptions& loss) {
  return Checked(std::move(factors), std::move(biases), user_length, loss, ErrorCode::kInvalidArgument);
}

Result<BprModel> BprModel::Checked(Matrix factors, std::vector<float> biases, float user_length,
                                   const FoldInOptions& loss, ErrorCode code) {
  SOTTO_RETURN_IF_ERROR(CheckFactors(factors, loss, code));
  if (biases.size() != static_cast<size_t>(factors.rows())) {
    return Error{code, std::to_string(biases.size()) + " biases for " + std::to_string(factors.rows()) + " items.", ""};
  }
  if (!std::ranges::all_of(biases, InRange)) {
    return Error{code, "a bias is not finite, or above 1000000 in magnitude.", ""};
  }
  if (!InRange(user_length) || user_length < 0) {
    return Error{code, "the length of users' factors is not from 0 to 1000000.", ""};
  }
  return BprModel(FoldIn(std::move(factors), loss), std::move(biases), user_length);
}

Result<BprModel> BprModel::Read(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const float user_length, in.F32());
  if (items > in.remaining() / sizeof(float)) {
    return Error{ErrorCode::kTruncated, "the BPR model ends before its biases.", ""};
  }
  std::vector<float> biases(items);
  for (float& bias : biases) {
    SOTTO_ASSIGN_OR_RETURN(bias, in.F32());
  }
  SOTTO_ASSIGN_OR_RETURN(FactorFile file, ReadFactors(in, items));
  return Checked(std::move(file.factors), std::move(biases), user_length, file.loss, ErrorCode::kMalformed);
}

void BprModel::Write(ByteWriter& out) const {
  out.F32(user_length_);
  for (const float bias : biases_) out.F32(bias);
  WriteFactors(fold_in_.factors(), fold_in_.options(), out);
}

void BprModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  std::vector<double> user = fold_in_.UserFactors(history);
  double squares = 0;
  for (const double value : user) squares += value * value;
  const double scale = squares > 0 ? static_cast<double>(user_length_) / std::sqrt(squares) : 0.0;
  // A length so small that its inverse is infinite has no direction to speak of.
  for (double& value : user) value = std::isfinite(scale) ? value * scale : 0.0;
  fold_in_.Score(user, scores);
  for (size_t item = 0; item < scores.size(); ++item) {
    scores[item] = ToFiniteFloat(static_cast<double>(scores[item]) + static_cast<double>(biases_[item]));
  }
}

std::optional<size_t> BprModel::Because(std::span<const Engagement> history, uint32_t item) const {
  return fold_in_.Because(history, item);
}

}  // namespace sotto::recommend
