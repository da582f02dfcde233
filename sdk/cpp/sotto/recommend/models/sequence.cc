#include "sotto/recommend/models/sequence.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "sotto/recommend/neural/dense.h"
#include "sotto/recommend/neural/gru.h"
#include "sotto/recommend/neural/matrix_bytes.h"

namespace sotto::recommend {
namespace {

struct Named {
  const char* name;
  Matrix SequenceParameters::* matrix;
};

// In the order of the struct, which is that of the file.
constexpr std::array kMatrices = {
    Named{"embedding", &SequenceParameters::embedding},
    Named{"input_weight", &SequenceParameters::input_weight},
    Named{"input_bias", &SequenceParameters::input_bias},
    Named{"recurrent_weight", &SequenceParameters::recurrent_weight},
    Named{"recurrent_bias", &SequenceParameters::recurrent_bias},
    Named{"output_weight", &SequenceParameters::output_weight},
    Named{"output_bias", &SequenceParameters::output_bias},
    Named{"item_bias", &SequenceParameters::item_bias},
};

// Rows and columns of each matrix of kMatrices.
std::array<std::pair<Eigen::Index, Eigen::Index>, kMatrices.size()> ShapesOf(Eigen::Index items,
                                                                             Eigen::Index dimensions,
                                                                             Eigen::Index hidden) {
  return {{{items, dimensions},
           {dimensions, 3 * hidden},
           {1, 3 * hidden},
           {hidden, 3 * hidden},
           {1, 3 * hidden},
           {hidden, dimensions},
           {1, dimensions},
           {1, items}}};
}

}  // namespace

Result<SequenceModel> SequenceModel::Create(SequenceParameters parameters, uint32_t length) {
  const SequenceParameters& p = parameters;
  const Eigen::Index items = p.item_bias.cols();
  const Eigen::Index dimensions = p.output_bias.cols();
  const Eigen::Index hidden = p.recurrent_weight.rows();
  if (items == 0 || dimensions == 0 || hidden == 0 || length == 0 || length > kMaxLength) {
    return Error{ErrorCode::kInvalidArgument,
                 "a sequence model without items, dimensions or hidden units, or with a length outside 1 to 1000.", ""};
  }
  const auto shapes = ShapesOf(items, dimensions, hidden);
  for (size_t i = 0; i < kMatrices.size(); ++i) {
    SOTTO_RETURN_IF_ERROR(neural::CheckMatrix(p.*kMatrices[i].matrix, shapes[i].first, shapes[i].second, kMaxParameter,
                                              kMatrices[i].name));
  }
  SequenceModel model;
  model.parameters_ = std::move(parameters);
  model.transposed_embedding_ = model.parameters_.embedding.transpose();
  model.length_ = length;
  return model;
}

Result<SequenceModel> SequenceModel::Read(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const uint32_t dimensions, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t hidden, in.U32());
  SOTTO_ASSIGN_OR_RETURN(const uint32_t length, in.U32());
  if (dimensions == 0 || dimensions > kMaxDimensions || hidden == 0 || hidden > kMaxHidden) {
    return Error{ErrorCode::kMalformed, "the sequence model has a layer of a size out of range.", ""};
  }
  SequenceParameters p;
  const auto shapes = ShapesOf(static_cast<Eigen::Index>(items), static_cast<Eigen::Index>(dimensions),
                               static_cast<Eigen::Index>(hidden));
  for (size_t i = 0; i < kMatrices.size(); ++i) {
    SOTTO_ASSIGN_OR_RETURN(p.*kMatrices[i].matrix, neural::ReadMatrix(shapes[i].first, shapes[i].second, in));
  }
  auto model = Create(std::move(p), length);
  if (model.ok()) return model;
  return Error{ErrorCode::kMalformed, "the sequence model is not valid: " + model.error().message, ""};
}

void SequenceModel::Write(ByteWriter& out) const {
  out.U32(static_cast<uint32_t>(parameters_.output_bias.cols()));
  out.U32(static_cast<uint32_t>(parameters_.recurrent_weight.rows()));
  out.U32(length_);
  for (const Named& named : kMatrices) neural::WriteMatrix(parameters_.*named.matrix, out);
}

Matrix SequenceModel::UserVector(std::span<const Engagement> history) const {
  const SequenceParameters& p = parameters_;
  std::vector<uint32_t> last;  // newest first
  for (size_t i = history.size(); i-- > 0 && last.size() < length_;) {
    if (history[i].weight > 0) last.push_back(history[i].item);
  }
  Matrix state = Matrix::Zero(1, p.recurrent_weight.rows());
  if (!last.empty()) {
    std::ranges::reverse(last);
    Matrix x(static_cast<Eigen::Index>(last.size()), p.embedding.cols());
    for (size_t i = 0; i < last.size(); ++i)
      x.row(static_cast<Eigen::Index>(i)) = p.embedding.row(neural::AsIndex(last[i]));
    const std::vector<size_t> counts(last.size(), 1);
    state = neural::GruForward(x, counts, {p.input_weight, p.input_bias, p.recurrent_weight, p.recurrent_bias})
                .states.bottomRows(1);
  }
  return neural::Dense(state, p.output_weight, p.output_bias);
}

void SequenceModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  const Matrix logits = neural::Dense(UserVector(history), transposed_embedding_, parameters_.item_bias);
  std::copy_n(logits.data(), scores.size(), scores.data());
}

}  // namespace sotto::recommend
