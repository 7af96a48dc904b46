"""The networks inside the npm packages: single files, or stretches of a packed file that its loader names."""

import json
import re
import sys
from pathlib import Path

WANTED = {
    "face-detector": ("face_mesh", "face_detection_short_range.tflite"),
    "face-mesh": ("face_mesh", "face_landmark_with_attention.tflite"),
    "matte": ("selfie_segmentation", "selfie_segmentation.tflite"),
    "body": ("pose", "pose_landmark_lite.tflite"),
}


def unpack(packages: Path, out: Path):
    for model, (package, name) in WANTED.items():
        folder = packages / package / "package"
        alone = folder / name
        data = alone.read_bytes() if alone.exists() else stretch(folder, package, name)
        if data[4:8] != b"TFL3":
            raise ValueError(f"{name} of {package} is no TFLite network")
        (out / f"{model}.tflite").write_bytes(data)
        print(model, name, len(data))


def stretch(folder, package, name):
    loader = (folder / f"{package}_solution_packed_assets_loader.js").read_text()
    files = json.loads(re.search(r'"files": (\[.*?\])', loader).group(1))
    entry = next(f for f in files if f["filename"].endswith("/" + name))
    return (folder / f"{package}_solution_packed_assets.data").read_bytes()[entry["start"] : entry["end"]]


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[1]))
