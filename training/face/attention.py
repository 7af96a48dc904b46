"""Puts the attention mesh into plain ONNX.

MediaPipe's `face_landmark_with_attention` looks a second time at lips and eyes: it fits a turned rectangle to the
coarse landmarks of each, samples a 16 x 16 patch of features there, and lets a head of its own place the fine
landmarks. Three operators of its own do that; here each is spelt out in standard ones, and the answers are joined
into one list of 478 points. (Grishchenko et al., "Attention Mesh: High-fidelity Face Mesh Prediction in Real-time", 2020)
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

GRID = 16  # side of a sampled patch
FEATURES = 48  # side of the feature map, for an input of 192
# The skin around each eye, whose mean depth is the iris's.
EYE_RIMS = {
    "left": [33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173],
    "right": [263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398],
}


class Builder:
    """Nodes and constants with names that do not collide."""

    def __init__(self, prefix):
        self.prefix, self.nodes, self.constants, self.count = prefix, [], [], 0

    def const(self, value, dtype=np.float32):
        name = f"{self.prefix}_c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def ints(self, value):
        return self.const(value, np.int64)

    def op(self, kind, *inputs, out=None, **attributes):
        self.count += 1
        out = out or f"{self.prefix}_{kind}{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out


def patch_matrix(b, landmarks, options):
    """Landmarks (1, 468, 3) in feature pixels -> (2, 3): patch coordinates 0...16 to feature coordinates."""
    xy = b.op("Slice", landmarks, b.ints([0]), b.ints([2]), b.ints([2]))
    xy = b.op("Reshape", xy, b.ints([468, 2]))
    ends = b.op("Gather", xy, b.ints([options["left_rotation_idx"], options["right_rotation_idx"]]), axis=0)
    along = b.op("MatMul", b.const([[-1.0, 1.0]]), ends)  # (1, 2): from the left end to the right
    length = b.op("Sqrt", b.op("ReduceSum", b.op("Mul", along, along), b.ints([1]), keepdims=1))
    cos_sin = b.op("Div", along, length)  # (1, 2)
    # Rows (c, -s), (s, c): xy times this is xy turned level.
    turn = b.op("Reshape", b.op("MatMul", cos_sin, b.const([[1, 0, 0, 1], [0, -1, 1, 0]])), b.ints([2, 2]))
    level = b.op("MatMul", b.op("Gather", xy, b.ints(options["subset_idxs"]), axis=0), turn)
    low = b.op("ReduceMin", level, axes=[0], keepdims=1)
    high = b.op("ReduceMax", level, axes=[0], keepdims=1)
    size = b.op("Mul", b.op("Sub", high, low), b.const([[options["scale_x"], options["scale_y"]]]))
    middle = b.op("Mul", b.op("Add", low, high), b.const(0.5))
    corner = b.op("Sub", middle, b.op("Mul", size, b.const(0.5)))
    back = b.op("Transpose", turn, perm=[1, 0])
    origin = b.op("MatMul", corner, back)  # (1, 2)
    # Columns of the linear part: the patch's own axes, a sixteenth of its sides long.
    axes = b.op("Mul", turn, b.op("Div", size, b.const(float(GRID))))
    return axes, origin


def bilinear(b, features, at, out):
    """Features (1, 48, 48, channels) at places (256, 2) -> (1, 16, 16, channels); nought outside.

    By gathering four neighbours of each place, not by GridSample, which graphics cards' runtimes lack.
    """
    rows = b.op("Reshape", features, b.ints([FEATURES * FEATURES, -1]))
    # A feature stands for the middle of its cell.
    at = b.op("Sub", at, b.const(0.5))
    low = b.op("Floor", at)
    part = b.op("Sub", at, low)
    rest = b.op("Sub", b.const(1.0), part)
    column = {"x": b.const([[1.0], [0.0]]), "y": b.const([[0.0], [1.0]])}
    total = None
    for across, x_share in ((0.0, rest), (1.0, part)):
        for down, y_share in ((0.0, rest), (1.0, part)):
            corner = b.op("Add", low, b.const([across, down]))
            inside = b.op("Clip", corner, b.const(0.0), b.const(FEATURES - 1.0))
            # 1 inside, 0 where the clip moved the corner.
            moved = b.op("ReduceMax", b.op("Abs", b.op("Sub", inside, corner)), axes=[1], keepdims=1)
            there = b.op("Sub", b.const(1.0), b.op("Min", moved, b.const(1.0)))
            share = b.op("Mul", b.op("MatMul", x_share, column["x"]), b.op("MatMul", y_share, column["y"]))
            index = b.op("MatMul", inside, b.const([[1.0], [float(FEATURES)]]))
            index = b.op("Reshape", b.op("Cast", index, to=TensorProto.INT32), b.ints([GRID * GRID]))
            found = b.op("Mul", b.op("Gather", rows, index, axis=0), b.op("Mul", share, there))
            total = found if total is None else b.op("Add", total, found)
    b.op("Reshape", total, b.ints([1, GRID, GRID, -1]), out=out)


def to_plain(model, options):
    """`options`: the three TransformMatrix settings by head name. Answers a model of `image` -> `points`, `sure`."""
    graph = model.graph
    by_output = {out: node for node in graph.node for out in node.output}
    # Heads by the names of the tensors the converter kept.
    heads = {
        "lips": "landmarks_to_transform_matrix_v2",
        "left": "landmarks_to_transform_matrix_v2_1",
        "right": "landmarks_to_transform_matrix_v2_2",
    }
    samples = {
        "lips": "transform_tensor_bilinear_v2",
        "left": "transform_tensor_bilinear_v2_1",
        "right": "transform_tensor_bilinear_v2_2",
    }
    fine = {
        "lips": ["transform_landmarks_v2"],
        "left": ["transform_landmarks_v2_1", "transform_landmarks_v2_2"],
        "right": ["transform_landmarks_v2_3", "transform_landmarks_v2_4"],
    }
    made, dropped = {}, set()
    b = Builder("plain")
    for head, matrix in heads.items():
        node = by_output[matrix]
        dropped.add(node.name)
        start = len(b.nodes)
        axes, origin = patch_matrix(b, node.input[0], options[head])
        made[node.name] = b.nodes[start:]
        node = by_output[samples[head]]
        dropped.add(node.name)
        start = len(b.nodes)
        y, x = np.mgrid[0:GRID, 0:GRID]
        middles = np.stack([x + 0.5, y + 0.5], -1).reshape(-1, 2)
        at = b.op("Add", b.op("MatMul", b.const(middles), b.op("Transpose", axes, perm=[1, 0])), origin)
        bilinear(b, node.input[0], at, node.output[0])
        made[node.name] = b.nodes[start:]
        for name in fine[head]:
            node = by_output[name]
            # With it goes the matrix in image coordinates that it reads, made of the one that is spelt out.
            dropped.update((node.name, by_output[node.input[1]].name))
            made[by_output[node.input[1]].name] = []
            start = len(b.nodes)
            # A head's coordinates are four to a cell, the image's four to a feature: the linear part is the same.
            moved = b.op("MatMul", node.input[0], b.op("Transpose", axes, perm=[1, 0]))
            b.op("Add", moved, b.op("Mul", origin, b.const(4.0)), out=node.output[0])
            made[node.name] = b.nodes[start:]

    nodes = []
    for node in graph.node:
        nodes.extend(made[node.name] if node.name in dropped else [node])

    b.nodes = []
    mesh = b.op("Reshape", "output_mesh_identity", b.ints([468, 3]))
    mesh_xy = b.op("Slice", mesh, b.ints([0]), b.ints([2]), b.ints([1]))
    mesh_z = b.op("Slice", mesh, b.ints([2]), b.ints([3]), b.ints([1]))
    parts = [mesh_xy]
    order = list(range(468))
    at = 468
    for head in ("lips", "left", "right"):
        picked = options[head]["subset_idxs"]
        for i, point in enumerate(picked):
            order[point] = at + i
        at += len(picked)
        parts.append(b.op("Reshape", fine[head][0], b.ints([len(picked), 2])))
    for head in ("left", "right"):
        order.extend(range(at, at + 5))
        at += 5
        parts.append(b.op("Reshape", fine[head][1], b.ints([5, 2])))
    xy = b.op("Gather", b.op("Concat", *parts, axis=0), b.ints(order), axis=0)
    depths = [mesh_z]
    for rim in EYE_RIMS.values():
        mean = b.op("ReduceMean", b.op("Gather", mesh_z, b.ints(rim), axis=0), axes=[0], keepdims=1)
        depths.append(b.op("Expand", mean, b.ints([5, 1])))
    z = b.op("Concat", *depths, axis=0)
    points = b.op("Concat", xy, z, axis=1)
    b.op("Reshape", points, b.ints([1, 478, 3]), out="points")
    b.op("Reshape", b.op("Sigmoid", "conv_faceflag"), b.ints([1, 1]), out="sure")
    nodes += b.nodes

    rename = {"input_1": "image"}
    for node in nodes:
        for i, name in enumerate(node.input):
            node.input[i] = rename.get(name, name)
    plain = helper.make_graph(
        sorted_by_need(nodes, {"image"} | {i.name for i in graph.initializer} | {c.name for c in b.constants}),
        "face-mesh",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 192, 192, 3])],
        [
            helper.make_tensor_value_info("points", TensorProto.FLOAT, [1, 478, 3]),
            helper.make_tensor_value_info("sure", TensorProto.FLOAT, [1, 1]),
        ],
        list(graph.initializer) + b.constants,
    )
    made_model = helper.make_model(plain, opset_imports=[helper.make_opsetid("", 15)], producer_name="orator")
    made_model.ir_version = 8
    return made_model


def sorted_by_need(nodes, known):
    """Nodes so that each comes after what it reads; the converter's order is not kept by cutting."""
    known, waiting, done = set(known) | {""}, list(nodes), []
    while waiting:
        ready = [n for n in waiting if all(i in known for i in n.input)]
        if not ready:
            raise ValueError(f"{waiting[0].name} reads what nobody makes")
        for n in ready:
            known.update(n.output)
        done += ready
        waiting = [n for n in waiting if n not in ready]
    return done


