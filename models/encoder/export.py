"""student.pt -> encoder.onnx (float32), encoder.int8.onnx, vocab.json.

  python export.py --student OUT/student.pt --out OUT

Input `input_ids` int32 [batch, length], length <= 128, 0 where a shorter text ends; output `logits` float32
[batch, heads.LOGITS] in the order of heads.OUTPUTS. Opset 17, operators of the standard alone. Matrices have
eight bits by column and meet activations quantised as they come; embeddings eight by tensor; the last matrix stays
float32. The eight bits are stored unsigned around 128: signed ones saturate on processors with AVX2 alone.
"""

import argparse
import pathlib
import warnings

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

import heads
from network import Encoder, Size
from text import Vocabulary


def load(path):
    """(Encoder in float32, Vocabulary)."""
    what = torch.load(path, map_location="cpu", weights_only=True)
    model = Encoder(len(what["symbols"]), Size(**what["size"]))
    model.load_state_dict({name: value.float() for name, value in what["state"].items()})
    return model.eval(), Vocabulary(what["symbols"])


class Logits(torch.nn.Module):
    """The encoder as it is used: without dropout."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids):
        return self.model(ids)


def write_float(model, path):
    ids = torch.tensor([[3, 5, 6, 7, 0], [3, 8, 0, 0, 0]], dtype=torch.int32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Logits(model), (ids,), str(path), opset_version=17, dynamo=False, do_constant_folding=True,
            input_names=["input_ids"], output_names=["logits"],
            dynamic_axes={"input_ids": {0: "batch", 1: "length"}, "logits": {0: "batch"}},
        )  # fmt: skip


def write_int8(float_path, path):
    model = onnx.load(float_path)
    last = [node.name + end for node in model.graph.node if "judge" in node.name for end in ("", "_MatMul")]
    quantize_dynamic(
        float_path, path, op_types_to_quantize=["MatMul", "Gemm", "Gather"], per_channel=True,
        weight_type=QuantType.QUInt8, nodes_to_exclude=last,
        extra_options={"MatMulConstBOnly": True, "WeightSymmetric": True},
    )  # fmt: skip


def describe(path):
    model = onnx.load(path)
    operators = sorted({(node.domain or "onnx") + "." + node.op_type for node in model.graph.node})
    floats = {i.name: list(i.dims) for i in model.graph.initializer if i.data_type == onnx.TensorProto.FLOAT and len(i.dims) > 1}
    print(f"{path}: {path.stat().st_size:,} bytes; float32 matrices left: {floats}; operators: {', '.join(operators)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--student", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model, vocabulary = load(options.student)
    write_float(model, options.out / "encoder.onnx")
    write_int8(options.out / "encoder.onnx", options.out / "encoder.int8.onnx")
    vocabulary.save(options.out / "vocab.json", heads.OUTPUTS)
    for name in ("encoder.onnx", "encoder.int8.onnx"):
        describe(options.out / name)


if __name__ == "__main__":
    main()
