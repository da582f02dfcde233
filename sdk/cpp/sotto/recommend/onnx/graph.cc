#include "sotto/recommend/onnx/graph.h"

#include <string>

namespace sotto::recommend::onnx {
namespace {

constexpr int64_t kIrVersion = 8;
constexpr int64_t kOpset = 17;
constexpr size_t kMaxBytes = 0x7FFFFFFF;

// Numbers of fields in onnx.proto3.
namespace model {
constexpr uint32_t kIrVersionField = 1, kProducer = 2, kGraph = 7, kOpsetImport = 8;
}
namespace graph {
constexpr uint32_t kNode = 1, kName = 2, kInitializer = 5, kInput = 11, kOutput = 12;
}
namespace node {
constexpr uint32_t kInput = 1, kOutput = 2, kName = 3, kType = 4, kAttribute = 5;
}
namespace attribute {
constexpr uint32_t kName = 1, kInteger = 3, kType = 20;
constexpr int64_t kTypeInteger = 2;
}  // namespace attribute
namespace tensor {
constexpr uint32_t kSize = 1, kElement = 2, kName = 8, kRaw = 9;
}
namespace value {
constexpr uint32_t kName = 1, kType = 2;
// Of TypeProto, its Tensor, TensorShapeProto and its Dimension.
constexpr uint32_t kTensor = 1, kElement = 1, kShape = 2, kDimension = 1, kSize = 1, kSizeName = 2;
}  // namespace value

Message Value(std::string_view name, Element element, std::initializer_list<Size> sizes) {
  Message shape;
  for (const Size& size : sizes) {
    Message dimension;
    if (const auto* number = std::get_if<int64_t>(&size)) dimension.Integer(value::kSize, *number);
    if (const auto* named = std::get_if<std::string_view>(&size)) dimension.Text(value::kSizeName, *named);
    shape.Nested(value::kDimension, dimension);
  }
  Message of_tensor;
  of_tensor.Integer(value::kElement, static_cast<int64_t>(element));
  of_tensor.Nested(value::kShape, shape);
  Message type;
  type.Nested(value::kTensor, of_tensor);
  Message message;
  message.Text(value::kName, name);
  message.Nested(value::kType, type);
  return message;
}

template <class T>
ByteSpan Raw(std::span<const T> values) {
  return {reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()};
}

void AppendTo(Bytes& out, const Message& message) {
  out.insert(out.end(), message.bytes().begin(), message.bytes().end());
}

}  // namespace

void Message::Varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<uint8_t>(value | 0x80));
  bytes_.push_back(static_cast<uint8_t>(value));
}

void Message::Integer(uint32_t field, int64_t value) {
  Varint(uint64_t{field} << 3);
  Varint(static_cast<uint64_t>(value));
}

void Message::Block(uint32_t field, ByteSpan bytes) {
  Varint(uint64_t{field} << 3 | 2);
  Varint(bytes.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void Graph::Input(std::string_view name, Element element, std::initializer_list<Size> shape) {
  values_.Nested(graph::kInput, Value(name, element, shape));
}

void Graph::Output(std::string_view name, Element element, std::initializer_list<Size> shape) {
  values_.Nested(graph::kOutput, Value(name, element, shape));
}

void Graph::Constant(std::string_view name, std::initializer_list<int64_t> shape, std::span<const float> values) {
  AddConstant(name, Element::kFloat, shape, Raw(values));
}

void Graph::Constant(std::string_view name, std::initializer_list<int64_t> shape, std::span<const double> values) {
  AddConstant(name, Element::kDouble, shape, Raw(values));
}

void Graph::Constant(std::string_view name, std::initializer_list<int64_t> shape, std::span<const int64_t> values) {
  AddConstant(name, Element::kInt64, shape, Raw(values));
}

void Graph::AddConstant(std::string_view name, Element element, std::initializer_list<int64_t> shape, ByteSpan raw) {
  Message message;
  for (const int64_t size : shape) message.Integer(tensor::kSize, size);
  message.Integer(tensor::kElement, static_cast<int64_t>(element));
  message.Text(tensor::kName, name);
  message.Block(tensor::kRaw, raw);
  constants_.Nested(graph::kInitializer, message);
}

void Graph::Node(std::string_view type, std::initializer_list<std::string_view> inputs,
                 std::initializer_list<std::string_view> outputs,
                 std::initializer_list<std::pair<std::string_view, int64_t>> attributes) {
  Message message;
  for (const std::string_view name : inputs) message.Text(node::kInput, name);
  for (const std::string_view name : outputs) message.Text(node::kOutput, name);
  message.Text(node::kName, *(outputs.end() - 1));
  message.Text(node::kType, type);
  for (const auto& [name, number] : attributes) {
    Message setting;
    setting.Text(attribute::kName, name);
    setting.Integer(attribute::kInteger, number);
    setting.Integer(attribute::kType, attribute::kTypeInteger);
    message.Nested(node::kAttribute, setting);
  }
  nodes_.Nested(graph::kNode, message);
}

Result<Bytes> Graph::Write() const {
  if (nodes_.bytes().size() + constants_.bytes().size() + values_.bytes().size() > kMaxBytes - 1024) {
    return Error{ErrorCode::kResourceExhausted, "the model is larger than 2 GB.", "ONNX files cannot hold more."};
  }
  Message title;
  title.Text(graph::kName, name_);
  Bytes whole;
  for (const Message* part : {&nodes_, &std::as_const(title), &constants_, &values_}) AppendTo(whole, *part);
  Message opset;
  opset.Text(1, "");  // the operators of ONNX itself
  opset.Integer(2, kOpset);
  Message message;
  message.Integer(model::kIrVersionField, kIrVersion);
  message.Text(model::kProducer, "sotto");
  message.Block(model::kGraph, whole);
  message.Nested(model::kOpsetImport, opset);
  return message.bytes();
}

}  // namespace sotto::recommend::onnx
