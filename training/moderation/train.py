"""The upper layers and the head, on the corpus. A tenth of the lines is left out: what it makes of them says how it does on
what it never read, and where the thresholds go (thresholds.py)."""

import copy
import random
import sys
import time
from collections import Counter

import numpy as np
import torch
from torch.nn import functional as F

from corpus import sentences, spoilt
from model import MATRICES, Encoder, Head, encode, load_pieces, made_small
from ordinary import ordinary
from shared import BUILD, CATEGORIES, FROZEN

BATCH, STEPS = 32, 1000
# Fitted from the same start in several orders and averaged: the mean of the weights errs less than any one of them (Wortsman et
# al., "Model soups", 2022), and costs nothing where it runs.
SEEDS = (1, 3, 5)
# A category's own sentences are what it is; of these neighbours nothing much is said, because they are often both.
NEAR = {
    "hate": ["harassment", "threats", "misinformation"], "harassment": ["hate", "threats", "sexual", "private-data"],
    "threats": ["hate", "harassment", "self-harm"], "sexual": ["harassment", "minors", "private-data"],
    "minors": ["sexual", "threats", "self-harm", "private-data"], "self-harm": ["harassment", "threats"],
    "fraud": ["private-data", "regulated-goods"], "political-campaigning": ["misinformation", "hate"],
    "misinformation": ["political-campaigning", "hate"], "regulated-goods": ["fraud"],
    "private-data": ["harassment", "sexual", "fraud", "threats"],
}


def prepare():
    found = sentences()
    found += spoilt(found)
    found += [(100_000 + i, "ordinary", False, text) for i, text in enumerate(ordinary())]
    started, kept = time.time(), {}
    # What was encoded before need not be again; encoder.py throws the file away when it makes another encoder.
    if (BUILD / "lower.pt").exists():
        before = torch.load(BUILD / "lower.pt")
        kept = dict(zip((text for *_, text in before["found"]), before["lower"]))
    new = sorted({text for *_, text in found} - kept.keys())
    kept.update(zip(new, encode(Encoder().eval(), load_pieces(), new)))
    torch.save({"found": found, "lower": [kept[text] for *_, text in found]}, BUILD / "lower.pt")
    print(len(new), "of", len(found), "sentences encoded in", round(time.time() - started), "s", flush=True)


def targets(found):
    y = torch.zeros(len(found), len(CATEGORIES))
    known = torch.ones(len(found), len(CATEGORIES))
    for i, (_, category, meant, _) in enumerate(found):
        if meant:
            y[i, CATEGORIES.index(category)] = 1
            for other in NEAR[category]:
                known[i, CATEGORIES.index(other)] = 0.1
    return y, known


def together(lower, part):
    length = max(len(lower[i]) for i in part)
    out, mask = torch.zeros(len(part), length, lower[0].shape[1]), torch.zeros(len(part), length)
    for k, i in enumerate(part):
        out[k, : len(lower[i])] = lower[i].float()
        mask[k, : len(lower[i])] = 1
    return out, mask


def fit(encoder, head, data, rows, seed, steps, rate, matrices=True):
    found, lower = data["found"], data["lower"]
    y, known = targets(found)
    # A line says one thing, however many sentences it makes: each line's weight grows with the root of their number.
    numbers = [found[i][0] for i in rows]
    count = Counter(numbers)
    weight = torch.tensor([count[n] ** -0.5 * (0.35 if n >= 100_000 else 1) for n in numbers])
    torch.manual_seed(seed)
    chance = random.Random(seed)
    tuned = [(name, p) for name, p in encoder.named_parameters() if p.requires_grad and (matrices or name.split(".")[-1] not in MATRICES)]
    ways = torch.optim.AdamW(
        [{"params": [p for _, p in tuned], "lr": rate, "weight_decay": 0.01}, {"params": head.parameters(), "lr": 5 * rate, "weight_decay": 0.02}]
    )
    plan = torch.optim.lr_scheduler.OneCycleLR(ways, [rate, 5 * rate], steps, pct_start=0.1)
    rows = torch.tensor(rows)
    head.train()
    started, mean = time.time(), 0.7
    for step in range(steps):
        if step % 4 == 0:
            # Four batches at once, sorted by length: little is padding.
            four = sorted(rows[torch.multinomial(weight, 4 * BATCH)].tolist(), key=lambda i: len(lower[i]) + chance.random())
            batches = [four[k * BATCH : (k + 1) * BATCH] for k in range(4)]
            chance.shuffle(batches)
        part = batches[step % 4]
        x, mask = together(lower, part)
        # Now and then a piece is missing, so that no one word decides.
        mask = mask * torch.where(torch.rand_like(mask) < 0.06, 0.0, 1.0)
        mask[:, 0] = 1
        weights = torch.where(y[part] > 0, 2.0, 1.0) * known[part]
        loss = F.binary_cross_entropy_with_logits(head(encoder.upper(x, mask, 0.1), mask), y[part] * 0.98 + 0.005, weights)
        ways.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in tuned], 1.0)
        ways.step()
        plan.step()
        mean = 0.98 * mean + 0.02 * loss.item()
        if step % 50 == 0:
            print("step", step, "of", steps, "loss", round(mean, 4), round(time.time() - started), "s", flush=True)
    return head.eval()


