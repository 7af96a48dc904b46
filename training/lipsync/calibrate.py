"""What real mouths do that the visemes do not say, fitted on tracked lips of people who agreed to be studied.

`calibrate.py TRUTH.json WAVS` fits calibration.json: how opening and width change with what the network itself
answers (48 phone probabilities and 16 shapes), by ridge regression shrunk hard towards no change, each person weighing
the same, and prints how it does on people left out. TRUTH is {clip: {fps, person, opening[], width[], speech[]}}, as
the tracker of tests/bench/lipsync measures them; WAVS has a 16 kHz file a clip. The clips are not part of the project:
they were 22 GRID sentences of eight talkers (CC BY 4.0), none of whom is in the clips of the bench.
"""
import json
import sys
from pathlib import Path

import numpy as np

from corpus import read_wav
from evaluate import level, load, r, run, sample
from shared import BUILD, HERE, INVENTORY
from targets import OPENING, WIDTH

SHRINK = {"opening": 2.0, "width": 1.0}
TOWARDS = {"opening": OPENING, "width": WIDTH}
# How a unit of opening or width is shared out among the shapes that make it.
SHARES = {"opening": {"jawOpen": 0.5 / 0.9, "lowerDown": 0.3 / 0.28, "upperUp": 0.2 / 0.2},
          "width": {"stretch": 1.5, "smile": 0.7, "pucker": -0.9, "funnel": -0.45}}


NAMES = INVENTORY["PHONES"] + INVENTORY["HEARD_MOUTH"]


def correction():
    """calibration.json as the matrix [16 shapes, 48 phones + 16 shapes] that model.Shipped adds, or None without it."""
    path = HERE / "calibration.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text())
    out = np.zeros((len(INVENTORY["HEARD_MOUTH"]), len(NAMES)))
    for what, shares in SHARES.items():
        share = np.array([shares.get(name, 0.0) for name in INVENTORY["HEARD_MOUTH"]])
        delta = np.array([found[what][name] for name in NAMES])
        # Only differences count for a correlation; of all that differ by a constant, the one that leaves rest at rest.
        delta[:len(INVENTORY["PHONES"])] -= found[what]["sil"]
        out += np.outer(share, delta)
    return out


def heard_clips(truth, wavs, net):
    for name, clip in truth.items():
        pcm = level(read_wav(Path(wavs) / f"{name}.wav").astype(np.float32) / 32768)
        mouth, phones, _ = run(net, pcm)
        heard = np.concatenate([phones, mouth], 1)
        frames = len(clip["opening"])
        x = np.stack([sample(heard[:, k], frames, clip["fps"]) for k in range(heard.shape[1])], 1)
        yield {"person": clip.get("person", name), "x": x, "speech": np.array(clip["speech"], bool),
               "opening": np.array(clip["opening"], float), "width": np.array(clip["width"], float)}


def said(clip, what):
    return clip["x"][:, len(INVENTORY["PHONES"]):] @ TOWARDS[what]


def fit(clips, what, shrink):
    spread = np.mean([said(c, what).std() for c in clips])
    people = [c["person"] for c in clips]
    rows, rest = [], []
    for clip in clips:
        weight = 1 / np.sqrt(people.count(clip["person"]))
        x = clip["x"] - clip["x"].mean(0)
        base = (said(clip, what) - said(clip, what).mean()) / spread
        y = (clip[what] - clip[what].mean()) / clip[what].std()
        rows.append(x * weight)
        rest.append((y - max(0.3, base @ y / (base @ base)) * base) * weight)
    x, y = np.concatenate(rows), np.concatenate(rest)
    return np.linalg.solve(x.T @ x + shrink * np.eye(x.shape[1]), x.T @ y) * spread


def score(clips, what, delta):
    curve = lambda c: said(c, what) + c["x"] @ delta
    if what == "opening":
        plain = curve
        curve = lambda c: np.maximum(0, plain(c))
    return np.mean([[r(curve(c), c[what]), r(curve(c)[c["speech"]], c[what][c["speech"]])] for c in clips], 0)


def main():
    net = load(BUILD / "lipsync.pt")
    clips = list(heard_clips(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2], net))
    people = sorted({c["person"] for c in clips})
    out = {"why": "See calibrate.py. Change of opening and width, in units of LIP_OPENING and lipWidth, per phone probability and per shape."}
    for what, shrink in SHRINK.items():
        print(what, "before", score(clips, what, np.zeros(len(NAMES))).round(3))
        for candidate in (0.25 * shrink, shrink, 4 * shrink, 16 * shrink):
            left_out = [score([c for c in clips if c["person"] == who], what, fit([c for c in clips if c["person"] != who], what, candidate))
                        for who in people]
            print(f"  shrink {candidate}: on people left out {np.mean(left_out, 0).round(3)}")
        delta = fit(clips, what, shrink)
        out[what] = {name: round(float(value), 4) for name, value in zip(NAMES, delta)}
    (HERE / "calibration.json").write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n")
    if len(sys.argv) > 4:
        test = list(heard_clips(json.loads(Path(sys.argv[3]).read_text()), sys.argv[4], net))
        for what in SHRINK:
            delta = np.array([out[what][name] for name in NAMES])
            print("elsewhere", what, score(test, what, 0 * delta).round(3), "→", score(test, what, delta).round(3))


if __name__ == "__main__":
    main()
