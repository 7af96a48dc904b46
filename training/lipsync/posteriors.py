"""Looks at what the network hears: `posteriors.py WAV OUT.png [TRUTH.json CLIP]` draws the columns, the phone
probabilities over time, and the opening, beside the tracked one where there is one."""
import json
import sys
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from calibrate import correction
from corpus import read_wav
from evaluate import level, load, run
from frontend import features
from shared import BUILD, INVENTORY
from targets import OPENING


def main():
    pcm = level(read_wav(sys.argv[1]).astype(np.float32) / 32768)
    mouth, phones, prosody = run(load(BUILD / "lipsync.pt", correction()), pcm)
    seconds = len(pcm) / 16000
    figure, (a, b, c) = plt.subplots(3, 1, figsize=(14, 11), sharex=True, height_ratios=[1, 2.4, 1])
    a.imshow(features(pcm).T, origin="lower", aspect="auto", extent=(0, seconds, 0, 48), cmap="magma")
    a.set_ylabel("mel band")
    b.imshow(phones.T ** 0.5, origin="lower", aspect="auto", extent=(0, seconds, -0.5, len(INVENTORY["PHONES"]) - 0.5), cmap="viridis")
    b.set_yticks(range(len(INVENTORY["PHONES"])), INVENTORY["PHONES"], fontsize=7)
    t = (np.arange(len(mouth)) + 0.5) / 50
    c.plot(t, np.maximum(0, mouth @ OPENING), label="opening, heard")
    c.plot(t, prosody[:, 0] * 0.3, "--", alpha=0.5, label="voice × 0.3")
    if len(sys.argv) > 4:
        clip = json.loads(Path(sys.argv[3]).read_text())[sys.argv[4]]
        opening = np.array(clip["opening"])
        scale = (mouth @ OPENING).std() / opening.std()
        c.plot((np.arange(len(opening)) + 0.5) / clip["fps"], opening * scale, label="opening, tracked (scaled)")
        for phone in clip.get("phones", []):
            c.axvline(phone["startS"], color="0.85", lw=0.6)
            c.text(phone["startS"], c.get_ylim()[1] * 0.92, phone["phone"], fontsize=7)
    c.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(sys.argv[2], dpi=70)


if __name__ == "__main__":
    main()
