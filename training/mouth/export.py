"""From trained weights to the files that ship: int8 weights (fp32 arithmetic), golden example on a drawn mouth, manifest."""

import io
import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper

from model import COLUMNS, LIP_ROWS, LOOK, ROWS, InnerMouth
from shared import BUILD, ROOT

sys.path.append(str(ROOT / "training"))
from shipping import as_numbers, int8_weights, write  # noqa: E402

OUT = ROOT / "static" / "models" / "inner-mouth"


def to_onnx(net):
    buffer = io.BytesIO()
    torch.onnx.export(net, torch.full((1, 3, ROWS, COLUMNS), 0.5), buffer, opset_version=13, input_names=["mouth"], output_names=["parts", "look"])
    model = onnx.load_from_string(buffer.getvalue())
    onnx.checker.check_model(model)
    return model


def shrink(model):
    """Weights in int8 with a scale for each output channel, widened when the model is loaded."""
    small = onnx.ModelProto()
    small.CopyFrom(model)
    graph = small.graph
    kept, nodes = [], []
    for tensor in graph.initializer:
        array, name = numpy_helper.to_array(tensor), tensor.name
        if array.ndim < 4:
            kept.append(tensor)
            continue
        weights, widened = int8_weights(name, array)
        kept += weights
        nodes.append(widened)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)
    onnx.checker.check_model(small)
    return small


def drawn_mouth():
    """Lips, upper teeth with gaps between them, dark, a tongue: nobody's."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    image = np.empty((3, ROWS, COLUMNS), np.float32)
    image[:] = np.array([0.62, 0.34, 0.33], np.float32)[:, None, None]
    inside = (y >= LIP_ROWS) & (y < ROWS - LIP_ROWS)
    image[:, inside] = np.array([0.12, 0.05, 0.05], np.float32)[:, None]
    teeth = inside & (y < LIP_ROWS + 5) & (x % 5 > 0.5) & (x > 4) & (x < 28)
    image[:, teeth] = np.array([0.80, 0.77, 0.70], np.float32)[:, None]
    tongue = inside & (((x - 16) / 10) ** 2 + ((y - 20) / 5) ** 2 < 1)
    image[:, tongue] = np.array([0.55, 0.28, 0.28], np.float32)[:, None]
    return np.round(image[None] * 100) / 100


def run(model, mouth):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip(["parts", "look"], session.run(["parts", "look"], {"mouth": mouth})))


def main():
    version = sys.argv[1] if len(sys.argv) > 1 else "0"
    net = InnerMouth()
    net.load_state_dict(torch.load(BUILD / "inner-mouth.pt"))
    reference = to_onnx(net.eval())
    mouth = drawn_mouth().astype(np.float32)
    expected = run(reference, mouth)
    small = shrink(reference)
    answer = run(small, mouth)
    worst = {key: float(np.abs(answer[key] - value).max()) for key, value in expected.items()}
    print("int8, worst differences on the drawn mouth:", worst, "parts:", expected["parts"].round(2))
    entry = write(OUT / "inner-mouth.int8.onnx", small.SerializeToString())
    # What int8 answers is what providers are held to: its own error is in the card.
    golden = json.dumps({"inputs": {"mouth": as_numbers(mouth)}, "outputs": {k: as_numbers(v) for k, v in answer.items()}})
    golden_entry = write(OUT / "golden.json", golden.encode())
    manifest = {
        "id": "inner-mouth",
        "version": version,
        "description": "What is seen between the lips: teeth, flesh, dark, and a look to compare by. Identity-free.",
        "licence": "Apache-2.0",
        "inputs": [{"name": "mouth", "dtype": "float32", "shape": [1, 3, ROWS, COLUMNS],
                    "meaning": "planes of red, green, blue, 0 to 1, of a mouth unrolled by src/core/track/tools/inner-mouth.ts"}],
        "outputs": [
            {"name": "parts", "dtype": "float32", "shape": [1, 3], "meaning": "shares of teeth, flesh and dark between the lips; their sum is 1"},
            {"name": "look", "dtype": "float32", "shape": [1, LOOK], "meaning": "distances are root mean square differences of colour, in 255ths where the lips are 128"},
        ],
        "variants": [{"precision": "int8", "file": "inner-mouth.int8.onnx", **entry, "tolerance": 0.02}],
        "golden": {"file": "golden.json", "sha256": golden_entry["sha256"]},
    }
    write(OUT / "manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())


if __name__ == "__main__":
    main()
