"""From MediaPipe's networks, as its npm packages carry them, to the models that Orator loads.

Nothing is trained here: the weights are Google's, under Apache-2.0. They are taken out of the packages, written as
plain ONNX, cut down to the outputs that are used, and stored in 16 or 8 bits. MediaPipe ships them in 16, so that
fp16 loses nothing; what int8 costs is printed.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from flatbuffers import flexbuffers
from onnx import helper, numpy_helper
from onnx.utils import Extractor
from tensorflow.lite.python import schema_py_generated as tflite

from attention import to_plain

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "static" / "models"
VERSION = "1.0.0"
ORIGIN = "Google, MediaPipe; converted by Orator's training/face"


def transform_options(path):
    """Settings of the attention mesh's three TransformMatrix operators, in the order lips, left eye, right eye."""
    model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
    graph = model.Subgraphs(0)
    found = []
    for i in range(graph.OperatorsLength()):
        operator = graph.Operators(i)
        if model.OperatorCodes(operator.OpcodeIndex()).CustomCode() == b"Landmarks2TransformMatrix":
            found.append(flexbuffers.Loads(bytes(operator.CustomOptionsAsNumpy())))
    return dict(zip(["lips", "left", "right"], found))


def with_plain_upsampling(model):
    """MediaPipe's transposed convolution with a bias, as ONNX has it; its stride is its kernel's side."""
    for i, node in enumerate(model.graph.node):
        if node.op_type != "TFL_Convolution2DTransposeBias":
            continue
        source, kernel, bias = node.input
        weights = {t.name: t for t in model.graph.initializer}
        array = numpy_helper.to_array(weights[kernel])  # out, height, width, in
        name = kernel + "_iohw"
        model.graph.initializer.append(numpy_helper.from_array(array.transpose(3, 0, 1, 2).copy(), name))
        side = array.shape[1]
        nodes = [
            helper.make_node("Transpose", [source], [name + "_planes"], perm=[0, 3, 1, 2]),
            helper.make_node("ConvTranspose", [name + "_planes", name, bias], [name + "_up"], strides=[side, side]),
            helper.make_node("Transpose", [name + "_up"], list(node.output), perm=[0, 2, 3, 1]),
        ]
        model.graph.node.remove(node)
        for k, new in enumerate(nodes):
            model.graph.node.insert(i + k, new)
        return model
    raise ValueError("there is no transposed convolution")


def cut(model, inputs, outputs):
    """Only what leads from `inputs` to `outputs`, under their new names (old name -> new name)."""
    names = {**inputs, **outputs}
    part = Extractor(model).extract_model(list(inputs), list(outputs))
    for node in part.graph.node:
        for side in (node.input, node.output):
            for i, name in enumerate(side):
                side[i] = names.get(name, name)
    for info in list(part.graph.input) + list(part.graph.output):
        info.name = names[info.name]
    del part.graph.value_info[:]
    return part


def shrink(model, precision):
    """Weights of convolutions in fp16, or in int8 with a scale per output channel, widened when they are loaded."""
    small = onnx.ModelProto()
    small.CopyFrom(model)
    graph = small.graph
    transposed = {n.input[1] for n in graph.node if n.op_type == "ConvTranspose"}
    kept, nodes = [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        name = tensor.name
        if array.dtype != np.float32 or array.size < 64:
            kept.append(tensor)
        elif precision == "fp16" or array.ndim < 4 or name in transposed:
            kept.append(numpy_helper.from_array(array.astype(np.float16), name + "_f16"))
            nodes.append(helper.make_node("Cast", [name + "_f16"], [name], to=onnx.TensorProto.FLOAT))
        else:
            scale = np.maximum(np.abs(array).max(axis=(1, 2, 3)), 1e-8).astype(np.float32) / 127
            weights = np.round(array / scale[:, None, None, None]).astype(np.int8)
            parts = {"_i8": weights, "_scale": scale, "_zero": np.zeros(len(scale), np.int8)}
            kept += [numpy_helper.from_array(value, name + suffix) for suffix, value in parts.items()]
            nodes.append(helper.make_node("DequantizeLinear", [name + s for s in parts], [name], axis=0))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)
    onnx.checker.check_model(small)
    return small


