#include "sotto/recommend/models/sparse_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sotto/base/deterministic_math.h"

namespace sotto::recommend {

SparseRows RowsOf(const Interactions& interactions) {
  SparseRows matrix;
  matrix.columns = interactions.items();
  matrix.column.reserve(interactions.size());
  matrix.value.reserve(interactions.size());
  std::vector<uint32_t> order;
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto items = interactions.ItemsOf(user);
    const auto weights = interactions.WeightsOf(user);
    order.resize(items.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](uint32_t i) { return items[i]; });
    for (const uint32_t i : order) {
      matrix.column.push_back(items[i]);
      matrix.value.push_back(weights[i]);
    }
    matrix.begin.push_back(matrix.column.size());
  }
  return matrix;
}

SparseRows Transposed(const SparseRows& matrix) {
  SparseRows turned;
  turned.columns = matrix.rows();
  turned.begin.assign(size_t{matrix.columns} + 1, 0);
  for (const uint32_t column : matrix.column) ++turned.begin[size_t{column} + 1];
  std::partial_sum(turned.begin.begin(), turned.begin.end(), turned.begin.begin());
  turned.column.resize(matrix.column.size());
  turned.value.resize(matrix.value.size());
  std::vector<size_t> place(turned.begin.begin(), turned.begin.end() - 1);
  for (uint32_t row = 0; row < matrix.rows(); ++row) {
    for (size_t i = matrix.begin[row]; i < matrix.begin[row + 1]; ++i) {
      const size_t to = place[matrix.column[i]]++;
      turned.column[to] = row;
      turned.value[to] = matrix.value[i];
    }
  }
  return turned;
}

void NormaliseRows(SparseRows& matrix) {
  for (uint32_t row = 0; row < matrix.rows(); ++row) {
    const auto values =
        std::span<float>(matrix.value).subspan(matrix.begin[row], matrix.begin[row + 1] - matrix.begin[row]);
    double squares = 0;
    for (const float value : values) squares += double{value} * value;
    if (squares == 0) continue;
    const double length = std::sqrt(squares);
    for (float& value : values) value = static_cast<float>(value / length);
  }
}

Result<Bm25> Bm25::Create(const SparseRows& matrix, const Bm25Options& options) {
  if (!(options.k1 >= 0 && options.k1 <= 1000)) {
    return Error{ErrorCode::kInvalidArgument, "k1 is out of range.", "It must be from 0 to 1000."};
  }
  if (!(options.b >= 0 && options.b <= 1)) {
    return Error{ErrorCode::kInvalidArgument, "b is out of range.", "It must be from 0 to 1."};
  }
  Bm25 made;
  made.options_ = options;
  double sum = 0;
  for (const float value : matrix.value) sum += std::fabs(value);
  if (sum > 0) made.mean_length_ = sum / matrix.rows();
  std::vector<uint32_t> counts(matrix.columns, 0);
  for (const uint32_t column : matrix.column) ++counts[column];
  const double log_rows = Log(std::max(1U, matrix.rows()));
  for (const uint32_t count : counts) made.idf_.push_back(log_rows - Log(1.0 + count));
  return made;
}

void Bm25::Weigh(std::span<const uint32_t> columns, std::span<float> values) const {
  double length = 0;
  for (const float value : values) length += std::fabs(value);
  const double saturation = options_.k1 * (1.0 - options_.b + options_.b * length / mean_length_);
  for (size_t i = 0; i < values.size(); ++i) {
    const double magnitude = std::fabs(values[i]);
    if (magnitude == 0) continue;
    values[i] = static_cast<float>(values[i] * (options_.k1 + 1.0) / (saturation + magnitude) * idf_[columns[i]]);
  }
}

void Bm25::Weigh(SparseRows& matrix) const {
  for (uint32_t row = 0; row < matrix.rows(); ++row) {
    const size_t begin = matrix.begin[row];
    Weigh(matrix.ColumnsOf(row), std::span<float>(matrix.value).subspan(begin, matrix.begin[row + 1] - begin));
  }
}

}  // namespace sotto::recommend
