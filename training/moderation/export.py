"""From encoder and head to the files that ship: small weights (fp32 arithmetic), pieces, golden example, manifest."""

import hashlib
import io
import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper
from torch import nn

from model import Encoder, Head, load_pieces, read_back, small_ones
from shared import BUILD, CATEGORIES, OUT

GOLDEN = "In this course you will learn how to kill a frozen process, and nobody gets hurt."


class Shipped(nn.Module):
    """One sentence: whole numbers as floats (1 × pieces) → a probability a category."""

    def __init__(self):
        super().__init__()
        data = np.load(BUILD / "encoder.npz")
        codes, book = data["codes"], data["book"]
        self.register_buffer("codes", torch.from_numpy(codes))
        self.register_buffer("book", torch.from_numpy(book.reshape(-1, book.shape[-1])))
        self.register_buffer("offsets", torch.arange(codes.shape[1]) * book.shape[1])
        self.encoder, self.head = Encoder(), Head()
        trained = torch.load(BUILD / "trained.pt")
        self.encoder.load_state_dict(trained["encoder"])
        self.head.load_state_dict(trained["head"])
        self.small = {**small_ones(self.encoder.layers), **trained["small"]}

    def forward(self, pieces):
        ids = pieces[0].long()
        codes = torch.index_select(self.codes, 0, ids).long() + self.offsets
        rows = torch.index_select(self.book, 0, codes.reshape(-1)).reshape(1, -1, self.encoder.place.shape[1])
        x = self.encoder.start(rows)
        for layer in self.encoder.layers:
            x = layer(x, None)
        return torch.sigmoid(self.head(x, None))


def shrink(model, net):
    """The encoder's matrices in four bits a weight, read out by a table when the model is loaded."""
    small = onnx.ModelProto()
    small.CopyFrom(model)
    graph = small.graph
    wanted = {}
    for name, (codes, book, scale) in net.small.items():
        k, which = name.split(".")
        matrix = getattr(net.encoder.layers[int(k)], which).data
        assert torch.allclose(read_back(codes, book, scale), matrix, atol=1e-3), name
        wanted[matrix.numpy().T.tobytes()] = (f"l{name}", codes.numpy(), book.numpy(), scale.numpy(), tuple(matrix.shape))
    nodes = []
    kept = []
    for tensor in graph.initializer:
        found = wanted.pop(np.ascontiguousarray(numpy_helper.to_array(tensor)).tobytes(), None)
        if found is None:
            kept.append(tensor)
            continue
        name, codes, book, scale, shape = found
        kept += [
            numpy_helper.from_array(codes, f"{name}.codes"),
            numpy_helper.from_array(book, f"{name}.book"),
            numpy_helper.from_array(scale, f"{name}.scale"),
            numpy_helper.from_array(np.array(shape, np.int64), f"{name}.shape"),
        ]
        nodes += [
            helper.make_node("Cast", [f"{name}.codes"], [f"{name}.whole"], to=onnx.TensorProto.INT32),
            helper.make_node("Gather", [f"{name}.book", f"{name}.whole"], [f"{name}.pairs"], axis=0),
            helper.make_node("Reshape", [f"{name}.pairs", f"{name}.shape"], [f"{name}.even"]),
            helper.make_node("Mul", [f"{name}.even", f"{name}.scale"], [f"{name}.rows"]),
            helper.make_node("Transpose", [f"{name}.rows"], [tensor.name], perm=[1, 0]),
        ]
    assert not wanted, [one[0] for one in wanted.values()]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)
    onnx.checker.check_model(small)
    return small


def run(model, ids):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(["categories"], {"pieces": np.array([ids], np.float32)})[0]


def described(array):
    return {"shape": list(np.shape(array)), "data": [float(f"{v:.6g}") for v in np.asarray(array).ravel()]}


def write_model(folder, name, model, version, *, golden, tolerance, assets=(), **texts):
    """Weights, golden example and manifest; assets are further files, (name, bytes)."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(file, data):
        (folder / file).write_bytes(data)
        return {"file": file, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    weights = write(f"{name}.int8.onnx", model.SerializeToString())
    example = write("golden.json", json.dumps(golden).encode())
    manifest = {"id": name, "version": version, **texts, "variants": [{"precision": "int8", **weights, "tolerance": tolerance}],
                "golden": {"file": example["file"], "sha256": example["sha256"]}}
    if assets:
        manifest["assets"] = [write(file, data) for file, data in assets]
    write("manifest.json", (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())


def main():
    version = sys.argv[1] if len(sys.argv) > 1 else "0"
    net, pieces = Shipped().eval(), load_pieces()
    buffer = io.BytesIO()
    ids = pieces.encode(GOLDEN)
    torch.onnx.export(net, torch.tensor([ids], dtype=torch.float32), buffer, opset_version=13, input_names=["pieces"], output_names=["categories"],
                      dynamic_axes={"pieces": {1: "pieces"}}, do_constant_folding=True)
    whole = onnx.load_from_string(buffer.getvalue())
    small = shrink(whole, net)
    expected, answer = run(whole, ids), run(small, ids)
    with torch.no_grad():
        print("against torch", float(np.abs(net(torch.tensor([ids], dtype=torch.float32)).numpy() - expected).max()))
    print("made small, worst difference on the golden sentence", float(np.abs(expected - answer).max()))
    other = pieces.encode("kill them all")
    print("another length", run(small, other).round(3), [pieces.pieces[i] for i in other])
    listed = json.dumps({"pieces": pieces.pieces, "scores": pieces.scores}, ensure_ascii=False, separators=(",", ":")).encode()
    write_model(
        OUT, "moderation", small, version,
        description="A sentence’s pieces to how likely it breaks each category of the moderation policy. The encoder is multilingual-e5-small, its lower layers, made small.",
        licence="MIT",
        inputs=[{"name": "pieces", "dtype": "float32", "shape": [1, "pieces"], "meaning": "numbers of pieces.json’s pieces, as src/core/policy/moderation/classifier/pieces.ts cuts them"}],
        outputs=[{"name": "categories", "dtype": "float32", "shape": [1, len(CATEGORIES)], "meaning": "probabilities, each for itself, in the order of CATEGORIES"}],
        golden={"inputs": {"pieces": described([ids])}, "outputs": {"categories": described(answer)}},
        tolerance=0.02,
        assets=[("pieces.json", listed)],
    )


if __name__ == "__main__":
    main()
