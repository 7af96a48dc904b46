"""Quick scores on real clips while developing; `npm run bench lipsync` is the judge. evaluate.py TRUTH.json WAVS [weights…]"""
import json
import sys
from pathlib import Path

import numpy as np
import torch

from corpus import read_wav
from frontend import SILENT_COLUMN, features
from model import LEFT, RIGHT, LipSync, Shipped
from shared import BUILD, STEP_SAMPLES
from targets import OPENING, WIDTH


def load(path, correction=None):
    net = LipSync()
    net.load_state_dict(torch.load(path))
    return Shipped(net.eval(), correction).eval()


def run(net, pcm):
    steps = len(pcm) // STEP_SAMPLES
    mel = features(np.concatenate([pcm, np.zeros(RIGHT * 160 + 800)]))
    mel = np.concatenate([np.tile(SILENT_COLUMN, (LEFT, 1)), mel])[:LEFT + 2 * steps + RIGHT]
    with torch.no_grad():
        mouth, phones, prosody = net(torch.from_numpy(mel.T[None].astype(np.float32)))
    return mouth[0].numpy(), phones[0].numpy(), prosody[0].numpy()


def level(pcm):
    return pcm / (np.sqrt((pcm ** 2).mean()) + 1e-9) * 0.08


def sample(track, frames, fps, lag=0.0):
    times = (np.arange(frames) + 0.5) / fps + lag
    return np.interp(times, (np.arange(len(track)) + 0.5) / 50, track)


def r(a, b):
    ok = np.isfinite(a) & np.isfinite(b)
    return float(np.corrcoef(a[ok], b[ok])[0, 1])


def main():
    calibrated = "--calibrated" in sys.argv
    sys.argv = [a for a in sys.argv if a != "--calibrated"]
    truth = json.loads(Path(sys.argv[1]).read_text())
    for weights in sys.argv[3:] or [BUILD / "lipsync.pt"]:
        from calibrate import correction
        net = load(weights, correction() if calibrated else None)
        rows = []
        for name, clip in truth.items():
            pcm = level(read_wav(Path(sys.argv[2]) / f"{name}.wav").astype(np.float32) / 32768)
            mouth, _, _ = run(net, pcm)
            opening, width = np.array(clip["opening"], float), np.array(clip["width"], float)
            speech = np.array(clip["speech"], bool)
            open_, wide = np.maximum(0, mouth @ OPENING), mouth @ WIDTH
            at = lambda lag: sample(open_, len(opening), clip["fps"], lag)
            lags = {k: r(at(k * 0.01), opening) for k in range(-12, 13)}
            rows.append((r(at(0), opening), r(at(0)[speech], opening[speech]),
                         r(sample(wide, len(width), clip["fps"]), width), max(lags, key=lags.get) * 10))
            if len(truth) < 8:
                print(f"  {name}: " + " ".join(f"{v:.2f}" for v in rows[-1]))
        print(weights, "all, speech, width, lag ms:", np.round(np.mean(rows, 0), 3))


if __name__ == "__main__":
    main()
