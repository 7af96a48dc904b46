"""From TFLite to ONNX as Orator runs it: channels first, one float image in, standard operators alone.

    convert.py BUILD MODEL    writes BUILD/MODEL.fp32.onnx
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import tensorflow
import tf2onnx
from flatbuffers import flexbuffers
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor
from tensorflow.lite.python import schema_py_generated as tflite

import attention
from golden_picture import picture

OPSET = 15


def from_tflite(path: Path):
    model, _ = tf2onnx.convert.from_tflite(str(path), opset=OPSET)
    return model


def attention_options(path: Path):
    """The settings of the three TransformMatrix operators, in the order lips, left eye, right eye."""
    model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
    graph = model.Subgraphs(0)
    found = []
    for i in range(graph.OperatorsLength()):
        node = graph.Operators(i)
        if model.OperatorCodes(node.OpcodeIndex()).CustomCode() == b"Landmarks2TransformMatrix":
            found.append(flexbuffers.Loads(bytes(node.CustomOptionsAsNumpy())))
    return dict(zip(["lips", "left", "right"], found))


def spell_out_transpose_bias(model):
    """MediaPipe's Convolution2DTransposeBias (stride 2, kernel out x 2 x 2 x in) as a transposed convolution."""
    graph = model.graph
    constants = {c.name: c for c in graph.initializer}
    nodes = []
    for node in graph.node:
        if node.op_type != "TFL_Convolution2DTransposeBias":
            nodes.append(node)
            continue
        features, kernel, bias = node.input
        weights = numpy_helper.to_array(constants[kernel]).transpose(3, 0, 1, 2)
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weights), kernel + "_planes"))
        nodes += [
            helper.make_node("Transpose", [features], [features + "_planes"], perm=[0, 3, 1, 2]),
            helper.make_node("ConvTranspose", [features + "_planes", kernel + "_planes", bias], [node.output[0] + "_planes"], strides=[2, 2]),
            helper.make_node("Transpose", [node.output[0] + "_planes"], [node.output[0]], perm=[0, 2, 3, 1]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def cut(model, outputs):
    """The part that makes these outputs, each under a new name and reshaped: {old: (new, shape, operator or None)}."""
    (image,) = [i.name for i in model.graph.input]
    part = Extractor(model).extract_model([image], list(outputs))
    graph = part.graph
    del graph.output[:]
    for old, (new, shape, last) in outputs.items():
        value = old
        if last:
            graph.node.append(helper.make_node(last, [old], [f"{new}_{last}"]))
            value = f"{new}_{last}"
        graph.initializer.append(numpy_helper.from_array(np.asarray(shape, np.int64), f"{new}_shape"))
        graph.node.append(helper.make_node("Reshape", [value, f"{new}_shape"], [new]))
        graph.output.append(helper.make_tensor_value_info(new, TensorProto.FLOAT, shape))
    return part


def planes_first(model):
    """The image as planes: the graph's own turning of rows of pixels into planes goes."""
    graph = model.graph
    (image,) = graph.input
    (turn,) = [n for n in graph.node if image.name in n.input]
    if turn.op_type == "Pad":
        # Padded as pixels, then turned: pad the planes instead.
        pad = turn
        (turn,) = [n for n in graph.node if pad.output[0] in n.input]
        sides = next(c for c in graph.initializer if c.name == pad.input[1])
        before, after = numpy_helper.to_array(sides).reshape(2, 4)
        order = [0, 3, 1, 2]
        sides.CopyFrom(numpy_helper.from_array(np.concatenate([before[order], after[order]]), sides.name))
        replace_input(graph, turn.output[0], pad.output[0])
        pad.input[0] = "image"
    else:
        replace_input(graph, turn.output[0], "image")
    if turn.op_type != "Transpose":
        raise ValueError(f"the image meets a {turn.op_type} first")
    graph.node.remove(turn)
    _, height, width, channels = [d.dim_value for d in image.type.tensor_type.shape.dim]
    image.CopyFrom(helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, channels, height, width]))
    return model


