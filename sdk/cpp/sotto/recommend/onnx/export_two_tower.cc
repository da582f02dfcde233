#include <array>

#include "sotto/recommend/onnx/export.h"
#include "sotto/recommend/onnx/parts.h"

namespace sotto::recommend::onnx {
namespace {

Status Check(const TwoTowerParameters& p) {
  return CheckSizes({
      {p.user_input.rows(), p.item_bias.size()},
      {p.user_input.cols(), p.user_input_bias.size()},
      {p.user_weight.rows(), p.user_input_bias.size()},
      {p.user_weight.cols(), p.user_bias.size()},
      {p.head_weight.rows(), p.user_bias.size()},
      {p.head_weight.cols(), p.head_bias.size()},
      {p.item_input.rows(), p.item_bias.size()},
      {p.item_input.cols(), p.head_bias.size()},
      {p.item_hidden_weight.rows(), p.head_bias.size()},
      {p.item_hidden_weight.cols(), p.item_hidden_bias.size()},
      {p.item_weight.rows(), p.item_hidden_bias.size()},
      {p.item_weight.cols(), p.head_bias.size()},
  });
}

// items, weights -> `user`.
void AddUserTower(const TwoTowerParameters& p, Graph& graph) {
  AddHistory(graph);
  // One engagement more, of no weight, so that no history is empty.
  graph.Constant("no_item", {1}, std::array<int64_t, 1>{0});
  graph.Constant("no_weight", {1}, std::array<float, 1>{0});
  graph.Node("Concat", {"items", "no_item"}, {"all_items"}, {{"axis", 0}});
  graph.Node("Concat", {"weights", "no_weight"}, {"all_weights"}, {{"axis", 0}});
  // Weights of unit length, in double precision as in the core; those that are all 0 stay.
  graph.Constant("axis_0", {1}, std::array<int64_t, 1>{0});
  graph.Constant("least_length", {1}, std::array<double, 1>{1e-150});
  graph.Node("Cast", {"all_weights"}, {"wide_weights"}, {{"to", static_cast<int64_t>(Element::kDouble)}});
  graph.Node("Mul", {"wide_weights", "wide_weights"}, {"squares"});
  graph.Node("ReduceSum", {"squares", "axis_0"}, {"sum_of_squares"}, {{"keepdims", 1}});
  graph.Node("Sqrt", {"sum_of_squares"}, {"length_or_0"});
  graph.Node("Max", {"length_or_0", "least_length"}, {"length"});
  graph.Node("Div", {"wide_weights", "length"}, {"wide_shares"});
  graph.Node("Cast", {"wide_shares"}, {"shares"}, {{"to", static_cast<int64_t>(Element::kFloat)}});
  graph.Node("Unsqueeze", {"shares", "axis_0"}, {"row_of_shares"});

  AddMatrix("user_input", p.user_input, graph);
  AddMatrix("user_input_bias", p.user_input_bias, graph);
  AddMatrix("user_weight", p.user_weight, graph);
  AddMatrix("user_bias", p.user_bias, graph);
  AddMatrix("head_weight", p.head_weight, graph);
  AddMatrix("head_bias", p.head_bias, graph);
  graph.Node("Gather", {"user_input", "all_items"}, {"embeddings"});
  graph.Node("MatMul", {"row_of_shares", "embeddings"}, {"bag"});
  graph.Node("Add", {"bag", "user_input_bias"}, {"before_relu"});
  graph.Node("Relu", {"before_relu"}, {"hidden"});
  graph.Node("MatMul", {"hidden", "user_weight"}, {"tower_product"});
  graph.Node("Add", {"tower_product", "user_bias"}, {"tower"});
  graph.Node("MatMul", {"tower", "head_weight"}, {"head_product"});
  graph.Node("Add", {"head_product", "head_bias"}, {"user"});
}

Matrix ItemVectors(const TwoTowerParameters& p) {
  Matrix hidden = p.item_input * p.item_hidden_weight;
  hidden.rowwise() += p.item_hidden_bias.row(0);
  return p.item_input + hidden.cwiseMax(0) * p.item_weight;
}

}  // namespace

Result<Bytes> ExportUserTower(const TwoTowerParameters& parameters) {
  SOTTO_RETURN_IF_ERROR(Check(parameters));
  Graph graph("user tower");
  AddUserTower(parameters, graph);
  graph.Output("user", Element::kFloat, {int64_t{1}, parameters.head_bias.size()});
  return graph.Write();
}

Result<Bytes> ExportItemTower(const TwoTowerParameters& parameters) {
  SOTTO_RETURN_IF_ERROR(Check(parameters));
  Graph graph("item tower");
  AddItemInput(parameters.item_input, parameters.item_bias, graph);
  AddMatrix("item_hidden_weight", parameters.item_hidden_weight, graph);
  AddMatrix("item_hidden_bias", parameters.item_hidden_bias, graph);
  AddMatrix("item_weight", parameters.item_weight, graph);
  graph.Node("MatMul", {"rows", "item_hidden_weight"}, {"product"});
  graph.Node("Add", {"product", "item_hidden_bias"}, {"before_relu"});
  graph.Node("Relu", {"before_relu"}, {"hidden"});
  graph.Node("MatMul", {"hidden", "item_weight"}, {"change"});
  graph.Node("Add", {"rows", "change"}, {"vectors"});
  AddItemOutput(parameters.head_bias.size(), graph);
  return graph.Write();
}

Result<Bytes> ExportScores(const TwoTowerParameters& parameters) {
  SOTTO_RETURN_IF_ERROR(Check(parameters));
  Graph graph("scores");
  AddUserTower(parameters, graph);
  AddScores(ItemVectors(parameters), parameters.item_bias, graph);
  return graph.Write();
}

}  // namespace sotto::recommend::onnx
