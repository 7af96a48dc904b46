"""dlib's serialised network, read without dlib: the arrays of its layers, in the order in which they are applied.

dlib writes a whole number as a length byte (its high bit is the sign) and little-endian bytes; a tensor as its version
(2), four lengths and its values. Layers with parameters begin with their own name; those nearest to the input come
first.
"""

import re
from dataclasses import dataclass

import numpy as np

NAMED = re.compile(rb"con_4|affine_|fc_2")
TENSOR_VERSION = 2


@dataclass
class Layer:
    kind: str  # con_4 (filters, then biases), affine_ (gains, then offsets) or fc_2 (inputs x outputs)
    values: np.ndarray


def number(data, at):
    head = data[at]
    count = head & 0x0F
    value = int.from_bytes(data[at + 1 : at + 1 + count], "little")
    return (-value if head & 0x80 else value), at + 1 + count


def tensor(data, at):
    version, at = number(data, at)
    if version != TENSOR_VERSION:
        raise ValueError(f"a tensor of version {version}")
    shape = []
    for _ in range(4):
        length, at = number(data, at)
        shape.append(length)
    size = int(np.prod(shape))
    return np.frombuffer(data, "<f4", size, at).reshape(shape), at + 4 * size


def layers(path):
    data = path.read_bytes()
    found, at = [], 0
    while match := NAMED.search(data, at):
        kind, start = match.group().decode(), match.end()
        if kind == "fc_2":  # how many outputs and inputs it has
            for _ in range(2):
                _, start = number(data, start)
        values, at = tensor(data, start)
        found.append(Layer(kind, values))
    return found
