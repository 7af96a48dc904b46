"""Trains the network on the sequences. `train.py [steps]`; writes build/lipsync.pt and prints the losses."""
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from frontend import SILENT_COLUMN
from model import LEFT, RIGHT, LipSync
from shared import BUILD
from targets import OPENING, PHONES, WIDTH

STEPS = 250  # steps of a training window, 5 s
BATCH = 16


class Sequences:
    def __init__(self):
        parts = [np.load(path) for path in sorted(BUILD.glob("sequences-*.npz"))]
        self.mel = np.concatenate([p["mel"] for p in parts])
        self.mouth = np.concatenate([p["mouth"] for p in parts])
        self.ids = np.concatenate([p["ids"] for p in parts])
        self.prosody = np.concatenate([p["prosody"] for p in parts])
        ends, base = [], 0
        for p in parts:
            ends.append(p["bounds"] + base)
            base += len(p["ids"])
        ends = np.concatenate(ends)
        starts = np.concatenate([[0], ends[:-1]])
        self.spans = [(s, e) for s, e in zip(starts, ends) if e - s >= STEPS]
        self.chance = np.array([e - s for s, e in self.spans], float)
        self.chance /= self.chance.sum()

    def batch(self, rng, size=BATCH):
        mel = np.empty((size, LEFT + 2 * STEPS + RIGHT, 48), np.float32)
        mouth, ids, prosody = [], [], []
        for row, index in enumerate(rng.choice(len(self.spans), size, p=self.chance)):
            start, end = self.spans[index]
            at = rng.integers(start, end - STEPS + 1)
            lo, hi = 2 * at - LEFT, 2 * (at + STEPS) + RIGHT
            a, b = max(lo, 2 * start), min(hi, 2 * end)
            mel[row] = SILENT_COLUMN
            mel[row, a - lo:b - lo] = self.mel[a:b]
            mouth.append(self.mouth[at:at + STEPS])
            ids.append(self.ids[at:at + STEPS])
            prosody.append(self.prosody[at:at + STEPS])
        return (torch.from_numpy(mel.transpose(0, 2, 1).copy()), torch.from_numpy(np.stack(mouth).astype(np.float32)).transpose(1, 2),
                torch.from_numpy(np.stack(ids).astype(np.int64)), torch.from_numpy(np.stack(prosody).astype(np.float32)).transpose(1, 2))


def correlation_loss(a, b):
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return (1 - (a * b).sum(1) / ((a * a).sum(1) * (b * b).sum(1) + 1e-4).sqrt()).mean()


# A missed closure is what lip readers see first, so these phones count more.
WEIGHTS = torch.ones(len(PHONES))
for phone in ("p", "b", "m"):
    WEIGHTS[PHONES.index(phone)] = 2.5
for phone in ("f", "v", "w"):
    WEIGHTS[PHONES.index(phone)] = 1.5

OPEN = torch.tensor(OPENING, dtype=torch.float32)
WIDE = torch.tensor(WIDTH, dtype=torch.float32)


def losses(net, batch):
    mel, mouth, ids, prosody = batch
    logits, shapes, heard = net(mel)
    aperture, width = torch.einsum("bct,c->bt", shapes, OPEN), torch.einsum("bct,c->bt", shapes, WIDE)
    true_aperture, true_width = torch.einsum("bct,c->bt", mouth, OPEN), torch.einsum("bct,c->bt", mouth, WIDE)
    voiced = (prosody[:, 1] > 0).float()
    return {
        "phones": F.cross_entropy(logits, ids, WEIGHTS, label_smoothing=0.05),
        "shapes": 30 * F.mse_loss(shapes, mouth),
        "aperture": 60 * F.mse_loss(aperture, true_aperture) + 0.5 * correlation_loss(aperture, true_aperture),
        "width": 60 * F.mse_loss(width, true_width) + 0.3 * correlation_loss(width, true_width),
        "voice": 0.3 * F.binary_cross_entropy_with_logits(heard[:, 0], prosody[:, 0]),
        "pitch": 0.3 * ((heard[:, 1] - prosody[:, 1] / 12).abs() * voiced).sum() / (voiced.sum() + 1),
        "energy": 0.5 * F.mse_loss(heard[:, 2], prosody[:, 2]),
        "emphasis": 0.3 * F.binary_cross_entropy_with_logits(heard[:, 3], prosody[:, 3]),
    }


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    torch.manual_seed(7)
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    rng = np.random.default_rng(7)
    data = Sequences()
    print(f"{data.chance.size} sequences, {len(data.ids) / 50 / 3600:.2f} h", flush=True)
    net = LipSync()
    print(f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters, look-ahead {RIGHT} columns, back {LEFT}", flush=True)
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2.5e-3, total_steps=steps, pct_start=0.1)
    average, began = {}, time.time()
    for step in range(steps):
        parts = losses(net, data.batch(rng))
        loss = sum(parts.values())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimiser.step()
        schedule.step()
        for name, value in parts.items():
            average[name] = 0.98 * average.get(name, float(value)) + 0.02 * float(value)
        if step % 100 == 99 or step == steps - 1:
            print(step + 1, f"{time.time() - began:.0f} s", " ".join(f"{k} {v:.3f}" for k, v in average.items()), flush=True)
            torch.save(net.state_dict(), BUILD / "lipsync.pt")


if __name__ == "__main__":
    main()
