// Writes ONNX models: of the format's protocol buffers (onnx.proto3, IR version 8) what a graph of plain operators
// needs. Operators are those of opset 17; nothing here checks that a graph makes sense, which a runtime does when it
// loads it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::recommend::onnx {

enum class Element : uint8_t { kFloat = 1, kInt32 = 6, kInt64 = 7, kBool = 9, kDouble = 11 };  // TensorProto.DataType

using Size = std::variant<int64_t, std::string_view>;  // of a dimension, or its name where the caller chooses

// Fields of a protocol buffers message, in the order in which they are added. (Protocol Buffers Encoding: a field is
// its number and wire type as a varint, then a varint, or a length and that many bytes.)
class Message {
 public:
  void Integer(uint32_t field, int64_t value);
  void Block(uint32_t field, ByteSpan bytes);
  void Text(uint32_t field, std::string_view text) { Block(field, AsBytes(text)); }
  void Nested(uint32_t field, const Message& message) { Block(field, message.bytes_); }
  const Bytes& bytes() const { return bytes_; }

 private:
  void Varint(uint64_t value);

  Bytes bytes_;
};

class Graph {
 public:
  explicit Graph(std::string_view name) : name_(name) {}

  void Input(std::string_view name, Element element, std::initializer_list<Size> shape);
  void Output(std::string_view name, Element element, std::initializer_list<Size> shape);

  // Numbers that are part of the model. Precondition: as many as `shape` says. (ONNX's raw data is little-endian.)
  void Constant(std::string_view name, std::initializer_list<int64_t> shape, std::span<const float> values);
  void Constant(std::string_view name, std::initializer_list<int64_t> shape, std::span<const double> values);
  void Constant(std::string_view name, std::initializer_list<int64_t> shape, std::span<const int64_t> values);

  // An operator. The attributes are whole numbers, as are all that our models need; an empty name is an input or output
  // left out.
  void Node(std::string_view type, std::initializer_list<std::string_view> inputs,
            std::initializer_list<std::string_view> outputs,
            std::initializer_list<std::pair<std::string_view, int64_t>> attributes = {});

  // The whole model's bytes. kResourceExhausted above 2 GB, which protocol buffers cannot hold.
  Result<Bytes> Write() const;

 private:
  void AddConstant(std::string_view name, Element element, std::initializer_list<int64_t> shape, ByteSpan raw);

  std::string_view name_;
  Message nodes_;
  Message constants_;
  Message values_;  // inputs and outputs
};

}  // namespace sotto::recommend::onnx
