"""From Resemblyzer's wheel to server/models/voiceprint: the network in ONNX, its golden example and its manifest.

    export.py BUILD

The weights lie in the wheel as a PyTorch file of the old form: pickles, then raw numbers. They are read without PyTorch,
and the network is spelt out in ONNX's own LSTM. What onnxruntime answers is held to the same sums in numpy.
"""

import hashlib
import json
import pickle
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "server" / "models" / "voiceprint"
COLUMNS, BANDS, WIDTH, LAYERS = 160, 40, 256, 3


class Unpickler(pickle.Unpickler):
    """Only what such a file is made of; anything else in it is refused."""

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, size, stride)
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return lambda data, *_: data
        if module == "torch" and name.endswith("Storage"):
            return name
        raise ValueError(f"{module}.{name} has no place in weights")

    def persistent_load(self, place):
        return place  # ('storage', kind, key, where, count, view)


def read_weights(path):
    with open(path, "rb") as file:
        for _ in range(3):  # magic number, protocol, system
            Unpickler(file).load()
        top = Unpickler(file).load()
        keys = Unpickler(file).load()
        kinds = {}

        def collect(value):
            if isinstance(value, dict):
                for one in value.values():
                    collect(one)
            elif isinstance(value, (list, tuple)):
                if len(value) == 6 and value[0] == "storage":
                    kinds[value[2]] = value[1]
                else:
                    for one in value:
                        collect(one)

        collect(top)
        types = {"FloatStorage": np.float32, "LongStorage": np.int64, "DoubleStorage": np.float64, "IntStorage": np.int32}
        storages = {}
        for key in keys:
            (count,) = np.frombuffer(file.read(8), "<i8")
            kind = np.dtype(types[kinds[key]])
            storages[key] = np.frombuffer(file.read(int(count) * kind.itemsize), kind)

    def tensor(value):
        storage, offset, size, stride = value
        data = storages[storage[2]][offset:]
        return np.lib.stride_tricks.as_strided(data, size, [s * data.itemsize for s in stride]).copy()

    return {name: tensor(value) for name, value in top["model_state"].items() if isinstance(value, tuple)}


def reference(weights, mel):
    """The network in numpy: PyTorch's gates stand in the order input, forget, cell, output."""
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    steps = mel.astype(np.float64)
    for layer in range(LAYERS):
        w, r = weights[f"lstm.weight_ih_l{layer}"], weights[f"lstm.weight_hh_l{layer}"]
        bias = weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"]
        h = c = np.zeros((len(mel), WIDTH))
        out = []
        for t in range(steps.shape[1]):
            i, f, g, o = np.split(steps[:, t] @ w.T + h @ r.T + bias, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            out.append(h)
        steps = np.stack(out, 1)
    raw = np.maximum(0, steps[:, -1] @ weights["linear.weight"].T + weights["linear.bias"])
    return raw / np.linalg.norm(raw, axis=1, keepdims=True)


def in_onnx_order(rows):
    i, f, g, o = np.split(rows, 4)
    return np.concatenate([i, o, f, g])


def build(weights):
    kept, nodes = [], []

    def half(name, array):
        kept.append(numpy_helper.from_array(array.astype(np.float16), name + "_f16"))
        nodes.append(helper.make_node("Cast", [name + "_f16"], [name], to=TensorProto.FLOAT))
        return name

    def full(name, array):
        kept.append(numpy_helper.from_array(array, name))
        return name

    nodes.append(helper.make_node("Transpose", ["mel"], ["steps"], perm=[1, 0, 2]))
    last = "steps"
    for layer in range(LAYERS):
        w = half(f"w{layer}", in_onnx_order(weights[f"lstm.weight_ih_l{layer}"])[None])
        r = half(f"r{layer}", in_onnx_order(weights[f"lstm.weight_hh_l{layer}"])[None])
        both = [in_onnx_order(weights[f"lstm.bias_{side}_l{layer}"]) for side in ("ih", "hh")]
        b = full(f"b{layer}", np.concatenate(both)[None].astype(np.float32))
        nodes.append(helper.make_node("LSTM", [last, w, r, b], [f"y{layer}", f"h{layer}"], hidden_size=WIDTH))
        nodes.append(helper.make_node("Squeeze", [f"y{layer}", full(f"axis{layer}", np.array([1]))], [f"s{layer}"]))
        last = f"s{layer}"
    nodes.append(helper.make_node("Squeeze", [f"h{LAYERS - 1}", full("first", np.array([0]))], ["hidden"]))
    linear = half("linear", weights["linear.weight"])
    bias = full("bias", weights["linear.bias"])
    nodes.append(helper.make_node("Gemm", ["hidden", linear, bias], ["projected"], transB=1))
    nodes.append(helper.make_node("Relu", ["projected"], ["positive"]))
    nodes.append(helper.make_node("LpNormalization", ["positive"], ["voiceprint"], axis=1, p=2))
    graph = helper.make_graph(
        nodes,
        "voiceprint",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["windows", COLUMNS, BANDS])],
        [helper.make_tensor_value_info("voiceprint", TensorProto.FLOAT, ["windows", WIDTH])],
        kept,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="orator")
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model


def example():
    """Two windows of something like speech: bands that come and go, four powers of ten apart."""
    t = np.arange(COLUMNS)[None, :, None]
    band = np.arange(BANDS)[None, None, :]
    voice = np.arange(2)[:, None, None]
    level = np.sin(t * (0.11 + 0.05 * voice) + band * 0.3) + np.cos(band * (0.21 + 0.1 * voice)) - band * 0.05
    return (10 ** (level - 2)).astype(np.float32)


def main(build_folder):
    weights = read_weights(build_folder / "wheel" / "resemblyzer" / "pretrained.pt")
    model = build(weights)
    OUT.mkdir(parents=True, exist_ok=True)
    data = model.SerializeToString()
    (OUT / "voiceprint.fp16.onnx").write_bytes(data)
    mel = np.round(example(), 6)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    wanted = reference(weights, mel)
    worst = float(np.abs(session.run(None, {"mel": mel})[0] - wanted).max())
    print("values", sum(w.size for n, w in weights.items() if n.startswith(("lstm", "linear"))), "worst", worst)
    if worst > 0.002:
        raise ValueError("the network in ONNX is another one")
    written = lambda array: {"shape": list(array.shape), "data": [round(float(v), 6) for v in array.ravel()]}
    golden = json.dumps({"inputs": {"mel": written(mel)}, "outputs": {"voiceprint": written(wanted)}}) + "\n"
    (OUT / "golden.json").write_text(golden)
    manifest = {
        "id": "voiceprint",
        "version": "1.0.0",
        "description": "Whose voice a sound is: windows of 1.6 s in, a direction in 256 dimensions out (Resemblyzer's GE2E encoder).",
        "licence": "Apache-2.0",
        "inputs": [
            {
                "name": "mel",
                "dtype": "float32",
                "shape": ["windows", COLUMNS, BANDS],
                "meaning": "power in Slaney mel bands, 0 to 8 kHz, of 25 ms every 10 ms at 16 kHz, speech at -30 dBFS",
            }
        ],
        "outputs": [
            {
                "name": "voiceprint",
                "dtype": "float32",
                "shape": ["windows", WIDTH],
                "meaning": "of length 1, no value below 0; the cosine of two says how alike the voices are",
            }
        ],
        "variants": [
            {
                "precision": "fp16",
                "file": "voiceprint.fp16.onnx",
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "tolerance": 0.003,
            }
        ],
        "golden": {"file": "golden.json", "sha256": hashlib.sha256(golden.encode()).hexdigest()},
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
