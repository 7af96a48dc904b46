"""Learns the inner mouth. `train.py [STEPS]` trains on all talkers; `train.py --left-out` says how well it does on new ones.

Asked of spoilt pictures, the network must say what the rule says of the clean ones, and its looks must lie as far apart as
the clean pictures differ.
"""

import sys

import numpy as np
import torch

from data import OPEN, another, apart, inside, load, parts_by_rule, spoilt
from model import InnerMouth
from shared import BUILD

BATCH = 64


def weights(opening):
    return (opening / OPEN).clamp(0.05, 1)


def fit(images, opening, talker, steps, seed=7):
    torch.manual_seed(seed)
    random = torch.Generator().manual_seed(seed)
    net = InnerMouth()
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    worth = weights(opening)
    # Every talker as often, and open mouths more than shut ones.
    counts = torch.bincount(talker).float()
    chance = worth / counts[talker]
    for step in range(steps):
        pick = torch.multinomial(chance, BATCH, generator=random)
        # As they are, then as another's: the batch is half of each.
        clean = torch.cat([images[pick[: BATCH // 2]], another(images[pick[BATCH // 2 :]], random)])
        if step % 2:
            clean = clean.flip(3)
        said, look = net(spoilt(clean, random))
        loss_parts = (worth[pick] * ((said - parts_by_rule(clean)) ** 2).sum(1)).mean()
        truth = apart(inside(clean))
        square = (look[:, None] - look[None]).pow(2).sum(2)
        distance = (square + 1e-3).sqrt()
        both = torch.minimum(worth[pick][:, None], worth[pick][None])
        loss_look = (both * (distance - truth) ** 2).sum() / both.sum()
        loss = loss_parts + loss_look / 800
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 0 or step == steps - 1:
            print(f"  {step} parts {loss_parts.item() ** 0.5:.3f} look {loss_look.item() ** 0.5:.1f}", flush=True)
    return net.eval()


def ranks(values):
    order = np.empty(len(values))
    order[np.argsort(values)] = np.arange(len(values))
    return order


def agreement(distance, truth, pairs):
    """Of pairs: rank correlation of how far apart they are said to be and are."""
    return float(np.corrcoef(ranks(distance[pairs].numpy()), ranks(truth[pairs].numpy()))[0, 1])


def judge(net, images, opening, seed=11):
    """On one talker's open mouths: the network and the rule, asked of clean and of spoilt pictures."""
    use = opening > 0.4 * OPEN
    images = images[use]
    random = torch.Generator().manual_seed(seed)
    bad = spoilt(images, random)
    truth_parts, truth = parts_by_rule(images), apart(inside(images))
    pairs = torch.triu(torch.ones_like(truth), 1) > 0
    result = {"frames": len(images)}
    with torch.no_grad():
        for name, seen in (("clean", images), ("spoilt", bad)):
            said, look = net(seen)
            result[f"parts, network, {name}"] = (said - truth_parts).abs().mean().item()
            result[f"parts, rule, {name}"] = (parts_by_rule(seen) - truth_parts).abs().mean().item()
            result[f"look, network, {name}"] = agreement(torch.cdist(look, look), truth, pairs)
            result[f"look, pixels, {name}"] = agreement(apart(inside(seen)), truth, pairs)
        result["parts, the mean"] = (truth_parts - truth_parts.mean(0)).abs().mean().item()
    return result


def main():
    torch.set_num_threads(1)
    images, opening, talker, names = load(BUILD)
    if "--left-out" in sys.argv:
        table = []
        for i, name in enumerate(names):
            mine = talker == i
            kept = torch.unique(talker[~mine], return_inverse=True)[1]
            result = judge(fit(images[~mine], opening[~mine], kept, 1200), images[mine], opening[mine])
            table.append(result)
            print(name, {k: round(v, 3) for k, v in result.items()}, flush=True)
        print("mean", {k: round(float(np.mean([r[k] for r in table])), 3) for k in table[0]})
        return
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    net = fit(images, opening, talker, steps)
    torch.save(net.state_dict(), BUILD / "inner-mouth.pt")


if __name__ == "__main__":
    main()
