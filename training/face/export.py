"""From converted networks to the files that ship: fp16 and int8 weights, golden example, manifest.

    export.py BUILD [MODEL ...]

Weights of convolutions are stored in fewer bits and widened when the model is loaded, so inputs, outputs and arithmetic
are float32 everywhere. What ships of each network, and why, is in README.md.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from golden_picture import picture
from models import MODELS

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "training"))
from shipping import as_numbers, int8_weights, write  # noqa: E402

# Smaller arrays than this are biases and slopes; they stay as they are.
LEAST_VALUES = 64


def is_weight(array):
    return array.ndim == 4 and array.dtype == np.float32 and array.size >= LEAST_VALUES


def shrink(model, precision):
    """Weights of convolutions in fp16, or in int8 with a scale for each output channel."""
    if precision == "fp32":
        return model
    small = onnx.ModelProto()
    small.CopyFrom(model)
    graph = small.graph
    transposed = {n.input[1] for n in graph.node if n.op_type == "ConvTranspose"}
    kept, nodes = [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        name = tensor.name
        if not is_weight(array):
            kept.append(tensor)
        elif precision == "fp16":
            kept.append(numpy_helper.from_array(array.astype(np.float16), name + "_f16"))
            nodes.append(helper.make_node("Cast", [name + "_f16"], [name], to=onnx.TensorProto.FLOAT))
        else:
            weights, widened = int8_weights(name, array, axis=1 if name in transposed else 0)
            kept += weights
            nodes.append(widened)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)
    onnx.checker.check_model(small)
    return small


def session_of(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def run(model, image):
    session = session_of(model)
    names = [o.name for o in session.get_outputs()]
    return dict(zip(names, session.run(names, {"image": image})))


def as_bytes(array, low, high):
    """For pictures: a byte a value, 0 standing for `low` and 255 for `high`."""
    levels = np.round((array - low) / (high - low) * 255).clip(0, 255).astype(np.uint8)
    return {"shape": list(array.shape), "bytes": base64.b64encode(levels.tobytes()).decode(), "low": low, "high": high}


def export(build, name):
    model = MODELS[name]
    out = ROOT / "static" / "models" / name
    reference = onnx.load(build / f"{name}.fp32.onnx")
    image = picture(model["side"])
    expected = run(reference, image)
    variants = []
    for precision in model["precisions"]:
        small = shrink(reference, precision)
        answer = run(small, image)
        worst = max(float(np.abs(answer[k] - expected[k]).max()) for k in expected)
        print(f"{name} {precision}: worst difference on the golden picture {worst:.4g}")
        file = f"{name}.{precision}.onnx"
        tolerance = float(f"{max(model['tolerance'], 1.5 * worst):.2g}")
        variants.append({"precision": precision, "file": file, **write(out / file, small.SerializeToString()), "tolerance": tolerance})
    pictures = model.get("pictures", [])
    golden = {
        "inputs": {"image": as_bytes(image, 0, 1)},
        "outputs": {k: as_bytes(v, 0, 1) if k in pictures else as_numbers(v) for k, v in expected.items()},
    }
    entry = write(out / "golden.json", json.dumps(golden, separators=(",", ":")).encode())
    shape = [1, 3, model["side"], model["side"]]
    manifest = {
        "id": name,
        "version": model["version"],
        "description": model["description"],
        "licence": "Apache-2.0",
        "origin": {**model["origin"], "sha256": hashlib.sha256((build / f"{name}.tflite").read_bytes()).hexdigest()},
        "inputs": [{"name": "image", "dtype": "float32", "shape": shape, "meaning": "planes of red, green, blue, 0 to 1"}],
        "outputs": [{"name": k, "dtype": "float32", "shape": list(expected[k].shape), "meaning": v} for k, v in model["outputs"].items()],
        "variants": variants,
        "golden": {"file": "golden.json", "sha256": entry["sha256"]},
    }
    write(out / "manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())


if __name__ == "__main__":
    for each in sys.argv[2:] or MODELS:
        export(Path(sys.argv[1]), each)