def fitted(encoder, head, data, rows, seed, steps):
    """The weights after a fit of copies; what is handed in stays as it was."""
    own = copy.deepcopy(encoder), copy.deepcopy(head)
    fit(*own, data, rows, seed, steps, 3e-4)
    return [one.state_dict() for one in own]


def average(encoder, head, states):
    for one, parts in zip((encoder, head), zip(*states)):
        one.load_state_dict({name: sum(part[name] for part in parts) / len(parts) if value.is_floating_point() else value
                             for name, value in parts[0].items()})
    head.eval()


def judge(encoder, head, data, rows):
    out = np.zeros((len(rows), len(CATEGORIES)), np.float32)
    with torch.no_grad():
        for k in range(0, len(rows), BATCH):
            x, mask = together(data["lower"], rows[k : k + BATCH])
            out[k : k + BATCH] = torch.sigmoid(head(encoder.upper(x, mask), mask)).numpy()
    return out


def report(p, found, at=0.5):
    for k, category in enumerate(CATEGORIES):
        own = np.array([c == category and m for _, c, m, _ in found])
        alike = np.array([c == category and not m for _, c, m, _ in found])
        print(f"{category:22} found {float((p[own, k] > at).mean()):.2f} of {own.sum():4}, at all {float((p[own].max(1) > at).mean()):.2f}"
              f"   look-alikes kept {float((p[alike].max(1) > at).mean()):.3f} of {alike.sum():4}")
    plain = np.array([c in ("business", "ordinary") for _, c, _, _ in found])
    print("ordinary, any", float((p[plain].max(1) > at).mean()), "of", plain.sum(), flush=True)


def main():
    torch.set_num_threads(1)
    if "encode" in sys.argv or not (BUILD / "lower.pt").exists():
        prepare()
    steps = next((int(a) for a in sys.argv if a.isdigit()), STEPS)
    data = torch.load(BUILD / "lower.pt")
    found = data["found"]
    numbers = sorted({n for n, *_ in found})
    out = set(random.Random(7).sample(numbers, len(numbers) // 10))
    rows = [i for i, one in enumerate(found) if one[0] not in out]
    left = [i for i, one in enumerate(found) if one[0] in out]
    encoder, head = Encoder(), Head()
    average(encoder, head, [fitted(encoder, head, data, rows, seed, steps) for seed in SEEDS])
    print("before the upper layers are made small")
    report(judge(encoder, head, data, left), [found[i] for i in left])
    small = {}
    for k, layer in enumerate(encoder.layers[FROZEN:], FROZEN):
        for name in MATRICES:
            matrix = getattr(layer, name).data
            back, *small[f"{k}.{name}"] = made_small(matrix)
            matrix.copy_(back)
    fit(encoder, head, data, rows, 2, max(steps // 8, 1), 3e-5, matrices=False)
    torch.save({"encoder": encoder.state_dict(), "head": head.state_dict(), "small": small}, BUILD / "trained.pt")
    p = judge(encoder, head, data, left)
    np.savez(BUILD / "left-out.npz", p=p, rows=left)
    report(p, [found[i] for i in left])


if __name__ == "__main__":
    main()
