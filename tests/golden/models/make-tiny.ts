/**
 * Makes `tiny/`: a model of the lip-sync model's build (a temporal convolution, one of stride two, heads with sigmoid
 * and softmax, no padding) with a few thousand seeded weights, in the same three precisions. Its golden outputs are worked
 * out below with plain loops in double precision, so that they owe nothing to the runtime that they judge.
 *
 *   node tests/golden/models/make-tiny.ts
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '#core/base/hashing.ts';
import type { ModelManifest, ModelVariant } from '#core/model/manifest.ts';
import { ELEMENT_CODES, onnxBytes, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnx-writer.ts';

const FOLDER = join(import.meta.dirname, 'tiny');
const MELS = 12;
const HIDDEN = 16;
const OUTPUTS = { mouth: 6, phones: 5 } as const;
const GOLDEN_FRAMES = 64;

interface Layer {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly stride: number;
  readonly after: 'relu' | 'sigmoid' | 'softmax';
  /** to × from × width. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

const random = seededRandom(48);
function layer(name: string, from: number, to: number, width: number, stride: number, after: Layer['after']) {
  const scale = Math.sqrt(6 / (from * width));
  const draw = (size: number, by: number) =>
    Float32Array.from({ length: size }, () => (2 * random() - 1) * by);
  return {
    name,
    from,
    to,
    width,
    stride,
    after,
    weights: draw(to * from * width, scale),
    bias: draw(to, 0.2),
  };
}
const TRUNK: readonly Layer[] = [
  layer('first', MELS, HIDDEN, 5, 1, 'relu'),
  layer('halve', HIDDEN, HIDDEN, 4, 2, 'relu'),
];
const HEADS: readonly Layer[] = [
  layer('mouth', HIDDEN, OUTPUTS.mouth, 1, 1, 'sigmoid'),
  layer('phones', HIDDEN, OUTPUTS.phones, 1, 1, 'softmax'),
];

/** Rows of `from` channels in, rows of `to` channels out. */
function reference({ weights, bias, from, to, width, stride, after }: Layer, input: number[][]): number[][] {
  const length = Math.floor(((input[0] as number[]).length - width) / stride) + 1;
  const out = Array.from({ length: to }, (_, o) =>
    Array.from({ length }, (__, t) => {
      let sum = bias[o] as number;
      for (let c = 0; c < from; c++)
        for (let k = 0; k < width; k++)
          sum += (weights[(o * from + c) * width + k] as number) * (input[c]?.[t * stride + k] as number);
      return sum;
    }),
  );
  if (after === 'relu') return out.map((row) => row.map((x) => Math.max(0, x)));
  if (after === 'sigmoid') return out.map((row) => row.map((x) => 1 / (1 + Math.exp(-x))));
  const sums = Array.from({ length }, (_, t) =>
    out.reduce((sum, row) => sum + Math.exp(row[t] as number), 0),
  );
  return out.map((row) => row.map((x, t) => Math.exp(x) / (sums[t] as number)));
}

/** channels × steps → steps × channels, in one row. */
function stepMajor(rows: number[][]): number[] {
  return (rows[0] as number[]).flatMap((_, t) => rows.map((row) => row[t] as number));
}

function graph(precision: ModelVariant['precision']): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const weights: OnnxTensor[] = [];
  const element = precision === 'fp16' ? 'float16' : 'float32';
  const cast = (from: string, to: string, as: keyof typeof ELEMENT_CODES) =>
    nodes.push({ op: 'Cast', inputs: [from], outputs: [to], int: { to: ELEMENT_CODES[as] } });
  const convolve = (l: Layer, from: string): string => {
    const shape = [l.to, l.from, l.width];
    if (precision === 'int8') {
      const { values, scales } = quantise(l);
      weights.push(
        { name: `${l.name}.q`, element: 'int8', shape, bytes: new Uint8Array(values.buffer) },
        { name: `${l.name}.s`, element: 'float32', shape: [l.to], bytes: new Uint8Array(scales.buffer) },
        { name: `${l.name}.z`, element: 'int8', shape: [l.to], bytes: new Uint8Array(l.to) },
      );
      nodes.push({
        op: 'DequantizeLinear',
        inputs: [`${l.name}.q`, `${l.name}.s`, `${l.name}.z`],
        outputs: [`${l.name}.w`],
        int: { axis: 0 },
      });
    } else weights.push({ name: `${l.name}.w`, element, shape, bytes: floats(l.weights, element) });
    weights.push({ name: `${l.name}.b`, element, shape: [l.to], bytes: floats(l.bias, element) });
    nodes.push({
      op: 'Conv',
      inputs: [from, `${l.name}.w`, `${l.name}.b`],
      outputs: [`${l.name}.y`],
      ints: { kernel_shape: [l.width], strides: [l.stride] },
    });
    return `${l.name}.y`;
  };
  let value = 'mel';
  if (precision === 'fp16') {
    cast('mel', 'mel.h', 'float16');
    value = 'mel.h';
  }
  for (const l of TRUNK) {
    const from = convolve(l, value);
    value = `${l.name}.r`;
    nodes.push({ op: 'Relu', inputs: [from], outputs: [value] });
  }
  for (const l of HEADS) {
    const turned = `${l.name}.t`;
    nodes.push({
      op: 'Transpose',
      inputs: [convolve(l, value)],
      outputs: [turned],
      ints: { perm: [0, 2, 1] },
    });
    const end = precision === 'fp16' ? `${l.name}.e` : l.name;
    if (l.after === 'softmax')
      nodes.push({ op: 'Softmax', inputs: [turned], outputs: [end], int: { axis: -1 } });
    else nodes.push({ op: 'Sigmoid', inputs: [turned], outputs: [end] });
    if (precision === 'fp16') cast(end, l.name, 'float32');
  }
  return {
    name: 'tiny',
    opset: 13,
    nodes,
    weights,
    inputs: [{ name: 'mel', shape: [1, MELS, 'frames'] }],
    outputs: HEADS.map(({ name, to }) => ({ name, shape: [1, 'steps', to] })),
  };
}

