#include "sotto/recommend/models/taste.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/models/finite.h"
#include "sotto/recommend/models/take_array.h"

namespace sotto::recommend {
namespace {

constexpr double kLeastPopularity = 1e-6;  // of the largest
constexpr double kLeastShare = 1e-6;       // of a feature
constexpr float kMostWeight = 1e6F;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message), ""};
}

std::span<const float> RowOf(const Matrix& matrix, size_t row) {
  const auto columns = static_cast<size_t>(matrix.cols());
  return {matrix.data() + row * columns, columns};
}

Status CheckHead(const TasteParts& parts) {
  const size_t items = parts.popularity.size();
  const auto head = static_cast<Eigen::Index>(parts.head.size());
  if (parts.head.size() > kMaxHead || parts.head_weights.rows() != head || parts.head_weights.cols() != head) {
    return Invalid("the head has " + std::to_string(parts.head.size()) + " items and weights of " +
                   std::to_string(parts.head_weights.rows()) + " x " + std::to_string(parts.head_weights.cols()) + ".");
  }
  if (!parts.head_weights.allFinite()) return Invalid("a weight of the head is NaN or infinite.");
  std::vector<bool> seen(items, false);
  for (const uint32_t item : parts.head) {
    if (item >= items || seen[item]) return Invalid("the head names item " + std::to_string(item) + " wrongly.");
    seen[item] = true;
  }
  return {};
}

Status Check(const TasteParts& parts) {
  const size_t items = parts.popularity.size();
  if (items == 0) return Invalid("there are no items.");
  if (!std::ranges::all_of(parts.popularity, [](float one) { return std::isfinite(one) && one >= 0; })) {
    return Invalid("an item's popularity is negative or not finite.");
  }
  const Matrix& memberships = parts.memberships;
  if (memberships.rows() != static_cast<Eigen::Index>(items) ||
      memberships.cols() > static_cast<Eigen::Index>(kMaxMemberships)) {
    return Invalid("memberships are " + std::to_string(memberships.rows()) + " x " +
                   std::to_string(memberships.cols()) + ", there are " + std::to_string(items) + " items.");
  }
  // As "not within", so that NaN is refused.
  if (!std::ranges::all_of(memberships.reshaped(), [](float one) { return one >= 0 && one <= 1; })) {
    return Invalid("a membership is not from 0 to 1.");
  }
  if (!(parts.prior > 0 && parts.prior <= kMostWeight && parts.affinity >= 0 && parts.affinity <= kMostWeight)) {
    return Invalid("prior or affinity is out of range.");
  }
  return CheckHead(parts);
}

Status ReadFloats(ByteReader& in, uint64_t count, std::span<float> out) {
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, TakeArray(in, count, sizeof(float)));
  ByteReader values(raw);
  for (float& value : out) {
    SOTTO_ASSIGN_OR_RETURN(value, values.F32());
  }
  return {};
}

// rows x columns, and not a byte is allocated before it is known that they are there.
Result<Matrix> ReadMatrix(ByteReader& in, uint32_t rows, uint32_t columns) {
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, TakeArray(in, uint64_t{rows} * columns, sizeof(float)));
  Matrix matrix(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
  ByteReader values(raw);
  SOTTO_RETURN_IF_ERROR(ReadFloats(values, uint64_t{rows} * columns, {matrix.data(), size_t{rows} * columns}));
  return matrix;
}

}  // namespace

TasteModel::TasteModel(TasteParts parts) : parts_(std::move(parts)) {
  const size_t items = parts_.popularity.size();
  const double largest = *std::ranges::max_element(parts_.popularity);
  std::vector<double> share(items, 1);  // where nobody took anything, all are alike
  if (largest > 0) {
    for (size_t i = 0; i < items; ++i) share[i] = std::max(parts_.popularity[i] / largest, kLeastPopularity);
  }
  double total = 0;
  feature_share_.assign(static_cast<size_t>(parts_.memberships.cols()), 0);
  for (size_t i = 0; i < items; ++i) {
    log_popularity_.push_back(Log(share[i]));
    total += share[i];
    const auto row = RowOf(parts_.memberships, i);
    for (size_t f = 0; f < row.size(); ++f) feature_share_[f] += share[i] * static_cast<double>(row[f]);
  }
  for (double& one : feature_share_) one = std::max(one / total, kLeastShare);
  place_.assign(items, -1);
  for (size_t i = 0; i < parts_.head.size(); ++i) place_[parts_.head[i]] = static_cast<int32_t>(i);
}

