#include "sotto/recommend/onnx/graph.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace sotto::recommend::onnx {
namespace {

TEST(Message, WritesTheExamplesOfTheProtocolBuffersGuide) {
  // "Encoding" in the Protocol Buffers guide: a = 150 in field 1; b = "testing" in field 2; c = {a: 150} in field 3.
  Message a;
  a.Integer(1, 150);
  EXPECT_EQ(ToHex(a.bytes()), "089601");
  Message b;
  b.Text(2, "testing");
  EXPECT_EQ(ToHex(b.bytes()), "120774657374696e67");
  Message c;
  c.Nested(3, a);
  EXPECT_EQ(ToHex(c.bytes()), "1a03089601");
}

TEST(Message, WritesNegativeNumbersInTenBytesAndLargeFieldsInTwo) {
  Message message;
  message.Integer(1, -1);
  EXPECT_EQ(ToHex(message.bytes()), "08ffffffffffffffffff01");
  Message large;
  large.Integer(20, 2);
  EXPECT_EQ(ToHex(large.bytes()), "a00102");
}

TEST(Graph, WritesAModelThatAddsOneByTheFieldNumbersOfOnnx) {
  Graph graph("g");
  graph.Input("x", Element::kFloat, {"n", int64_t{2}});
  graph.Constant("c", {1}, std::array<float, 1>{1});
  graph.Node("Add", {"x", "c"}, {"y"}, {{"axis", 1}});
  graph.Output("y", Element::kFloat, {"n", int64_t{2}});
  // NodeProto: input "x", input "c", output "y", name "y", op_type "Add", attribute {name "axis", i 1, type INT}
  const std::string attribute = std::string("0a0461786973") + "1801" + "a00102";  // 11 bytes
  const std::string fields = std::string("0a0178") + "0a0163" + "120179" + "1a0179" + "2203416464" + "2a0b" + attribute;
  const std::string node_proto = "0a1e" + fields;  // 30 bytes
  const std::string name = "120167";
  // TensorProto: dims 1, data_type FLOAT, name "c", raw_data 1.0f
  const std::string tensor = std::string("2a0d") + "0801" + "1001" + "420163" + "4a040000803f";
  // ValueInfoProto: name, type { tensor_type { elem_type FLOAT, shape { dim {dim_param "n"}, dim {dim_value 2} } } }
  const std::string shape = std::string("1209") + "0a03" + "12016e" + "0a02" + "0802";
  const std::string type = std::string("120f") + "0a0d" + "0801" + shape;
  const std::string input = std::string("5a14") + "0a0178" + type;
  const std::string output = std::string("6214") + "0a0179" + type;
  const std::string body = node_proto + name + tensor + input + output;
  ASSERT_EQ(body.size() / 2, 94U);
  const std::string model = std::string("0808") + "1205736f74746f" + "3a5e" + body + "4204" + "0a00" + "1011";
  EXPECT_EQ(ToHex(graph.Write().value()), model);
}

}  // namespace
}  // namespace sotto::recommend::onnx
