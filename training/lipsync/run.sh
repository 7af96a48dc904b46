#!/usr/bin/env bash
# From nothing to static/models/lipsync: voices, corpus, sequences, network, files. About an hour on two cores.
# `run.sh` does all of it; `run.sh train export` only the steps named. Debian, as root for the packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
BUILD="${ORATOR_TRAINING_BUILD:-$PWD/build}"
PYTHON=/usr/bin/python3
STEPS="${STEPS:-2200}"
VERSION="${VERSION:-1.0.0}"
mkdir -p "$BUILD"

packages() {
  apt-get install -y -qq python3-torch python3-numpy python3-scipy python3-venv espeak-ng libespeak-ng1 flite \
    festival festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts \
    fortunes fortunes-min fortunes-de fortunes-it fortunes-cs fortunes-pl fortunes-ru fortunes-br
  # torch is Debian's; these two only write and check the files that ship.
  [ -x "$BUILD/venv/bin/python" ] || $PYTHON -m venv --system-site-packages "$BUILD/venv"
  "$BUILD/venv/bin/pip" install -q onnx==1.16.2 onnxruntime==1.18.1 'numpy<2'
  (cd ../.. && [ -d node_modules ] || npm ci --silent)
}
corpus() { $PYTHON corpus.py; }
dataset() { rm -f "$BUILD"/sequences-*.npz && $PYTHON dataset.py; }
train() { $PYTHON train.py "$STEPS"; }
export_() { $PYTHON golden_mel.py && "$BUILD/venv/bin/python" export.py "$VERSION"; }

for step in ${@:-packages corpus dataset train export}; do
  echo "== $step"
  if [ "$step" = export ]; then export_; else "$step"; fi
done
