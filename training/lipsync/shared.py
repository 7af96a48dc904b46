"""Where things are, and what training shares with the product (see inventory.ts)."""
import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("ORATOR_TRAINING_BUILD", HERE / "build"))
BUILD.mkdir(parents=True, exist_ok=True)


def _inventory():
    node = ROOT / "node_modules" / ".bin" / "node"
    said = subprocess.run([str(node), str(HERE / "inventory.ts")], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


INVENTORY = _inventory()
RATE = INVENTORY["MEL"]["sampleRateHz"]
STEP_HZ = 50
STEP_SAMPLES = RATE // STEP_HZ
