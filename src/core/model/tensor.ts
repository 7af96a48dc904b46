/** Numbers with a shape: what goes into a model and what comes out. Row-major, last axis fastest. */
import { AppError } from '../base/errors.ts';
import { seededRandom } from '../base/hashing.ts';
import type { TensorSpec } from './manifest.ts';

export interface Tensor {
  readonly dtype: 'float32';
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** @throws RangeError when the data does not fill the shape. */
export function tensor(shape: readonly number[], data: Float32Array<ArrayBuffer>): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length)
    throw new RangeError(`a tensor of shape ${shape.join('×')} holds ${size} values, not ${data.length}`);
  return { dtype: 'float32', shape, data };
}

/** Whether a shape is one of this spec: named axes take any length, the others their own. */
export function fits(shape: readonly number[], spec: TensorSpec): boolean {
  return (
    shape.length === spec.shape.length &&
    spec.shape.every((axis, i) => {
      const length = shape[i] as number;
      return Number.isSafeInteger(length) && length > 0 && (typeof axis === 'string' || axis === length);
    })
  );
}

/** Whether the tensors have these shapes, by name. */
export function areOfShapes(
  tensors: Readonly<Record<string, Tensor>>,
  shapes: Readonly<Record<string, readonly number[]>>,
): boolean {
  return Object.entries(shapes).every(([name, shape]) => tensors[name]?.shape.join() === shape.join());
}

/** @throws AppError invalid-input when an input is missing, unknown or of a shape that the model does not take */
export function checkInputs(inputs: Readonly<Record<string, Tensor>>, specs: readonly TensorSpec[]): void {
  for (const spec of specs) {
    const found = inputs[spec.name];
    if (!found) throw notTaken(`needs an input “${spec.name}”`);
    if (!fits(found.shape, spec))
      throw notTaken(`takes “${spec.name}” as ${spec.shape.join('×')}, not ${found.shape.join('×')}`);
  }
  const stranger = Object.keys(inputs).find((name) => !specs.some((spec) => spec.name === name));
  if (stranger !== undefined) throw notTaken(`has no input “${stranger}”`);
}

function notTaken(what: string): AppError {
  return new AppError('invalid-input', `The model ${what}.`);
}

/** Numbers in [−1, 1) that are the same every time, to compare two ways of running a model by. */
export function noise(shape: readonly number[]): Tensor {
  const random = seededRandom(shape.length);
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    shape,
    Float32Array.from({ length: size }, () => 2 * random() - 1),
  );
}

/** The same names, other values. */
export function mapped<A, B>(all: Readonly<Record<string, A>>, change: (one: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));
}
