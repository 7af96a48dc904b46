#!/usr/bin/env bash
# From Resemblyzer's wheel on PyPI to server/models/voiceprint. A minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
BUILD="${ORATOR_TRAINING_BUILD:-$PWD/build}"
PYTHON="$BUILD/venv/bin/python"
mkdir -p "$BUILD"
[ -x "$PYTHON" ] || python3 -m venv "$BUILD/venv"
"$PYTHON" -m pip install -q onnx==1.23.2 onnxruntime==1.32.0 numpy
if [ ! -d "$BUILD/wheel" ]; then
  "$PYTHON" -m pip download -q --no-deps --only-binary :all: -d "$BUILD" resemblyzer==0.1.4
  "$PYTHON" -m zipfile -e "$BUILD"/[Rr]esemblyzer-0.1.4-py3-none-any.whl "$BUILD/wheel"
fi
"$PYTHON" export.py "$BUILD"
