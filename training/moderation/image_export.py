"""nsfwjs's MobileNet V2 (MIT; weights and all) in plain ONNX: channels first, weights in the 8 bits that they come in, and
what normalisation makes of them left to the runtime when it loads them. (Rounding them anew after folding moved a drawing
from 0.29 to 0.60.) Golden example: a drawn picture of nothing."""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import shared
from export import described, write_model
from shared import BUILD

SIDE = 224
KINDS = ["drawing", "hentai", "neutral", "porn", "sexy"]


def weights(folder):
    model = json.loads((folder / "model.json").read_text())
    data, at, found = (folder / "weights.bin").read_bytes(), 0, {}
    for spec in model["weightsManifest"][0]["weights"]:
        size = int(np.prod(spec["shape"]))
        packed = spec.get("quantization")
        width = 1 if packed else 4
        raw = np.frombuffer(data, np.uint8 if packed else np.float32, size, at).reshape(spec["shape"])
        found[spec["name"]] = (raw, np.float32(packed["scale"]), np.float32(packed["min"])) if packed else (raw, None, None)
        at += size * width
    if at != len(data):
        raise ValueError(f"{len(data) - at} bytes of weights are left over")
    return model["modelTopology"]["model_config"]["config"]["layers"], found


def plain(packed):
    raw, scale, low = packed
    return raw if scale is None else (raw * scale + low).astype(np.float32)


class Graph:
    def __init__(self):
        self.nodes, self.values = [], []

    def constant(self, name, array):
        self.values.append(numpy_helper.from_array(array, name))
        return name

    def kernel(self, name, packed, axes, gain=None):
        """As it is stored, its axes put in another order; widened, and times a number for each output."""
        raw, scale, low = packed
        small = self.constant(f"{name}_u8", np.ascontiguousarray(raw.transpose(axes)))
        wide = self.node("DequantizeLinear", [small, self.constant(f"{name}_scale", scale), self.constant(f"{name}_zero", np.uint8(0))], f"{name}_wide")
        kernel = self.node("Add", [wide, self.constant(f"{name}_low", low)], f"{name}_kernel")
        return kernel if gain is None else self.node("Mul", [kernel, self.constant(f"{name}_gain", gain.reshape(-1, 1, 1, 1))], f"{name}_scaled")

    def node(self, kind, inputs, output, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output


def build(layers, w):
    graph, out, pads = Graph(), {"input_1": "picture"}, {}
    norms = {layer["inbound_nodes"][0][0][0]: layer["name"] for layer in layers if layer["class_name"] == "BatchNormalization"}
    for layer in layers[1:]:
        name, kind, config = layer["name"], layer["class_name"], layer["config"]
        sources = [inbound[0] for inbound in layer["inbound_nodes"][0]]
        x = out[sources[0]]
        if kind == "ZeroPadding2D":
            (top, bottom), (left, right) = config["padding"]
            pads[name], out[name] = [top, left, bottom, right], x
        elif kind in ("Conv2D", "DepthwiseConv2D"):
            deep = kind == "DepthwiseConv2D"
            packed = w[f"{name}/depthwise_kernel" if deep else f"{name}/kernel"]
            axes = (2, 3, 0, 1) if deep else (3, 2, 0, 1)
            outputs = packed[0].shape[2 if deep else 3]
            gain, bias, norm = None, np.zeros(outputs, np.float32), norms.get(name)
            if norm:
                gamma, beta, mean, variance = (plain(w[f"{norm}/{part}"]) for part in ("gamma", "beta", "moving_mean", "moving_variance"))
                gain = (gamma / np.sqrt(variance + 0.001)).astype(np.float32)
                bias = (beta - mean * gain).astype(np.float32)
            same = config["padding"] == "same" and config["kernel_size"][0] == 3
            if config["padding"] == "same" and config["strides"] != [1, 1]:
                raise ValueError(f"{name}: which side is padded is not known")
            out[name] = graph.node("Conv", [x, graph.kernel(name, packed, axes, gain), graph.constant(f"{name}_bias", bias)], name,
                                   pads=[1, 1, 1, 1] if same else pads.get(sources[0], [0, 0, 0, 0]), strides=config["strides"], group=outputs if deep else 1)
        elif kind in ("BatchNormalization", "Dropout"):
            out[name] = x
        elif kind == "ReLU":
            low = graph.constant(f"{name}_low", np.float32(0))
            out[name] = graph.node("Clip", [x, low, graph.constant(f"{name}_high", np.float32(config["max_value"]))], name)
        elif kind == "Add":
            out[name] = graph.node("Add", [out[s] for s in sources], name)
        elif kind == "AveragePooling2D":
            out[name] = graph.node("AveragePool", [x], name, kernel_shape=config["pool_size"], strides=config["strides"])
        elif kind == "Flatten":
            # Rows, columns, channels: as Keras flattens.
            out[name] = graph.node("Flatten", [graph.node("Transpose", [x], f"{name}_last", perm=[0, 2, 3, 1])], name, axis=1)
        elif kind == "Dense":
            y = graph.node("Gemm", [x, graph.kernel(name, w[f"{name}/kernel"], (1, 0)), graph.constant(f"{name}_bias", plain(w[f"{name}/bias"]))], f"{name}_sum", transB=1)
            last = config["activation"] == "softmax"
            out[name] = graph.node("Softmax" if last else "Relu", [y], "kinds" if last else name, **({"axis": 1} if last else {}))
        else:
            raise ValueError(f"no rule for {kind}")
    model = helper.make_model(
        helper.make_graph(graph.nodes, "image-safety", [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
                          [helper.make_tensor_value_info("kinds", TensorProto.FLOAT, [1, len(KINDS)])], graph.values),
        opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def drawn():
    """Hills under a sky: nobody's, and neutral."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    picture = np.stack([0.5 + 0.3 * y, 0.65 + 0.2 * y, 0.95 - 0.2 * y])
    hill = y > 0.6 + 0.1 * np.sin(6 * x) + 0.03 * np.sin(25 * x)
    picture[:, hill] = np.stack([0.2 + 0.2 * x, 0.5 - 0.2 * y, 0.15 + 0 * x])[:, hill]
    return np.round(picture[None] * 255) / 255


def main():
    folder = Path(BUILD) / "image"
    layers, found = weights(folder)
    model = build(layers, found)
    picture = drawn().astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    answer = session.run(["kinds"], {"picture": picture})[0]
    print(dict(zip(KINDS, answer[0].round(3))))
    np.save(folder / "drawn.npy", picture)
    levels = np.round(picture * 255).astype(np.uint8).ravel()
    write_model(
        shared.ROOT / "static" / "models" / "image-safety", "image-safety", model, sys.argv[1] if len(sys.argv) > 1 else "0",
        description="A picture to what kind it is: drawing, drawn pornography, neutral, pornography, suggestive. nsfwjs’s MobileNet V2, converted.",
        licence="MIT",
        inputs=[{"name": "picture", "dtype": "float32", "shape": [1, 3, SIDE, SIDE], "meaning": "planes of red, green, blue, 0 to 1, the whole picture squeezed into a square"}],
        outputs=[{"name": "kinds", "dtype": "float32", "shape": [1, len(KINDS)], "meaning": f"shares of {', '.join(KINDS)}; their sum is 1"}],
        golden={"inputs": {"picture": {"shape": list(picture.shape), "bytes": base64.b64encode(levels.tobytes()).decode(), "low": 0, "high": 1}}, "outputs": {"kinds": described(answer)}},
        tolerance=0.01,
    )


if __name__ == "__main__":
    main()
