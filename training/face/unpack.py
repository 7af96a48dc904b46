"""Takes the networks out of the unpacked npm packages, under the names that convert.py knows them by."""

import re
import shutil
import sys
from pathlib import Path

build = Path(sys.argv[1])
face = build / "face_mesh"
loader = (face / "face_mesh_solution_packed_assets_loader.js").read_text()
data = (face / "face_mesh_solution_packed_assets.data").read_bytes()
wanted = {"face_landmark_with_attention": "attention", "face_detection_short_range": "detector"}
for path, start, end in re.findall(r'"filename":\s*"([^"]+)",\s*"start":\s*(\d+),\s*"end":\s*(\d+)', loader):
    name = wanted.get(Path(path).stem)
    if name:
        (build / f"{name}.tflite").write_bytes(data[int(start) : int(end)])
shutil.copy(build / "selfie_segmentation" / "selfie_segmentation.tflite", build / "matte.tflite")
shutil.copy(build / "pose" / "pose_landmark_lite.tflite", build / "pose.tflite")
