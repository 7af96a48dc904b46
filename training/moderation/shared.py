"""Where things are, and the tokeniser's recipe: the same one as src/core/policy/moderation/classifier/pieces.ts."""

import os
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = Path(os.environ.get("ORATOR_TRAINING_BUILD", HERE / "build"))
OUT = ROOT / "static" / "models" / "moderation"

CATEGORIES = ["hate", "harassment", "threats", "sexual", "minors", "self-harm", "fraud", "political-campaigning",
              "misinformation", "regulated-goods", "private-data"]

SPACE = "\u2581"
# Of a sentence, pieces; what is longer is cut.
LONGEST = 160
UNKNOWN, BEGIN, END = 0, 1, 2
# Of the encoder's layers those that ship; and of these the lower ones, which training leaves as they are.
LAYERS, FROZEN = 8, 7


def normalise(text):
    """Compatibility forms and capitals go, white space is one mark, and one stands in front."""
    words = unicodedata.normalize("NFKC", text).lower().split()
    return SPACE + SPACE.join(words) if words else ""


class Pieces:
    """Unigram segmentation (Viterbi) with whole-number scores, so that every host finds the same pieces."""

    def __init__(self, pieces, scores):
        self.pieces, self.scores = pieces, scores
        self.index = {piece: i for i, piece in enumerate(pieces) if i > END}
        self.longest = max(len(piece) for piece in pieces)
        self.unknown_score = min(scores) - 1000

    def encode(self, text):
        text = normalise(text)
        n = len(text)
        best, start, piece = [0] + [None] * n, [0] * (n + 1), [0] * (n + 1)
        for i in range(n):
            for j in range(i + 1, min(n, i + self.longest) + 1):
                found = self.index.get(text[i:j])
                if found is None and j > i + 1:
                    continue
                score = best[i] + (self.unknown_score if found is None else self.scores[found])
                if best[j] is None or score > best[j]:
                    best[j], start[j], piece[j] = score, i, UNKNOWN if found is None else found
        ids = []
        while n > 0:
            ids.append(piece[n])
            n = start[n]
        return [BEGIN, *ids[::-1][: LONGEST - 2], END]
