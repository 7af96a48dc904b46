"""dlib's face network as plain ONNX: planes of a face chip in, 128 numbers out.

    resnet.py BUILD    writes BUILD/face-identity.fp32.onnx

The network is Davis King's variant of ResNet-34 (dlib's examples/dnn_face_recognition_ex.cpp): 3 x 3 convolutions
without padding where they step by two, shortcuts through a 2 x 2 mean, sums of unequal sizes filled with zeros. The
affine layer behind each convolution (a batch norm at rest) is multiplied into it.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dlib_weights import layers

SIDE = 150
MEAN = (122.782, 117.001, 104.298)  # of red, green, blue, in 0..255; what dlib takes off before it divides by 256
# Width of each residual block, and whether it halves the picture.
BLOCKS = [(32, False)] * 3 + [(64, True)] + [(64, False)] * 3 + [(128, True)] + [(128, False)] * 2
BLOCKS += [(256, True)] + [(256, False)] * 2 + [(256, True)]


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, kind, inputs, **attributes):
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name


def convolution(graph, x, pair, channels, width, side, stride):
    con, affine = pair
    if (con.kind, affine.kind) != ("con_4", "affine_"):
        raise ValueError(f"a {con.kind} and a {affine.kind} instead of a convolution")
    values = con.values.ravel()
    weights, bias = values[:-width].reshape(width, channels, side, side), values[-width:]
    gain, offset = affine.values.ravel().reshape(2, width)
    name = f"conv_{len(graph.nodes)}"
    kernel = graph.constant(name + "_weights", weights * gain[:, None, None, None])
    shift = graph.constant(name + "_bias", bias * gain + offset)
    pads = [0] * 4 if stride > 1 else [side // 2] * 4
    return graph.add("Conv", [x, kernel, shift], kernel_shape=[side] * 2, strides=[stride] * 2, pads=pads)


def padded(graph, x, have, want):
    """Zeros behind: channels and places that the other side of a sum has and this one lacks."""
    if have == want:
        return x
    ends = [0, *(b - a for a, b in zip(have, want))]
    pads = graph.constant(f"pads_{len(graph.nodes)}", np.asarray([0] * 4 + ends, np.int64))
    return graph.add("Pad", [x, pads])


def block(graph, x, shape, pairs, width, halves):
    channels, side = shape
    y = convolution(graph, x, next(pairs), channels, width, 3, 2 if halves else 1)
    y = convolution(graph, graph.add("Relu", [y]), next(pairs), width, width, 3, 1)
    if not halves:
        return graph.add("Relu", [graph.add("Add", [y, x])]), shape
    shortcut = graph.add("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
    straight, around = (side - 3) // 2 + 1, (side - 2) // 2 + 1
    largest = max(straight, around)
    y = padded(graph, y, (width, straight, straight), (width, largest, largest))
    shortcut = padded(graph, shortcut, (channels, around, around), (width, largest, largest))
    return graph.add("Relu", [graph.add("Add", [y, shortcut])]), (width, largest)


def network(found):
    *convolutions, last = found
    pairs = iter(zip(convolutions[::2], convolutions[1::2]))
    graph = Graph()
    mean = graph.constant("mean", np.asarray(MEAN, np.float32).reshape(1, 3, 1, 1) / 256)
    level = graph.constant("level", np.float32(255 / 256))
    x = graph.add("Sub", [graph.add("Mul", ["image", level]), mean])
    x = graph.add("Relu", [convolution(graph, x, next(pairs), 3, 32, 7, 2)])
    x = graph.add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    shape = (32, ((SIDE - 7) // 2 + 1 - 3) // 2 + 1)
    for width, halves in BLOCKS:
        x, shape = block(graph, x, shape, pairs, width, halves)
    if next(pairs, None) is not None:
        raise ValueError("layers are left over")
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x])])
    weights = graph.constant("embedding_weights", last.values.reshape(256, 128))
    graph.nodes.append(helper.make_node("MatMul", [x, weights], ["embedding"]))
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, 128])
    made = helper.make_graph(graph.nodes, "face-identity", [image], [embedding], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    build = Path(sys.argv[1])
    found = layers(build / "dlib_face_recognition_resnet_model_v1.dat")
    onnx.save(network(found), build / "face-identity.fp32.onnx")
    print(len(found), "layers,", sum(layer.values.size for layer in found), "numbers")
