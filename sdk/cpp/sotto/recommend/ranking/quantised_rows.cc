#include "sotto/recommend/ranking/quantised_rows.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace sotto::recommend {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kStep = 16;  // columns are padded to a multiple of it
constexpr double kRowLimit = 127;
constexpr double kQueryLimit = 2047;

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

int32_t IntegerDot(const int8_t* row, const int16_t* query, size_t stride) {
  int32_t sum = 0;
  for (size_t i = 0; i < stride; ++i) sum += int32_t{row[i]} * int32_t{query[i]};
  return sum;
}

#else

// How the products are paired differs between targets; of integers the sum does not.
int32_t IntegerDot(const int8_t* row, const int16_t* query, size_t stride) {
  const hn::FixedTag<int16_t, kStep / 2> words;
  const hn::Rebind<int8_t, decltype(words)> bytes;
  const hn::FixedTag<int32_t, kStep / 4> sums;
  auto one = hn::Zero(sums);
  auto two = hn::Zero(sums);
  auto rest = hn::Zero(sums);
  const auto add = [&](size_t i, auto& sum) {
    const auto values = hn::PromoteTo(words, hn::LoadU(bytes, row + i));
    sum = hn::ReorderWidenMulAccumulate(sums, values, hn::LoadU(words, query + i), sum, rest);
  };
  for (size_t i = 0; i < stride; i += kStep) {
    add(i, one);
    add(i + kStep / 2, two);
  }
  return hn::GetLane(hn::SumOfLanes(sums, hn::Add(hn::Add(one, two), rest)));
}

#endif

}  // namespace

Result<QuantisedRows> QuantisedRows::Create(const Matrix& rows) {
  QuantisedRows made;
  made.columns_ = static_cast<size_t>(rows.cols());
  if (made.columns_ > kMaxColumns) {
    return Error{ErrorCode::kResourceExhausted,
                 "content vectors of " + std::to_string(made.columns_) + " columns, more than 8192.", ""};
  }
  made.stride_ = (made.columns_ + kStep - 1) / kStep * kStep;
  const auto count = static_cast<size_t>(rows.rows());
  made.values_.assign(count * made.stride_, 0);
  made.scales_.assign(count, 0);
  for (size_t row = 0; row < count; ++row) {
    const float* values = rows.data() + row * made.columns_;
    double largest = 0;
    for (size_t column = 0; column < made.columns_; ++column) {
      if (!std::isfinite(values[column])) {
        return Error{ErrorCode::kInvalidArgument,
                     "the content vector of product " + std::to_string(row) + " is not finite.", ""};
      }
      largest = std::max(largest, std::fabs(static_cast<double>(values[column])));
    }
    if (largest == 0) continue;
    made.scales_[row] = static_cast<float>(largest / kRowLimit);
    int8_t* quantised = made.values_.data() + row * made.stride_;
    for (size_t column = 0; column < made.columns_; ++column) {
      quantised[column] =
          static_cast<int8_t>(std::nearbyint(static_cast<double>(values[column]) / largest * kRowLimit));
    }
  }
  return made;
}

void QuantisedRows::AddTo(size_t row, double weight, std::span<double> sum) const {
  const int8_t* values = values_.data() + row * stride_;
  const double scale = weight * static_cast<double>(scales_[row]);
  for (size_t column = 0; column < columns_; ++column) sum[column] += scale * values[column];
}

QuantisedQuery QuantisedRows::Quantise(std::span<const double> direction) const {
  QuantisedQuery query;
  query.values.assign(stride_, 0);
  double largest = 0;
  for (const double value : direction) largest = std::max(largest, std::fabs(value));
  if (largest == 0) return query;
  query.scale = static_cast<float>(largest / kQueryLimit);
  for (size_t column = 0; column < columns_; ++column) {
    query.values[column] = static_cast<int16_t>(std::nearbyint(direction[column] / largest * kQueryLimit));
  }
  return query;
}

float QuantisedRows::Dot(size_t row, const QuantisedQuery& query) const {
  const int32_t dot = IntegerDot(values_.data() + row * stride_, query.values.data(), stride_);
  return static_cast<float>(dot) * scales_[row] * query.scale;
}

void QuantisedRows::DotAll(const QuantisedQuery& query, std::span<float> out) const {
  for (size_t row = 0; row < rows(); ++row) out[row] = Dot(row, query);
}

QuantisedQuery QuantisedRows::QueryOf(size_t row) const {
  const int8_t* values = values_.data() + row * stride_;
  return {.values = std::vector<int16_t>(values, values + stride_), .scale = scales_[row]};
}

}  // namespace sotto::recommend
