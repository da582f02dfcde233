#include <array>
#include <limits>

#include "sotto/recommend/onnx/export.h"
#include "sotto/recommend/onnx/parts.h"

namespace sotto::recommend::onnx {
namespace {

Status Check(const SequenceParameters& p) {
  const auto dimensions = p.embedding.cols();
  const auto gates = 3 * p.recurrent_weight.rows();
  return CheckSizes({
      {p.embedding.rows(), p.item_bias.size()},
      {p.input_weight.rows(), dimensions},
      {p.input_weight.cols(), gates},
      {p.input_bias.size(), gates},
      {p.recurrent_weight.cols(), gates},
      {p.recurrent_bias.size(), gates},
      {p.output_weight.rows(), p.recurrent_weight.rows()},
      {p.output_weight.cols(), dimensions},
      {p.output_bias.size(), dimensions},
  });
}

Status CheckLength(uint32_t length) {
  if (length > 0) return {};
  return Error{ErrorCode::kInvalidArgument, "the length is 0.", "It must be above 0."};
}

// ONNX's GRU has its gates in the order of sequence.h, its weights transposed, and a direction in front.
void AddUnit(const SequenceParameters& p, Graph& graph) {
  const auto add = [&](std::string_view name, const Matrix& weight) {
    const Matrix transposed = weight.transpose();
    graph.Constant(name, {1, transposed.rows(), transposed.cols()}, Flat(transposed));
  };
  add("input_weight", p.input_weight);
  add("recurrent_weight", p.recurrent_weight);
  Matrix bias(1, 2 * p.input_bias.size());
  bias << p.input_bias, p.recurrent_bias;
  AddMatrix("bias_of_gates", bias, graph);
  graph.Node("GRU", {"inputs", "input_weight", "recurrent_weight", "bias_of_gates", "steps"}, {"", "states"},
             {{"hidden_size", p.recurrent_weight.rows()}, {"linear_before_reset", 1}});
}

// items, weights -> `user`.
void AddUserTower(const SequenceParameters& p, uint32_t length, Graph& graph) {
  AddHistory(graph);
  // The last `length` of those with a weight above 0.
  graph.Constant("zero", {}, std::array<float, 1>{0});
  graph.Constant("axis_0", {1}, std::array<int64_t, 1>{0});
  graph.Constant("axis_1", {1}, std::array<int64_t, 1>{1});
  graph.Constant("first", {1}, std::array<int64_t, 1>{-int64_t{length}});
  graph.Constant("end", {1}, std::array<int64_t, 1>{std::numeric_limits<int64_t>::max()});
  graph.Node("Greater", {"weights", "zero"}, {"is_step"});
  graph.Node("Compress", {"items", "is_step"}, {"all_steps"}, {{"axis", 0}});
  graph.Node("Slice", {"all_steps", "first", "end", "axis_0"}, {"last_steps"});
  // One item more, past the number of steps, so that no sequence is empty.
  graph.Node("Shape", {"last_steps"}, {"count"});
  graph.Node("Cast", {"count"}, {"steps"}, {{"to", static_cast<int64_t>(Element::kInt32)}});
  graph.Constant("no_item", {1}, std::array<int64_t, 1>{0});
  graph.Node("Concat", {"last_steps", "no_item"}, {"sequence"}, {{"axis", 0}});

  AddMatrix("embedding", p.embedding, graph);
  graph.Node("Gather", {"embedding", "sequence"}, {"embeddings"});
  graph.Node("Unsqueeze", {"embeddings", "axis_1"}, {"inputs"});  // a batch of one
  AddUnit(p, graph);
  graph.Node("Squeeze", {"states", "axis_0"}, {"state"});  // of its one direction
  AddMatrix("output_weight", p.output_weight, graph);
  AddMatrix("output_bias", p.output_bias, graph);
  graph.Node("MatMul", {"state", "output_weight"}, {"output_product"});
  graph.Node("Add", {"output_product", "output_bias"}, {"user"});
}

}  // namespace

Result<Bytes> ExportUserTower(const SequenceParameters& parameters, uint32_t length) {
  SOTTO_RETURN_IF_ERROR(Check(parameters));
  SOTTO_RETURN_IF_ERROR(CheckLength(length));
  Graph graph("user tower");
  AddUserTower(parameters, length, graph);
  graph.Output("user", Element::kFloat, {int64_t{1}, parameters.embedding.cols()});
  return graph.Write();
}

Result<Bytes> ExportItemTower(const SequenceParameters& parameters) {
  SOTTO_RETURN_IF_ERROR(Check(parameters));
  Graph graph("item tower");
  AddItemInput(parameters.embedding, parameters.item_bias, graph);
  graph.Node("Identity", {"rows"}, {"vectors"});
  AddItemOutput(parameters.embedding.cols(), graph);
  return graph.Write();
}

Result<Bytes> ExportScores(const SequenceParameters& parameters, uint32_t length) {
  SOTTO_RETURN_IF_ERROR(Check(parameters));
  SOTTO_RETURN_IF_ERROR(CheckLength(length));
  Graph graph("scores");
  AddUserTower(parameters, length, graph);
  AddScores(parameters.embedding, parameters.item_bias, graph);
  return graph.Write();
}

}  // namespace sotto::recommend::onnx
