// Sparse matrices in rows, and how the neighbour models weigh them. Internal to sotto/recommend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/interactions.h"

namespace sotto::recommend {

enum class KnnWeighting : uint8_t {
  kCosine = 0,  // rows as they are, of unit length
  kBm25 = 1,    // rows are documents, columns are terms; then of unit length
};

// S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", Foundations and Trends in
// Information Retrieval 3(4), 2009, eq. 3.15:
//   value (k1 + 1) / (k1 (1 - b + b length / mean length) + value) * idf,   length: the sum of the row
// The idf of a column is ln(rows) - ln(1 + rows that have it), as in the library `implicit`.
struct Bm25Options {
  float k1 = 1.2F;  // 0 to 1,000
  float b = 0.75F;  // 0 to 1
};

struct SparseRows {
  uint32_t columns = 0;
  std::vector<size_t> begin{0};  // rows + 1
  std::vector<uint32_t> column;  // ascending within a row
  std::vector<float> value;

  uint32_t rows() const { return static_cast<uint32_t>(begin.size() - 1); }
  std::span<const uint32_t> ColumnsOf(uint32_t row) const {
    return std::span<const uint32_t>(column).subspan(begin[row], begin[row + 1] - begin[row]);
  }
  std::span<const float> ValuesOf(uint32_t row) const {
    return std::span<const float>(value).subspan(begin[row], begin[row + 1] - begin[row]);
  }
};

// users x items.
SparseRows RowsOf(const Interactions& interactions);
SparseRows Transposed(const SparseRows& matrix);

// Divides each row by its length; a row of zeros stays.
void NormaliseRows(SparseRows& matrix);

// What BM25 needs to know of a collection, and how it weighs one document of it.
class Bm25 {
 public:
  // Errors: kInvalidArgument for options out of range.
  static Result<Bm25> Create(const SparseRows& matrix, const Bm25Options& options);

  // In place; `values` belong to `columns`. A negative value weighs as its magnitude does, and stays negative.
  void Weigh(std::span<const uint32_t> columns, std::span<float> values) const;
  void Weigh(SparseRows& matrix) const;

 private:
  Bm25() = default;
  Bm25Options options_;
  double mean_length_ = 1;
  std::vector<double> idf_;
};

}  // namespace sotto::recommend
