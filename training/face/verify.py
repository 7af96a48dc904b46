"""The converted networks against MediaPipe's own program, on the drawn picture: the same answers, or not.

    verify.py BUILD

For the mesh MediaPipe's own subgraph is run with the whole picture as its region, so that nothing but the network and its
operators is compared; for the matte its solution.
"""

import os
import sys
from pathlib import Path

import mediapipe as mp
import numpy as np
import onnxruntime
from google.protobuf import text_format
from mediapipe.framework import calculator_pb2
from mediapipe.framework.formats import rect_pb2
from mediapipe.python import packet_creator, packet_getter
from mediapipe.python._framework_bindings import resource_util

from golden_picture import picture

GRAPH = """
input_stream: "image"
input_stream: "region"
input_side_packet: "with_attention"
output_stream: "landmarks"
node {
  calculator: "FaceLandmarkCpu"
  input_stream: "IMAGE:image"
  input_stream: "ROI:region"
  input_side_packet: "WITH_ATTENTION:with_attention"
  output_stream: "LANDMARKS:landmarks"
}
"""


def bytes_of(side):
    return np.ascontiguousarray(np.round(picture(side)[0].transpose(1, 2, 0) * 255).astype(np.uint8))


def mediapipe_mesh():
    resource_util.set_resource_dir(os.path.dirname(os.path.dirname(mp.__file__)))
    graph = mp.CalculatorGraph(graph_config=text_format.Parse(GRAPH, calculator_pb2.CalculatorGraphConfig()))
    found = []
    graph.observe_output_stream("landmarks", lambda _, packet: found.append(packet_getter.get_proto(packet)))
    graph.start_run({"with_attention": packet_creator.create_bool(True)})
    image = packet_creator.create_image_frame(data=bytes_of(192), image_format=mp.ImageFormat.SRGB)
    region = rect_pb2.NormalizedRect(x_center=0.5, y_center=0.5, width=1, height=1, rotation=0)
    graph.add_packet_to_input_stream("image", image.at(1))
    graph.add_packet_to_input_stream("region", packet_creator.create_proto(region).at(1))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return np.array([[p.x, p.y, p.z] for p in found[0].landmark]) * 192


def ours(build, name, side):
    session = onnxruntime.InferenceSession(build / f"{name}.fp32.onnx", providers=["CPUExecutionProvider"])
    return session.run(None, {"image": picture(side)})


def main(build):
    points, _ = ours(build, "face-mesh", 192)
    print(f"face-mesh: worst {np.abs(points[0] - mediapipe_mesh()).max():.2g} px of 192")
    (alpha,) = ours(build, "matte", 256)
    mask = mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0).process(bytes_of(256)).segmentation_mask
    print(f"matte: worst {np.abs(alpha[0] - mask).max():.2g} of 1")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
