"""
A text classifier of three words as the Hub lays one out, for the test of the provider that runs such models:
tests/server/fixtures/tiny-classifier. It knows "odd" (hate) and "grim" (violence), and finds everything else in order.
"""
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).parents[2] / "tests/server/fixtures/tiny-classifier"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "odd", "grim"]
LABELS = ["OK", "H", "V"]

# One row a word: what it adds to each label's logit.
table = np.zeros((len(WORDS), len(LABELS)), np.float32)
table[WORDS.index("[CLS]")] = [3, 0, 0]
table[WORDS.index("odd")] = [0, 6, 0]
table[WORDS.index("grim")] = [0, 0, 6]

sizes = ["batch", "sequence"]
graph = helper.make_graph(
    [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["mask_column"]),
        helper.make_node("Mul", ["rows", "mask_column"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "words"], ["logits"], keepdims=0),
    ],
    "tiny-classifier",
    [helper.make_tensor_value_info(name, TensorProto.INT64, sizes) for name in ("input_ids", "attention_mask")],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(LABELS)])],
    [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([-1], np.int64), "last"),
        numpy_helper.from_array(np.array([1], np.int64), "words"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
onnx.checker.check_model(model)
(OUT / "onnx").mkdir(parents=True, exist_ok=True)
onnx.save(model, OUT / "onnx/model.onnx")

config = {
    "model_type": "distilbert",
    "architectures": ["DistilBertForSequenceClassification"],
    "id2label": {str(i): label for i, label in enumerate(LABELS)},
    "label2id": {label: i for i, label in enumerate(LABELS)},
    "vocab_size": len(WORDS),
}
special = {"id": None, "special": True, "lstrip": False, "rstrip": False, "single_word": False, "normalized": False}
tokenizer = {
    "version": "1.0",
    "added_tokens": [{**special, "id": i, "content": word} for i, word in enumerate(WORDS[:4])],
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
        "pair": [],
        "special_tokens": {word: {"id": word, "ids": [WORDS.index(word)], "tokens": [word]} for word in ("[CLS]", "[SEP]")},
    },
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {
        "type": "WordPiece",
        "unk_token": "[UNK]",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": {word: i for i, word in enumerate(WORDS)},
    },
}
names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
tokenizer_config = {"tokenizer_class": "DistilBertTokenizer", "do_lower_case": True, "model_max_length": 512, **names}
for name, value in (
    ("config.json", config),
    ("tokenizer.json", tokenizer),
    ("tokenizer_config.json", tokenizer_config),
):
    (OUT / name).write_text(json.dumps(value, indent=2) + "\n")
