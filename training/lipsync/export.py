"""From trained weights to the files that ship: fp32 reference, fp16 and int8 weights, golden, manifest.

BatchNorms are folded into the convolutions before them. In the smaller variants weights are stored in fewer bits and
widened when the model is loaded, so inputs, outputs and arithmetic are float32 everywhere.
"""
import io
import json
import sys

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from calibrate import correction
from frontend import SILENT_COLUMN, features
from model import LEFT, RIGHT, LipSync, Shipped
from shared import BUILD, INVENTORY, ROOT

sys.path.append(str(ROOT / "training"))
from shipping import as_numbers, int8_weights, write  # noqa: E402

OUT = ROOT / "static" / "models" / "lipsync"
SERVER = ROOT / "server" / "models" / "lipsync"


def fold(conv, norm):
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    conv.weight.data *= scale[:, None, None]
    conv.bias.data = (conv.bias - norm.running_mean) * scale + norm.bias
    return torch.nn.Identity()


def to_onnx(net):
    net = net.eval()
    net.stem_norm = fold(net.stem, net.stem_norm)
    for block in net.blocks:
        block.norm = fold(block.conv, block.norm)
    buffer = io.BytesIO()
    example = torch.zeros(1, INVENTORY["MEL"]["bands"], LEFT + 8 + RIGHT)
    torch.onnx.export(Shipped(net, correction()), example, buffer, opset_version=13, input_names=["mel"],
                      output_names=["mouth", "phones", "prosody"],
                      dynamic_axes={"mel": {2: "columns"}, "mouth": {1: "steps"}, "phones": {1: "steps"}, "prosody": {1: "steps"}})
    graph = onnx.load_from_string(buffer.getvalue())
    onnx.checker.check_model(graph)
    return graph


def shrink(model, precision):
    """Weights of convolutions in fp16, or in int8 with a scale per output channel."""
    small = onnx.ModelProto()
    small.CopyFrom(model)
    graph = small.graph
    kept, nodes = [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.ndim < 3:
            kept.append(tensor)
        elif precision == "fp16":
            kept.append(numpy_helper.from_array(array.astype(np.float16), tensor.name + "_f16"))
            nodes.append(helper.make_node("Cast", [tensor.name + "_f16"], [tensor.name], to=onnx.TensorProto.FLOAT))
        else:
            weights, widened = int8_weights(tensor.name, array)
            kept += weights
            nodes.append(widened)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)
    onnx.checker.check_model(small)
    return small


def golden_input():
    """Two seconds that exercise every band: a gliding buzz with a closure in it, and hiss."""
    rng = np.random.default_rng(3)
    t = np.arange(int(1.2 * 16000)) / 16000
    hz = 110 + 60 * np.sin(2 * np.pi * 0.7 * t)
    phase = 2 * np.pi * np.cumsum(hz) / 16000
    formant = 1 + np.sin(2 * np.pi * 1.3 * t)
    pcm = sum(np.sin(k * phase) * np.exp(-((k * hz - 600 - 700 * formant) / 500) ** 2) for k in range(1, 40))
    pcm *= (np.abs(t - 0.6) > 0.05) * 0.15
    pcm += rng.standard_normal(len(t)) * np.where(t > 0.95, 0.05, 0.001)
    mel = np.concatenate([np.tile(SILENT_COLUMN, (LEFT, 1)), features(pcm)])
    steps = (len(mel) - LEFT - RIGHT) // 2
    return mel[:LEFT + 2 * steps + RIGHT].T[None].astype(np.float32)


def run(model, mel):
    import onnxruntime
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip(["mouth", "phones", "prosody"], session.run(None, {"mel": mel})))


def main():
    version = sys.argv[1] if len(sys.argv) > 1 else "0"
    net = LipSync()
    net.load_state_dict(torch.load(BUILD / "lipsync.pt"))
    reference = to_onnx(net)
    mel = golden_input()
    expected = run(reference, mel)
    file = "lipsync.fp32.onnx"
    full = {"precision": "fp32", "file": file, **write(SERVER / file, reference.SerializeToString()), "tolerance": 1e-3}
    variants = []
    for precision in ("int8", "fp16"):
        small = shrink(reference, precision)
        worst = max(np.abs(run(small, mel)[name] - expected[name]).max() for name in expected)
        print(precision, f"worst difference {worst:.4f}")
        file = f"lipsync.{precision}.onnx"
        variants.append({"precision": precision, "file": file, **write(OUT / file, small.SerializeToString()),
                         "tolerance": float(f"{max(0.002, 1.5 * worst):.2g}")})
    golden = json.dumps({"inputs": {"mel": as_numbers(mel)}, "outputs": {k: as_numbers(v) for k, v in expected.items()}})
    golden_entry = {"file": "golden.json", "sha256": write(OUT / "golden.json", golden.encode())["sha256"]}
    manifest = {
        "id": "lipsync", "version": version,
        "description": "Sound to mouth: log-mel columns in; mouth shapes, phone probabilities, voice and melody out. Identity-free.",
        "licence": "Apache-2.0",
        "inputs": [{"name": "mel", "dtype": "float32", "shape": [1, INVENTORY["MEL"]["bands"], "columns"],
                    "meaning": "log-mel columns of src/core/speech/listen/mel.ts, 100 a second, about -2 to 2"}],
        "outputs": [
            {"name": "mouth", "dtype": "float32", "shape": [1, "steps", len(INVENTORY["HEARD_MOUTH"])], "meaning": "mouth shapes in the order of HEARD_MOUTH, 0 to 1, 50 steps a second"},
            {"name": "phones", "dtype": "float32", "shape": [1, "steps", len(INVENTORY["PHONES"])], "meaning": "probability of each phone in the order of PHONES"},
            {"name": "prosody", "dtype": "float32", "shape": [1, "steps", 4], "meaning": "voice 0 to 1; pitch in octaves above 55 Hz; energy against a loud syllable; emphasis 0 to 1"},
        ],
        "context": {"leftColumns": LEFT, "rightColumns": RIGHT, "columnsPerStep": 2},
        "variants": variants, "golden": golden_entry,
    }
    # The server's names the full weights as well, which are too large to hand to every browser.
    for folder, offered in ((OUT, variants), (SERVER, [full, *variants])):
        text = json.dumps({**manifest, "variants": offered}, indent=2, ensure_ascii=False)
        write(folder / "manifest.json", (text + "\n").encode())


if __name__ == "__main__":
    main()
