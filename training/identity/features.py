"""HSE-FaceRes (a MobileNet of Andrey Savchenko's, trained on VGGFace2) as plain ONNX, out of @vladmandic/human.

    features.py BUILD    writes BUILD/face-features.fp32.onnx

The network takes blue, green, red in 0..255 less their means; here it takes planes of red, green, blue in 0..1, as the
others do. Of its three answers (age and gender are the others, and go) its pooled features are kept.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.utils import Extractor

sys.path.append(str(Path(__file__).resolve().parents[1] / "face"))
from convert import planes_first, replace_input, tidied  # noqa: E402

SIDE = 224
MEAN = (123.68, 116.779, 103.939)  # of red, green, blue
FEATURES = "global_pooling/Mean"


def main(build):
    raw = onnx.load(build / "faceres.raw.onnx")
    (image,) = raw.graph.input
    image.CopyFrom(helper.make_tensor_value_info(image.name, TensorProto.FLOAT, [1, SIDE, SIDE, 3]))
    del raw.graph.value_info[:]
    part = Extractor(raw).extract_model([image.name], [FEATURES])
    model = planes_first(part)
    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(np.float32(255), "levels"))
    graph.initializer.append(numpy_helper.from_array(np.asarray(MEAN, np.float32).reshape(1, 3, 1, 1), "mean"))
    graph.initializer.append(numpy_helper.from_array(np.asarray([2, 1, 0], np.int64), "blue_first"))
    replace_input(graph, "image", "ready")
    for node in (
        helper.make_node("Gather", ["centred", "blue_first"], ["ready"], axis=1),
        helper.make_node("Sub", ["bytes", "mean"], ["centred"]),
        helper.make_node("Mul", ["image", "levels"], ["bytes"]),
    ):
        graph.node.insert(0, node)
    graph.initializer.append(numpy_helper.from_array(np.asarray([1, 1024], np.int64), "features_shape"))
    graph.node.append(helper.make_node("Reshape", [FEATURES, "features_shape"], ["embedding"]))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, 1024]))
    tidied(model, build / "face-features.fp32.onnx")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
