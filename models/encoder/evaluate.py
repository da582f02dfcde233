"""Figures and predictions of the exported networks, one comment at a time, as in a browser.

  python evaluate.py --corpus corpus.tsv --live-train ../live-train.tsv --live-test ../live-test.tsv --out OUT

Reads encoder.onnx, encoder.int8.onnx and vocab.json in OUT; writes metrics.json and predictions.tsv there:
corpus TAB tenth TAB label TAB normalised text TAB the int8 network's logits in the order of vocab.json's "outputs".
"""

import argparse
import json
import pathlib

import numpy as np
import onnxruntime

import corpora
import heads
import measure
from text import Vocabulary
from train import JUDGED


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run(network, vocabulary, texts):
    """[texts, LOGITS]. One by one: the range that activations are quantised to must not depend on neighbours."""
    ids = [vocabulary.ids(text)[None, :] for text in texts]
    return np.concatenate([network.run(None, {"input_ids": each})[0] for each in ids])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--live-train", required=True)
    parser.add_argument("--live-test")
    parser.add_argument("--extra")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    options = parser.parse_args()

    texts = corpora.read(options.corpus, options.live_train, options.live_test, options.extra)
    vocabulary = Vocabulary.load(options.out / "vocab.json")
    networks = {"float": session(options.out / "encoder.onnx"), "int8": session(options.out / "encoder.int8.onnx")}
    extra = sorted({corpus for corpus in texts.corpus if corpus.startswith("extra:")})
    metrics = {"outputs": heads.OUTPUTS, "development": {}, "test": {}}
    with open(options.out / "predictions.tsv", "w", encoding="utf-8") as file:
        for name, number in (("development", corpora.DEVELOPMENT), ("test", corpora.TEST)):
            for corpus in JUDGED + extra:
                rows = texts.of(corpus, number)
                if not rows:
                    continue
                lines = [texts.text[row] for row in rows]
                answers = {kind: run(network, vocabulary, lines) for kind, network in networks.items()}
                metrics[name][corpus] = {
                    kind: measure.figures(corpus, logits, texts.target[rows], texts.weight[rows])
                    for kind, logits in answers.items()
                }
                print(name, measure.line("float", {corpus: metrics[name][corpus]["float"]}))
                print(name, measure.line("int8", {corpus: metrics[name][corpus]["int8"]}), flush=True)
                for row, logits in zip(rows, answers["int8"]):
                    values = " ".join(f"{value:.4f}" for value in logits)
                    print(corpus, texts.tenth[row], texts.label[row], texts.text[row], values, sep="\t", file=file)
    with open(options.out / "metrics.json", "w", encoding="utf-8") as file:
        json.dump(metrics, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