/** Eight bits a weight, symmetric, one scale an output channel. */
function quantise({ weights, to }: Layer): { readonly values: Int8Array; readonly scales: Float32Array } {
  const size = weights.length / to;
  const scales = new Float32Array(to);
  const values = new Int8Array(weights.length);
  for (let o = 0; o < to; o++) {
    const row = weights.subarray(o * size, (o + 1) * size);
    const scale = Math.max(...row.map(Math.abs)) / 127;
    scales[o] = scale;
    row.forEach((w, i) => (values[o * size + i] = Math.round(w / scale)));
  }
  return { values, scales };
}

function floats(values: Float32Array, element: 'float32' | 'float16'): Uint8Array {
  if (element === 'float32') return new Uint8Array(values.slice().buffer);
  return new Uint8Array(Uint16Array.from(values, half).buffer);
}

/** The nearest half-precision number; of weights, which are neither huge nor tiny. */
function half(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < 2 ** -14) return 0;
  const exponent = Math.floor(Math.log2(magnitude));
  const fraction = Math.round((magnitude / 2 ** exponent - 1) * 1024);
  return (value < 0 ? 0x8000 : 0) + ((exponent + 15) << 10) + fraction;
}

function rounded(value: number, by: number): number {
  return Math.round(value * by) / by;
}

const frames = Array.from({ length: MELS }, () =>
  Array.from({ length: GOLDEN_FRAMES }, () => rounded(2 * random() - 1, 1e4)),
);
const hidden = TRUNK.reduce((rows, l) => reference(l, rows), frames);
const outputs = Object.fromEntries(
  HEADS.map((l) => {
    const rows = reference(l, hidden);
    return [
      l.name,
      { shape: [1, (rows[0] as number[]).length, l.to], data: stepMajor(rows).map((x) => rounded(x, 1e6)) },
    ];
  }),
);
const inputs = { mel: { shape: [1, MELS, GOLDEN_FRAMES], data: frames.flat() } };

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const golden = JSON.stringify({ inputs, outputs });
writeFileSync(join(FOLDER, 'golden.json'), golden);

const TOLERANCES = { int8: 0.02, fp16: 0.005, fp32: 1e-4 } as const;
const variants = (['int8', 'fp16', 'fp32'] as const).map((precision) => {
  const bytes = onnxBytes(graph(precision));
  const file = `tiny.${precision}.onnx`;
  writeFileSync(join(FOLDER, file), bytes);
  return { precision, file, bytes: bytes.length, sha256: sha256(bytes), tolerance: TOLERANCES[precision] };
});
const manifest: ModelManifest = {
  id: 'tiny',
  version: '1',
  description: 'A test model of random weights, built as the lip-sync model is.',
  licence: 'Apache-2.0',
  inputs: [{ name: 'mel', dtype: 'float32', shape: [1, MELS, 'frames'], meaning: 'noise, −1…1' }],
  outputs: HEADS.map(({ name, to }) => ({
    name,
    dtype: 'float32',
    shape: [1, 'steps', to],
    meaning: 'nothing: random weights',
  })),
  variants,
  golden: { file: 'golden.json', sha256: sha256(golden) },
  assets: [],
};
writeFileSync(join(FOLDER, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
