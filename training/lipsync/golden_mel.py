"""Writes tests/golden/lipsync/mel.json: a sound and the columns that this side hears in it, to hold mel.ts to."""
import json

import numpy as np

from frontend import features
from shared import ROOT


def main():
    rng = np.random.default_rng(11)
    t = np.arange(6400) / 16000
    pcm = 0.2 * np.sin(2 * np.pi * (200 + 1500 * t) * t) * (t > 0.1) + 0.01 * rng.standard_normal(len(t))
    samples = np.round(pcm * 32767).astype(int)
    mel = features(samples / 32768)
    out = ROOT / "tests" / "golden" / "lipsync" / "mel.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"samples": samples.tolist(), "columns": [[float(f"{v:.6f}") for v in column] for column in mel]}))


if __name__ == "__main__":
    main()
