#!/usr/bin/env bash
# From clips of talkers to static/models/inner-mouth: unroll, train, export. Some minutes on one core.
# CLIPS names a folder of clips with an index.json (see README.md). `run.sh train export` does only the steps named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export ORATOR_TRAINING_BUILD="${ORATOR_TRAINING_BUILD:-$PWD/build}"
BUILD="$ORATOR_TRAINING_BUILD"
PYTHON=/usr/bin/python3
mkdir -p "$BUILD"

packages() {
  apt-get install -y -qq python3-torch python3-numpy python3-venv ffmpeg
  # torch is Debian's; these two only write and check the files that ship.
  [ -x "$BUILD/venv/bin/python" ] || $PYTHON -m venv --system-site-packages "$BUILD/venv"
  "$BUILD/venv/bin/pip" install -q onnx==1.16.2 onnxruntime==1.18.1 'numpy<2'
  (cd ../.. && [ -d node_modules ] || npm ci --silent)
}
unroll() { (cd ../.. && PATH="$PWD/node_modules/.bin:$PATH" node training/mouth/unroll.ts "$BUILD" "${CLIPS:?a folder of clips}"); }
train() { $PYTHON train.py; }
judge() { $PYTHON train.py --left-out; }
export_() { "$BUILD/venv/bin/python" export.py "${VERSION:-1.0.0}"; }

for step in ${@:-packages unroll train export}; do
  echo "== $step"
  if [ "$step" = export ]; then export_; else "$step"; fi
done
