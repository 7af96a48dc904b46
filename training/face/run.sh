#!/usr/bin/env bash
# From MediaPipe's npm packages to static/models/{face-detector,face-mesh,matte,body}. A few minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
BUILD="${ORATOR_TRAINING_BUILD:-$PWD/build}"
mkdir -p "$BUILD"

[ -x "$BUILD/venv/bin/python" ] || python3 -m venv "$BUILD/venv"
"$BUILD/venv/bin/pip" install -q tensorflow-cpu==2.21.0 tf2onnx==1.17.0 onnx onnxruntime flatbuffers 'numpy<2'

fetch() { # package version
  [ -d "$BUILD/$1" ] && return
  mkdir -p "$BUILD/$1"
  (cd "$BUILD" && tar xzf "$(npm pack --silent "@mediapipe/$1@$2")" -C "$1" --strip-components=1)
}
fetch face_mesh 0.4.1657299874
fetch selfie_segmentation 0.1.1675465747
fetch pose 0.5.1675469404

# The face networks lie end to end in one file; where each begins stands in the loader beside it.
"$BUILD/venv/bin/python" unpack.py "$BUILD"
for name in attention detector matte pose; do
  "$BUILD/venv/bin/python" -m tf2onnx.convert --tflite "$BUILD/$name.tflite" --output "$BUILD/$name.onnx" --opset 16 \
    --custom-ops Convolution2DTransposeBias,Landmarks2TransformMatrix,TransformTensorBilinear,TransformLandmarks
done
"$BUILD/venv/bin/python" convert.py "$BUILD"
