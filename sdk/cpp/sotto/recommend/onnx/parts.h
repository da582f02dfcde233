// What the exports have in common. Internal to this folder.
#pragma once

#include <string_view>
#include <utility>

#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/onnx/graph.h"

namespace sotto::recommend::onnx {

// The numbers of a matrix as a constant of two dimensions, or of one.
inline std::span<const float> Flat(const Matrix& matrix) {
  return {matrix.data(), static_cast<size_t>(matrix.size())};
}
inline void AddMatrix(std::string_view name, const Matrix& matrix, Graph& graph) {
  graph.Constant(name, {matrix.rows(), matrix.cols()}, Flat(matrix));
}

// One size that several matrices must have.
struct SizeCheck {
  Eigen::Index size;
  Eigen::Index expected;
};
Status CheckSizes(std::initializer_list<SizeCheck> checks);

// items and weights, as every user tower takes them.
void AddHistory(Graph& graph);

// items -> `vectors`, `bias`, given `table` (items x dimensions) and `item_bias`; the tower in between is the caller's.
void AddItemInput(const Matrix& table, const Matrix& item_bias, Graph& graph);
void AddItemOutput(int64_t dimensions, Graph& graph);

// `user` times the vectors of all items, plus their bias -> `scores`. `vectors` is items x dimensions.
void AddScores(const Matrix& vectors, const Matrix& item_bias, Graph& graph);

}  // namespace sotto::recommend::onnx
