/**
 * Writes ONNX models: the few messages of onnx.proto3 that a small graph needs, as protocol buffers. For test models,
 * which are thereby made by one short script and no framework.
 */

export type Element = 'float32' | 'int8' | 'float16';
/** onnx.proto3, TensorProto.DataType. */
export const ELEMENT_CODES: Readonly<Record<Element, number>> = { float32: 1, int8: 3, float16: 10 };

export interface OnnxTensor {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly int?: Readonly<Record<string, number>>;
}
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}
export interface OnnxGraph {
  readonly name: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly weights: readonly OnnxTensor[];
  /** Of float32. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export function onnxBytes(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const body = message([
    ...graph.nodes.map((node, i) => bytesField(1, nodeBytes(node, `${node.op}_${i}`))),
    textField(2, graph.name),
    ...graph.weights.map((weights) => bytesField(5, tensorBytes(weights))),
    ...graph.inputs.map((value) => bytesField(11, valueBytes(value))),
    ...graph.outputs.map((value) => bytesField(12, valueBytes(value))),
  ]);
  const opset = message([textField(1, ''), intField(2, graph.opset)]);
  return message([intField(1, 7), textField(2, 'orator'), bytesField(7, body), bytesField(8, opset)]);
}

function nodeBytes({ op, inputs, outputs, ints = {}, int = {} }: OnnxNode, name: string): Uint8Array {
  return message([
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    textField(3, name),
    textField(4, op),
    ...Object.entries(ints).map(([key, values]) =>
      bytesField(5, message([textField(1, key), ...values.map((v) => intField(8, v)), intField(20, 7)])),
    ),
    ...Object.entries(int).map(([key, value]) =>
      bytesField(5, message([textField(1, key), intField(3, value), intField(20, 2)])),
    ),
  ]);
}

function tensorBytes({ name, element, shape, bytes }: OnnxTensor): Uint8Array {
  return message([
    ...shape.map((length) => intField(1, length)),
    intField(2, ELEMENT_CODES[element]),
    textField(8, name),
    bytesField(9, bytes),
  ]);
}

function valueBytes({ name, shape }: OnnxValue): Uint8Array {
  const axes = shape.map((axis) =>
    bytesField(1, typeof axis === 'number' ? intField(1, axis) : textField(2, axis)),
  );
  const tensorType = message([intField(1, ELEMENT_CODES.float32), bytesField(2, message(axes))]);
  return message([textField(1, name), bytesField(2, bytesField(1, tensorType))]);
}

function message(fields: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, field) => sum + field.length, 0));
  let at = 0;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

function intField(field: number, value: number): Uint8Array {
  return message([varint(field << 3), varint(value)]);
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return message([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

/** Of a natural number, or of −1 as an int64. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
