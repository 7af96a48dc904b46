/**
 * One plane of a film's frame turned upright and made smaller in one step, in bytes: what is done to every frame of a
 * film from a phone, and much faster than by way of RGB and a canvas. Halving takes the mean of four, exactly; other
 * sizes are read between four neighbours, which is enough down to a half; below that, averages of wider boxes.
 */

/** Clockwise, what must be done to what is stored to see it upright. */
export type QuarterTurns = 0 | 90 | 180 | 270;

export interface Plane {
  readonly bytes: Uint8Array;
  /** Of the first byte. */
  readonly offset: number;
  /** Bytes from one row to the next; samples stand `step` bytes apart. */
  readonly stride: number;
  readonly step: number;
  readonly width: number;
  readonly height: number;
}

/** @param out the upright plane of `width` × `height`, from `at`, rows without gaps */
export function uprightPlane(
  source: Plane,
  turn: QuarterTurns,
  out: Uint8Array,
  at: number,
  width: number,
  height: number,
): void {
  const { start, across, down } = walk(source, turn);
  const lying = turn === 90 || turn === 270;
  const [fullWidth, fullHeight] = lying ? [source.height, source.width] : [source.width, source.height];
  const { bytes } = source;
  if (fullWidth === width && fullHeight === height) {
    let to = at;
    for (let y = 0; y < height; y++)
      for (let x = 0, from = start + y * down; x < width; x++, from += across)
        out[to++] = bytes[from] as number;
    return;
  }
  if (fullWidth === 2 * width && fullHeight === 2 * height) {
    let to = at;
    for (let y = 0; y < height; y++)
      for (let x = 0, from = start + 2 * y * down; x < width; x++, from += 2 * across)
        out[to++] =
          ((bytes[from] as number) +
            (bytes[from + across] as number) +
            (bytes[from + down] as number) +
            (bytes[from + across + down] as number) +
            2) >>
          2;
    return;
  }
  const columns = taps(fullWidth, width, across);
  const rows = taps(fullHeight, height, down);
  // Downwards first into a row of its own, so that each source byte of it is read once.
  const blended = new Float32Array(fullWidth);
  for (let y = 0; y < height; y++) {
    blended.fill(0);
    for (let k = rows.first[y] as number; k < (rows.first[y + 1] as number); k++) {
      const weight = rows.weights[k] as number;
      for (let x = 0, from = start + (rows.offsets[k] as number); x < fullWidth; x++, from += across)
        blended[x] = (blended[x] as number) + weight * (bytes[from] as number);
    }
    for (let x = 0; x < width; x++) {
      let sum = 0.5;
      for (let k = columns.first[x] as number; k < (columns.first[x + 1] as number); k++)
        sum += (columns.weights[k] as number) * (blended[(columns.offsets[k] as number) / across] as number);
      out[at + y * width + x] = sum;
    }
  }
}

/** Where the upright plane's first sample lies, and how far its neighbours to the right and below are. */
function walk({ offset, stride, step, width, height }: Plane, turn: QuarterTurns) {
  const right = (width - 1) * step;
  const bottom = (height - 1) * stride;
  switch (turn) {
    case 0:
      return { start: offset, across: step, down: stride };
    case 90:
      return { start: offset + bottom, across: -stride, down: step };
    case 180:
      return { start: offset + bottom + right, across: -step, down: -stride };
    case 270:
      return { start: offset + right, across: stride, down: -step };
    default:
      return turn satisfies never;
  }
}

/**
 * Which samples make each sample of a shorter line, and how much of each: a triangle as wide as the step between new
 * samples (bilinear where it is at most one), its weights adding up to one.
 */
function taps(length: number, wanted: number, unit: number) {
  const scale = length / wanted;
  const reach = Math.max(1, scale / 2);
  const first = new Int32Array(wanted + 1);
  const offsets: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < wanted; i++) {
    first[i] = weights.length;
    const middle = (i + 0.5) * scale - 0.5;
    const from = weights.length;
    let sum = 0;
    for (let j = Math.ceil(middle - reach); j <= Math.floor(middle + reach); j++) {
      const weight = 1 - Math.abs(j - middle) / reach;
      if (weight <= 0) continue;
      offsets.push(Math.min(length - 1, Math.max(0, j)) * unit);
      weights.push(weight);
      sum += weight;
    }
    for (let k = from; k < weights.length; k++) weights[k] = (weights[k] as number) / sum;
  }
  first[wanted] = weights.length;
  return { first, offsets: Int32Array.from(offsets), weights: Float32Array.from(weights) };
}
