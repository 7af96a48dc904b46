/** Numbers with a shape: what goes into a model and what comes out. Row-major, last axis fastest. */

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