Result<TasteModel> TasteModel::Create(TasteParts parts) {
  SOTTO_RETURN_IF_ERROR(Check(parts));
  return TasteModel(std::move(parts));
}

Result<TasteModel> TasteModel::Read(ByteReader& in, uint32_t items) {
  TasteParts parts;
  SOTTO_ASSIGN_OR_RETURN(parts.prior, in.F32());
  SOTTO_ASSIGN_OR_RETURN(parts.affinity, in.F32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t features, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t head, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, TakeArray(in, head, sizeof(uint32_t)));
  ByteReader places(raw);
  for (uint32_t i = 0; i < head; ++i) {
    SOTTO_ASSIGN_OR_RETURN(const uint32_t item, places.U32());
    parts.head.push_back(item);
  }
  SOTTO_ASSIGN_OR_RETURN(const Matrix popularity, ReadMatrix(in, items, 1));
  parts.popularity.assign(popularity.data(), popularity.data() + popularity.size());
  SOTTO_ASSIGN_OR_RETURN(parts.memberships, ReadMatrix(in, items, features));
  SOTTO_ASSIGN_OR_RETURN(parts.head_weights, ReadMatrix(in, head, head));
  SOTTO_RETURN_IF_ERROR(in.ExpectEnd());
  auto model = Create(std::move(parts));
  if (!model.ok()) return Error{ErrorCode::kMalformed, "the taste model: " + model.error().message, ""};
  return model;
}

void TasteModel::Write(ByteWriter& out) const {
  out.F32(parts_.prior);
  out.F32(parts_.affinity);
  out.U32(static_cast<uint32_t>(parts_.memberships.cols()));
  out.U32(static_cast<uint32_t>(parts_.head.size()));
  for (const uint32_t item : parts_.head) out.U32(item);
  for (const float one : parts_.popularity) out.F32(one);
  for (const float one : parts_.memberships.reshaped<Eigen::RowMajor>()) out.F32(one);
  for (const float one : parts_.head_weights.reshaped<Eigen::RowMajor>()) out.F32(one);
}

std::optional<size_t> TasteModel::Because(std::span<const Engagement> history, uint32_t item) const {
  std::optional<size_t> most;
  if (place_[item] < 0) return most;
  double largest = 0;
  for (size_t i = 0; i < history.size(); ++i) {
    if (place_[history[i].item] < 0) continue;
    const double term =
        double{history[i].weight} * static_cast<double>(parts_.head_weights(place_[history[i].item], place_[item]));
    if (term <= largest) continue;
    largest = term;
    most = i;
  }
  return most;
}

void TasteModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  const size_t features = feature_share_.size();
  double total = 0;
  std::vector<double> liked(features, 0);
  std::vector<double> head(parts_.head.size(), 0);
  for (const Engagement& one : history) {
    const double weight = one.weight;
    if (weight > 0) {
      total += weight;
      const auto row = RowOf(parts_.memberships, one.item);
      for (size_t f = 0; f < features; ++f) liked[f] += weight * static_cast<double>(row[f]);
    }
    if (place_[one.item] < 0) continue;
    const auto row = RowOf(parts_.head_weights, static_cast<size_t>(place_[one.item]));
    for (size_t j = 0; j < head.size(); ++j) head[j] += weight * static_cast<double>(row[j]);
  }
  for (size_t f = 0; f < features; ++f) {
    const double expected = feature_share_[f];
    liked[f] = Log((liked[f] + double{parts_.prior} * expected) / ((total + double{parts_.prior}) * expected));
  }
  const double scale = double{parts_.affinity} / std::sqrt(std::max(total, 1.0));
  for (size_t j = 0; j < scores.size(); ++j) {
    double score = log_popularity_[j];
    const auto row = RowOf(parts_.memberships, j);
    for (size_t f = 0; f < features; ++f) score += static_cast<double>(row[f]) * liked[f];
    if (place_[j] >= 0) score += scale * head[static_cast<size_t>(place_[j])];
    scores[j] = ToFiniteFloat(score);
  }
}

}  // namespace sotto::recommend
