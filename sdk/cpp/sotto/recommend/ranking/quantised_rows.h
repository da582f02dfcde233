// Content vectors in one byte a column, with exact dot products: a quarter of the memory of floats, and integer sums,
// which have one value whatever the order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

// A direction in the space of the rows: at most 12 bits a column.
struct QuantisedQuery {
  std::vector<int16_t> values;  // as many as the padded columns; -2,047 to 2,047
  float scale = 0;              // value times scale is the component
};

class QuantisedRows {
 public:
  static constexpr size_t kMaxColumns = 8192;  // 8,192 * 127 * 2,047 fits 31 bits: no sum overflows

  QuantisedRows() = default;
  // Each row by its own scale: round(value / largest magnitude * 127), ties to even.
  // Errors: kInvalidArgument if a value is not finite; kResourceExhausted above kMaxColumns.
  static Result<QuantisedRows> Create(const Matrix& rows);

  size_t rows() const { return scales_.size(); }
  size_t columns() const { return columns_; }

  // Adds weight * row to `sum`, which has columns() entries.
  void AddTo(size_t row, double weight, std::span<double> sum) const;
  // Precondition: direction.size() == columns(), all finite.
  QuantisedQuery Quantise(std::span<const double> direction) const;
  // Precondition: query from Quantise of rows of this many columns.
  float Dot(size_t row, const QuantisedQuery& query) const;
  // out[row] = Dot(row, query), for all. Precondition: out.size() == rows().
  void DotAll(const QuantisedQuery& query, std::span<float> out) const;
  // The row as a query: a dot product with it is that of two rows; of unit rows, their cosine within about 0.01.
  QuantisedQuery QueryOf(size_t row) const;

 private:
  size_t columns_ = 0;
  size_t stride_ = 0;           // columns, padded to whole vectors with zeros
  std::vector<int8_t> values_;  // rows x stride
  std::vector<float> scales_;   // of each row
};

}  // namespace sotto::recommend
