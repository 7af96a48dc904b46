"""What every exporter does alike: weights in int8, arrays as JSON, files with their size and hash."""

import hashlib

import numpy as np
from onnx import helper, numpy_helper


def int8_weights(name, array, axis=0):
    """A scale for each output channel. Returns (initializers, node): the node widens them to `name` when a model is loaded."""
    others = tuple(i for i in range(array.ndim) if i != axis)
    scale = np.maximum(np.abs(array).max(axis=others), 1e-8).astype(np.float32) / 127
    weights = np.round(array / np.expand_dims(scale, others)).astype(np.int8)
    parts = {"_i8": weights, "_scale": scale, "_zero": np.zeros(len(scale), np.int8)}
    kept = [numpy_helper.from_array(value, name + suffix) for suffix, value in parts.items()]
    return kept, helper.make_node("DequantizeLinear", [name + suffix for suffix in parts], [name], axis=axis)


def as_numbers(array):
    return {"shape": list(array.shape), "data": [float(f"{v:.6g}") for v in array.ravel()]}


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
