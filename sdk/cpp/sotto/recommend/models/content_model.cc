#include "sotto/recommend/models/content_model.h"

#include <cmath>
#include <string>
#include <utility>

#include "sotto/recommend/dot.h"
#include "sotto/recommend/models/take_array.h"

namespace sotto::recommend {
namespace {

constexpr uint32_t kMaxColumns = 16'384;
constexpr float kTolerance = 1e-3F;

}  // namespace

Result<ContentModel> ContentModel::Fit(Matrix vectors) {
  if (vectors.cols() > static_cast<Eigen::Index>(kMaxColumns) ||
      vectors.rows() > static_cast<Eigen::Index>(kMaxItems)) {
    return Error{ErrorCode::kInvalidArgument,
                 "vectors is " + std::to_string(vectors.rows()) + " x " + std::to_string(vectors.cols()) + ".",
                 "At most 4000000 x 16384 is taken."};
  }
  ContentModel model(std::move(vectors));
  for (uint32_t item = 0; item < model.items(); ++item) {
    const float squares = Dot(model.Row(item), model.Row(item));
    if (squares == 0 || std::fabs(squares - 1) <= kTolerance) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "row " + std::to_string(item) + " of vectors is neither of length 1 nor zeros.", ""};
  }
  return model;
}

Result<ContentModel> ContentModel::Read(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const uint32_t columns, in.U32());
  if (columns > kMaxColumns) {
    return Error{ErrorCode::kMalformed, "the vectors have " + std::to_string(columns) + " columns, more than 16384.",
                 ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, TakeArray(in, uint64_t{items} * columns, sizeof(float)));
  SOTTO_RETURN_IF_ERROR(in.ExpectEnd());
  ByteReader values(raw);
  Matrix vectors(static_cast<Eigen::Index>(items), static_cast<Eigen::Index>(columns));
  for (float& value : vectors.reshaped<Eigen::RowMajor>()) {
    SOTTO_ASSIGN_OR_RETURN(value, values.F32());
  }
  auto model = Fit(std::move(vectors));
  if (!model.ok()) return Error{ErrorCode::kMalformed, model.error().message, model.error().hint};
  return model;
}

void ContentModel::Write(ByteWriter& out) const {
  out.U32(static_cast<uint32_t>(vectors_.cols()));
  for (const float value : vectors_.reshaped<Eigen::RowMajor>()) out.F32(value);
}

void ContentModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  double sum = 0;
  for (const Engagement& one : history) sum += std::fabs(one.weight);
  if (sum == 0) return;  // nobody to resemble
  std::vector<float> direction(static_cast<size_t>(vectors_.cols()), 0);
  for (const Engagement& one : history) {
    const auto share = static_cast<float>(one.weight / sum);
    const auto row = Row(one.item);
    for (size_t column = 0; column < row.size(); ++column) direction[column] += share * row[column];
  }
  for (uint32_t item = 0; item < items(); ++item) scores[item] = Dot(direction, Row(item));
}

std::optional<size_t> ContentModel::Because(std::span<const Engagement> history, uint32_t item) const {
  std::optional<size_t> most;
  double largest = 0;
  for (size_t i = 0; i < history.size(); ++i) {
    const double part = double{history[i].weight} * Dot(Row(history[i].item), Row(item));
    if (part > largest) {
      largest = part;
      most = i;
    }
  }
  return most;
}

}  // namespace sotto::recommend
