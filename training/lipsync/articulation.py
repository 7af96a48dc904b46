"""How much further real lips part at each phone than the network, taught the plain visemes, says: what articulation.json
was pooled from. `articulation.py TRUTH.json WAVS`, with the clips that calibrate.py describes and weights trained
with an empty articulation.json.

Ridge regression of what is left of the tracked opening on the phone probabilities, each person weighing the same.
Prints, for several strengths of shrinking, how it does on people left out and the change per phone. The numbers at
shrink 1 were then averaged by hand over phones of one kind, and those of phones heard hardly at all were left out.
"""
import json
import sys
from pathlib import Path

import numpy as np

from calibrate import heard_clips, said
from evaluate import load, r
from shared import BUILD, INVENTORY

PHONES = INVENTORY["PHONES"]


def base(clip):
    return np.maximum(0, said(clip, "opening"))


def fit(clips, shrink, spread):
    people = [c["person"] for c in clips]
    rows, rest = [], []
    for clip in clips:
        weight = 1 / np.sqrt(people.count(clip["person"]))
        x = clip["x"][:, :len(PHONES)]
        heard = (base(clip) - base(clip).mean()) / spread
        y = (clip["opening"] - clip["opening"].mean()) / clip["opening"].std()
        rows.append((x - x.mean(0)) * weight)
        rest.append((y - heard @ y / (heard @ heard) * heard) * weight)
    x, y = np.concatenate(rows), np.concatenate(rest)
    return np.linalg.solve(x.T @ x + shrink * np.eye(len(PHONES)), x.T @ y) * spread


def score(clips, delta):
    curve = lambda c: np.maximum(0, base(c) + c["x"][:, :len(PHONES)] @ delta)
    return np.mean([[r(curve(c), c["opening"]), r(curve(c)[c["speech"]], c["opening"][c["speech"]])] for c in clips], 0)


def main():
    clips = list(heard_clips(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2], load(BUILD / "lipsync.pt")))
    spread = np.mean([base(c).std() for c in clips])
    people = sorted({c["person"] for c in clips})
    print("plain", score(clips, np.zeros(len(PHONES))).round(3))
    for shrink in (0.3, 1, 3, 10):
        left_out = [score([c for c in clips if c["person"] == who], fit([c for c in clips if c["person"] != who], shrink, spread))
                    for who in people]
        delta = fit(clips, shrink, spread)
        print(f"shrink {shrink}: people left out {np.mean(left_out, 0).round(3)}")
        print("  " + " ".join(f"{name} {value:+.3f}" for value, name in sorted(zip(delta, PHONES))))


if __name__ == "__main__":
    main()
