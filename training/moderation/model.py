"""The encoder, small as it ships, and a head of our own on what it says. The lower layers stay as they are, so what they make of a
sentence is worked out once; the upper ones learn."""

import json

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from shared import BUILD, CATEGORIES, FROZEN, LAYERS, Pieces

MATRICES = ("qkv", "ao", "fi", "fo")


class Layer(nn.Module):
    """Attention and two dense layers, each added to what came in and brought to one size (post-norm, as BERT's)."""

    def __init__(self, data, k, heads, eps):
        super().__init__()
        get = lambda name: torch.from_numpy(np.array(data[f"l{k}.{name}"]))
        self.heads, self.eps = heads, eps
        # A plain number: taken from a tensor's shape it would be traced as one that varies.
        self.width = len(get("aln.b"))
        self.qkv = nn.Parameter(torch.cat([get("q.w"), get("k.w"), get("v.w")]))
        self.qkv_b = nn.Parameter(torch.cat([get("q.b"), get("k.b"), get("v.b")]))
        for name in ("ao", "fi", "fo"):
            self.register_parameter(name, nn.Parameter(get(f"{name}.w")))
            self.register_parameter(f"{name}_b", nn.Parameter(get(f"{name}.b")))
        for name in ("aln", "oln"):
            self.register_parameter(f"{name}_w", nn.Parameter(get(f"{name}.w")))
            self.register_parameter(f"{name}_b", nn.Parameter(get(f"{name}.b")))

    def forward(self, x, mask, drop=0.0):
        """@param mask batch × length, 0 beyond the end; None where there is nothing beyond"""
        n, length, _ = x.shape
        width, head = self.width, self.width // self.heads
        q, k, v = (
            part.reshape(n, length, self.heads, head).transpose(1, 2) for part in F.linear(x, self.qkv, self.qkv_b).split(width, -1)
        )
        seen = q @ k.transpose(-1, -2) * head**-0.5
        if mask is not None:
            seen = seen + (mask[:, None, None, :] - 1) * 1e4
        heard = (seen.softmax(-1) @ v).transpose(1, 2).reshape(n, length, width)
        x = F.layer_norm(x + F.dropout(F.linear(heard, self.ao, self.ao_b), drop, drop > 0), (width,), self.aln_w, self.aln_b, self.eps)
        inner = F.gelu(F.linear(x, self.fi, self.fi_b))
        return F.layer_norm(x + F.dropout(F.linear(inner, self.fo, self.fo_b), drop, drop > 0), (width,), self.oln_w, self.oln_b, self.eps)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        data = np.load(BUILD / "encoder.npz")
        codes, book = data["codes"], data["book"]
        table = np.concatenate([book[k][codes[:, k]] for k in range(codes.shape[1])], 1)
        self.table = nn.Parameter(torch.from_numpy(table), requires_grad=False)
        for name in ("place", "norm_w", "norm_b"):
            self.register_parameter(name, nn.Parameter(torch.from_numpy(data[name]), requires_grad=False))
        self.eps, heads = float(data["eps"]), int(data["heads"])
        self.width = table.shape[1]
        self.layers = nn.ModuleList(Layer(data, k, heads, self.eps) for k in range(LAYERS))
        # Matrices as they ship; what learns is made small once it has learned.
        for layer in self.layers[:FROZEN]:
            layer.requires_grad_(False)
        for name, (codes, book, scale) in small_ones(self.layers[:FROZEN]).items():
            k, which = name.split(".")
            getattr(self.layers[int(k)], which).data.copy_(read_back(codes, book, scale))

    def start(self, rows):
        x = rows + self.place[: rows.shape[1]]
        return F.layer_norm(x, (self.width,), self.norm_w, self.norm_b, self.eps)

    def lower(self, ids):
        """@param ids −1 beyond the end"""
        mask = (ids >= 0).float()
        x = self.start(self.table[ids.clamp(min=0)])
        for layer in self.layers[:FROZEN]:
            x = layer(x, mask)
        return x

    def upper(self, x, mask, drop=0.0):
        for layer in self.layers[FROZEN:]:
            x = layer(x, mask, drop)
        return x


class Head(nn.Module):
    """What stands out most among the pieces and what is there on average → a logit a category."""

    def __init__(self, width=384, hidden=192, drop=0.2):
        super().__init__()
        self.first = nn.Linear(2 * width, hidden)
        self.last = nn.Linear(hidden, len(CATEGORIES))
        self.drop = drop

    def forward(self, x, mask):
        if mask is None:
            most, mean = x.amax(1), x.mean(1)
        else:
            m = mask[..., None]
            most, mean = (x + (m - 1) * 1e4).amax(1), (x * m).sum(1) / m.sum(1)
        x = F.dropout(torch.cat([0.3 * most, mean], -1), self.drop, self.training)
        return self.last(F.dropout(F.gelu(self.first(x)), self.drop, self.training))


CENTRES, PAIR, SOME = 256, 2, 12000


def made_small(matrix, rounds=8, seed=4):
    """A matrix as pairs of weights, each pair one of 256, times a scale for each row: four bits a weight.
    @returns the matrix that comes back, codes, book, scales"""
    torch.manual_seed(seed)
    scale = matrix.pow(2).mean(1, keepdim=True).sqrt().clamp(min=1e-8)
    pairs = (matrix / scale).reshape(-1, PAIR)
    some = pairs[torch.randperm(len(pairs))[:SOME]]
    book = some[:CENTRES].clone()
    for _ in range(rounds):
        code = (some @ book.T - 0.5 * book.pow(2).sum(1)).argmax(1)
        count = torch.bincount(code, minlength=CENTRES).float()[:, None]
        book = torch.where(count > 0, torch.zeros_like(book).index_add_(0, code, some) / count.clamp(min=1), book)
    codes = torch.cat([(part @ book.T - 0.5 * book.pow(2).sum(1)).argmax(1) for part in pairs.split(40000)])
    return read_back(codes, book, scale), codes.to(torch.uint8), book, scale


def small_ones(layers):
    """The matrices of those layers that training leaves alone, worked out once: `layer.name` → codes, book, scales."""
    kept = BUILD / "frozen.pt"
    if not kept.exists():
        torch.save({f"{k}.{name}": made_small(getattr(layer, name).data)[1:] for k, layer in enumerate(layers) for name in MATRICES}, kept)
    return torch.load(kept)


def read_back(codes, book, scale):
    return book[codes.long()].reshape(len(scale), -1) * scale


def load_pieces():
    data = json.loads((BUILD / "pieces.json").read_text())
    return Pieces(data["pieces"], data["scores"])


def batch(rows):
    ids = torch.full((len(rows), max(map(len, rows))), -1, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids


def encode(encoder, pieces, texts, size=64):
    """What the lower layers make of each text, in half precision."""
    rows = [pieces.encode(text) for text in texts]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    found = [None] * len(rows)
    with torch.no_grad():
        for k in range(0, len(order), size):
            part = order[k : k + size]
            for i, own in zip(part, encoder.lower(batch([rows[i] for i in part]))):
                found[i] = own[: len(rows[i])].half()
    return found