def drawn_person(side, low, high):
    """A face in black and white (so that a golden example is short): skin, eyes, brows, mouth, shoulders."""
    y, x = np.mgrid[0:side, 0:side] / side

    def oval(cx, cy, rx, ry):
        return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1

    light = oval(0.5, 0.45, 0.26, 0.34) | oval(0.5, 1.05, 0.48, 0.22)
    for cx in (0.39, 0.61):
        light &= ~oval(cx, 0.4, 0.05, 0.025) & ~oval(cx, 0.33, 0.075, 0.014)
    light &= ~oval(0.5, 0.62, 0.09, 0.03) & ~oval(0.5, 0.53, 0.04, 0.012)
    image = np.where(light, high, low).astype(np.float32)
    return np.repeat(image[None, :, :, None], 3, axis=3)


def run(model, image):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"image": image})))


def described(array, digits):
    return {"shape": list(array.shape), "data": [float(f"{v:.{digits}g}") for v in array.ravel().tolist()]}


def whole(array):
    """Values that are whole numbers, written as such."""
    return {"shape": list(array.shape), "data": [int(v) for v in array.ravel()]}


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def ship(name, model, *, description, image, precisions, meanings, least, digits=5):
    onnx.checker.check_model(model)
    side = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    low, high, sense = image
    drawn = drawn_person(side, low, high)
    expected = run(model, drawn)
    folder = MODELS / name
    variants = []
    for precision in precisions:
        small = shrink(model, precision)
        answer = run(small, drawn)
        worst = {key: float(np.abs(answer[key] - value).max()) for key, value in expected.items()}
        print(f"{name} {precision}: worst differences {worst}")
        file = f"{name}.{precision}.onnx"
        tolerance = float(f"{max(least, 1.5 * max(worst.values())):.2g}")
        entry = write(folder / file, small.SerializeToString())
        variants.append({"precision": precision, "file": file, **entry, "tolerance": tolerance})
    golden = {"inputs": {"image": whole(drawn)}, "outputs": {k: described(v, digits) for k, v in expected.items()}}
    golden_file = write(folder / "golden.json", json.dumps(golden, separators=(",", ":")).encode())
    manifest = {
        "id": name,
        "version": VERSION,
        "description": description,
        "licence": "Apache-2.0",
        "origin": ORIGIN,
        "inputs": [{"name": "image", "dtype": "float32", "shape": [1, side, side, 3], "meaning": sense}],
        "outputs": [
            {"name": key, "dtype": "float32", "shape": list(value.shape), "meaning": meanings[key]}
            for key, value in expected.items()
        ],
        "variants": variants,
        "golden": {"file": "golden.json", "sha256": golden_file["sha256"]},
    }
    write(folder / "manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())


def main(build):
    """`build`: a folder with <name>.tflite and the converter's <name>.onnx beside it."""

    def load(name):
        return onnx.load(build / f"{name}.onnx")

    rgb = "red, green, blue of an upright square, 0 to 1"
    mesh = to_plain(load("attention"), transform_options(build / "attention.tflite"))
    ship(
        "face-mesh", mesh,
        description="Attention mesh: 478 points of a face in a square crop around it, lips and eyes looked at twice.",
        image=(0, 1, rgb), precisions=["fp16"], least=0.05,
        meanings={"points": "x, y, z in pixels of the crop (192), MediaPipe's topology, irises last", "sure": "that this is a face, 0 to 1"},
    )
    detector = cut(load("detector"), {"input": "image"}, {"regressors": "boxes", "classificators": "scores"})
    ship(
        "face-detector", detector,
        description="BlazeFace, short range: where faces are in a square picture.",
        image=(-1, 1, "red, green, blue, -1 to 1"), precisions=["fp16"], least=0.05,
        meanings={"boxes": "per anchor: x, y, width, height, then x and y of six points, pixels of 128 from the anchor", "scores": "per anchor: logit of a face"},
    )
    matte = cut(with_plain_upsampling(load("matte")), {"input_1": "image"}, {"activation_10": "alpha"})
    ship(
        "matte", matte,
        description="Selfie segmentation: how much of each pixel is a person.",
        image=(0, 1, rgb), precisions=["fp16"], least=0.01, digits=2,
        meanings={"alpha": "0 to 1, row by row"},
    )
    body = cut(load("pose"), {"input_1": "image"}, {"Identity": "points", "Identity_1": "sure"})
    ship(
        "body", body,
        description="BlazePose landmarks, lite: a body's joints in a square crop around it.",
        image=(0, 1, rgb), precisions=["fp16"], least=0.05,
        meanings={"points": "39 points of x, y, z (pixels of 256), and logits of visibility and presence", "sure": "that a body is there, 0 to 1"},
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
