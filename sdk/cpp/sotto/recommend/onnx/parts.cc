#include "sotto/recommend/onnx/parts.h"

#include <string>

namespace sotto::recommend::onnx {

Status CheckSizes(std::initializer_list<SizeCheck> checks) {
  for (const SizeCheck& check : checks) {
    if (check.size == check.expected && check.size > 0) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "the model's matrices do not fit together: one has " + std::to_string(check.size) +
                     " rows or columns, another " + std::to_string(check.expected) + ".",
                 ""};
  }
  return {};
}

void AddHistory(Graph& graph) {
  graph.Input("items", Element::kInt64, {"n"});
  graph.Input("weights", Element::kFloat, {"n"});
}

void AddItemInput(const Matrix& table, const Matrix& item_bias, Graph& graph) {
  graph.Input("items", Element::kInt64, {"n"});
  AddMatrix("item_table", table, graph);
  graph.Constant("item_bias", {item_bias.size()}, Flat(item_bias));
  graph.Node("Gather", {"item_table", "items"}, {"rows"});
  graph.Node("Gather", {"item_bias", "items"}, {"bias"});
}

void AddItemOutput(int64_t dimensions, Graph& graph) {
  graph.Output("vectors", Element::kFloat, {"n", dimensions});
  graph.Output("bias", Element::kFloat, {"n"});
}

void AddScores(const Matrix& vectors, const Matrix& item_bias, Graph& graph) {
  const Matrix transposed = vectors.transpose();
  AddMatrix("vectors", transposed, graph);
  graph.Constant("item_bias", {item_bias.size()}, Flat(item_bias));
  const int64_t first[] = {0};
  graph.Constant("first_axis", {1}, first);
  graph.Node("MatMul", {"user", "vectors"}, {"products"});
  graph.Node("Add", {"products", "item_bias"}, {"row_of_scores"});
  graph.Node("Squeeze", {"row_of_scores", "first_axis"}, {"scores"});
  graph.Output("scores", Element::kFloat, {item_bias.size()});
}

}  // namespace sotto::recommend::onnx
