"""Where a person looks: for each category the lowest score that hardly any sentence reaches which is nobody's concern. Of these
there are the left-out lines of scripts, the left-out ones that only look alike, and WordNet's examples that were never read."""

import numpy as np
import torch

from model import Encoder, Head, encode, load_pieces
from ordinary import ordinary
from shared import BUILD, CATEGORIES
from train import judge

UNREAD = 800
# Of scripts and examples in each category; of what looks alike, which is written to be mistaken.
MOST_ORDINARY, MOST_ALIKE = 0.001, 0.03
LOWEST, STEP = 0.4, 0.05


def main():
    torch.set_num_threads(1)
    data, left = torch.load(BUILD / "lower.pt"), np.load(BUILD / "left-out.npz")
    found = [data["found"][i] for i in left["rows"]]
    encoder, head, trained = Encoder(), Head().eval(), torch.load(BUILD / "trained.pt")
    encoder.load_state_dict(trained["encoder"])
    head.load_state_dict(trained["head"])
    texts = ordinary(more=UNREAD)
    unread = judge(encoder, head, {"lower": encode(encoder, load_pieces(), texts)}, list(range(len(texts))))
    scripts = left["p"][[c == "business" for _, c, _, _ in found]]
    plain = np.concatenate([scripts, left["p"][[c == "ordinary" for _, c, _, _ in found]], unread])
    alike = left["p"][[not meant and c in CATEGORIES for _, c, meant, _ in found]]
    np.savez(BUILD / "unread.npz", p=unread, texts=texts)
    chosen = []
    for k, category in enumerate(CATEGORIES):
        at = LOWEST
        while (plain[:, k] >= at).mean() > MOST_ORDINARY or (alike[:, k] >= at).mean() > MOST_ALIKE:
            at += STEP
        chosen.append(at)
        own = left["p"][[c == category and meant for _, c, meant, _ in found]]
        print(f"{category:22} {at:.2f}  finds {float((own[:, k] >= at).mean()):.2f} of {len(own)}")
    held = lambda p: f"{float((p >= np.array(chosen)).any(1).mean()):.4f} of {len(p)}"
    meant = left["p"][[m for _, _, m, _ in found]]
    print("held up: meant", held(meant), "alike", held(alike), "scripts", held(scripts), "examples unread", held(unread))


if __name__ == "__main__":
    main()
