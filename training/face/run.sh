#!/usr/bin/env bash
# From MediaPipe's npm packages to static/models/{face-detector,face-mesh,matte,body}. A few minutes.
# `run.sh` does all of it; `run.sh convert export` only the steps named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
BUILD="${ORATOR_TRAINING_BUILD:-$PWD/build}"
PYTHON="$BUILD/venv/bin/python"
NETWORKS="face-detector face-mesh matte body"
mkdir -p "$BUILD"

fetch() { # package version
  [ -d "$BUILD/$1" ] && return
  mkdir -p "$BUILD/$1"
  (cd "$BUILD" && tar xzf "$(npm pack --silent "@mediapipe/$1@$2")" -C "$1")
}
packages() {
  [ -x "$PYTHON" ] || python3 -m venv "$BUILD/venv"
  "$PYTHON" -m pip install -q tensorflow-cpu==2.21.0 tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.32.0 flatbuffers==25.12.19 'numpy==1.26.4'
  fetch face_mesh 0.4.1657299874
  fetch selfie_segmentation 0.1.1675465747
  fetch pose 0.5.1675469404
  "$PYTHON" packages.py "$BUILD"
}
convert() { for name in $NETWORKS; do "$PYTHON" convert.py "$BUILD" "$name"; done; }
export_() { "$PYTHON" export.py "$BUILD"; }
# Held against MediaPipe's own program, which needs an environment of its own. Not part of the default run.
verify() {
  [ -x "$BUILD/verify/bin/python" ] || python3 -m venv "$BUILD/verify"
  "$BUILD/verify/bin/python" -m pip install -q mediapipe==0.10.14 onnxruntime
  "$BUILD/verify/bin/python" verify.py "$BUILD"
}

for step in ${@:-packages convert export}; do
  echo "== $step"
  if [ "$step" = export ]; then export_; else "$step"; fi
done