def from_unit(model):
    """For a network that takes -1 to 1: it takes 0 to 1, as the others do."""
    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(np.float32(2), "twice"))
    graph.initializer.append(numpy_helper.from_array(np.float32(1), "one"))
    replace_input(graph, "image", "signed_image")
    graph.node.insert(0, helper.make_node("Sub", ["twice_image", "one"], ["signed_image"]))
    graph.node.insert(0, helper.make_node("Mul", ["image", "twice"], ["twice_image"]))
    return model


def replace_input(graph, old, new):
    for node in graph.node:
        for i, name in enumerate(node.input):
            if name == old:
                node.input[i] = new


def activations_before_turns(model):
    """HardSwish(Transpose(x)) is Transpose(HardSwish(x)); written so, pairs of turns meet and go."""
    graph = model.graph
    made = {out: n for n in graph.node for out in n.output}
    for node in graph.node:
        turn = made.get(node.input[0]) if node.op_type == "HardSwish" else None
        if turn is None or turn.op_type != "Transpose":
            continue
        readers = [n for n in graph.node if turn.output[0] in n.input]
        if len(readers) > 1:
            continue
        inner, outer = turn.output[0], node.output[0]
        node.input[0], turn.input[0] = turn.input[0], inner
        node.output[0], turn.output[0] = inner, outer
    return sorted_graph(model)


def sorted_graph(model):
    graph = model.graph
    known = {i.name for i in graph.input} | {c.name for c in graph.initializer}
    nodes = attention.sorted_by_need(list(graph.node), known)
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def tidied(model, path: Path):
    """Through the runtime's own portable simplifications: constants folded, turns cancelled."""
    for domain in [o for o in model.opset_import if o.domain]:
        model.opset_import.remove(domain)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    tidy = onnx.load(path)
    for domain in [o for o in tidy.opset_import if o.domain]:
        tidy.opset_import.remove(domain)
    strangers = {n.op_type for n in tidy.graph.node if n.domain}
    if strangers:
        raise ValueError(f"no standard operators: {strangers}")
    tidy.graph.doc_string = ""
    for node in tidy.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(tidy)
    onnx.save(tidy, path)
    return tidy


CUTS = {
    "face-detector": {"regressors": ("boxes", [1, 896, 16], None), "classificators": ("sure", [1, 896], "Sigmoid")},
    "matte": {"activation_10": ("alpha", [1, 256, 256], None)},
    "body": {"Identity": ("points", [1, 39, 5], None), "Identity_1": ("sure", [1, 1], None)},
}


def compare(source: Path, path: Path):
    """With what TensorFlow's interpreter answers to the same picture, where it knows all operators."""
    interpreter = tensorflow.lite.Interpreter(model_path=str(source))
    interpreter.allocate_tensors()
    (image,) = interpreter.get_input_details()
    seen = picture(image["shape"][1])
    signed = seen * 2 - 1 if path.name.startswith("face-detector") else seen
    interpreter.set_tensor(image["index"], signed.transpose(0, 2, 3, 1))
    interpreter.invoke()
    theirs = [interpreter.get_tensor(o["index"]) for o in interpreter.get_output_details()]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    points = session.run(None, {"image": seen})[0].ravel()
    (same,) = [t for t in theirs if t.size == points.size]
    print(f"against TensorFlow: worst {np.abs(points - same.ravel()).max():.2g}")


def main():
    build, name = Path(sys.argv[1]), sys.argv[2]
    source = build / f"{name}.tflite"
    model = from_tflite(source)
    if name == "face-mesh":
        model = attention.to_plain(model, attention_options(source))
    else:
        if name == "matte":
            model = activations_before_turns(spell_out_transpose_bias(model))
        model = cut(model, CUTS[name])
    model = planes_first(model)
    if name == "face-detector":
        model = from_unit(model)
    tidy = tidied(model, build / f"{name}.fp32.onnx")
    kinds = {}
    for node in tidy.graph.node:
        kinds[node.op_type] = kinds.get(node.op_type, 0) + 1
    print(name, kinds)
    if name in ("face-detector", "body"):
        compare(source, build / f"{name}.fp32.onnx")


if __name__ == "__main__":
    main()
