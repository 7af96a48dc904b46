/**
 * What is seen between the lips, as a few numbers that do not depend on whose they are or in which light: shares of teeth,
 * flesh (tongue, gums) and dark, and a look, of which two lie as far apart as the colours between those lips differ. The
 * mouth is unrolled by its landmarks first, so that its shape is gone; a small network of Orator's own (training/mouth)
 * reads the rest.
 */
import { throwIfCancelled, type CancelSignal } from '../../base/errors.ts';
import { loadManifest, type ModelFiles } from '../../model/files.ts';
import type { ModelRuntime } from '../../model/runtime.ts';
import { tensor } from '../../model/tensor.ts';
import type { Picture, SeenFace } from '../ports.ts';

export const INNER_MOUTH = 'inner-mouth';
export const LOOK_VALUES = 8;
/** Of the unrolled mouth: columns from corner to corner; rows of the upper lip, of what is between, of the lower lip. */
export const UNROLLED = { columns: 32, rows: 24, lipRows: 4 } as const;

/** Landmarks of the lips, corner on the picture's left first, over the upper lip and back below. */
const INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95];
const OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146];
/** Steps from corner to corner along a lip, and how much of the first and the last is left out: corners show nothing. */
const STEPS = 10;
const CORNER = 0.5;

export interface SeenInside {
  /** Parts of what is between the lips; they add up to 1. Of shut lips they say nothing. */
  readonly teeth: number;
  readonly flesh: number;
  readonly dark: number;
  /** LOOK_VALUES; distance: root mean square difference of colour, in 255ths where the lips are 128. */
  readonly look: Float32Array<ArrayBuffer>;
}

export interface InnerMouth {
  /** Changes whenever the same mouth would be described differently. */
  readonly revision: string;
  /** @throws AppError device-lost | internal | cancelled */
  describe(picture: Picture, face: Pick<SeenFace, 'points'>, signal?: CancelSignal): Promise<SeenInside>;
  close(): Promise<void>;
}

/** @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openInnerMouth(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<InnerMouth> {
  const manifest = await loadManifest(files, INNER_MOUTH, signal);
  const session = await runtime.open(manifest, {
    ...(signal ? { signal } : {}),
    // As small as it is, a graphics card is only a longer way; and 8 bits are what it was judged in.
    providers: ['wasm', 'cpu'],
    precisions: ['int8'],
  });
  return {
    revision: [manifest.id, manifest.version, session.provider, session.variant.precision].join(' '),
    async describe(picture, { points }, stop) {
      throwIfCancelled(stop);
      const mouth = tensor([1, 3, UNROLLED.rows, UNROLLED.columns], unrollMouth(picture, points));
      const { parts, look } = await session.run({ mouth }, stop);
      const [teeth = 0, flesh = 0, dark = 0] = parts?.data ?? [];
      return { teeth, flesh, dark, look: Float32Array.from(look?.data ?? []) };
    },
    close: () => session.close(),
  };
}

/** @returns 3 × rows × columns, planes of red, green and blue, 0…1; 0 outside the picture */
export function unrollMouth(picture: Picture, points: Float32Array): Float32Array<ArrayBuffer> {
  const { columns, rows, lipRows } = UNROLLED;
  const plane = rows * columns;
  const out = new Float32Array(3 * plane);
  const between = rows - 2 * lipRows;
  for (let column = 0; column < columns; column++) {
    const along = CORNER + (column / (columns - 1)) * (STEPS - 2 * CORNER);
    const step = Math.min(STEPS - 1, Math.floor(along));
    const part = along - step;
    const upper = (lip: readonly number[], axis: number) => blend(points, lip, step, step + 1, part, axis);
    const lower = (lip: readonly number[], axis: number) =>
      blend(points, lip, 2 * STEPS - step, 2 * STEPS - step - 1, part, axis);
    const edges = [0, 1].map(
      (axis) => [upper(OUTER, axis), upper(INNER, axis), lower(INNER, axis), lower(OUTER, axis)] as const,
    ) as [Edges, Edges];
    for (let row = 0; row < rows; row++) {
      const [from, way] =
        row < lipRows
          ? [0, (row + 0.5) / lipRows]
          : row < rows - lipRows
            ? [1, (row - lipRows + 0.5) / between]
            : [2, (row - rows + lipRows + 0.5) / lipRows];
      const at = (axis: 0 | 1) =>
        (edges[axis][from] as number) * (1 - way) + (edges[axis][from + 1] as number) * way;
      readInto(picture, at(0) - 0.5, at(1) - 0.5, out, row * columns + column, plane);
    }
  }
  return out;
}

/** Where a column crosses the lips' four edges, along one axis, from above. */
type Edges = readonly [number, number, number, number];

function blend(
  points: Float32Array,
  lip: readonly number[],
  from: number,
  to: number,
  part: number,
  axis: number,
): number {
  const at = (k: number) => points[3 * (lip[k % lip.length] as number) + axis] as number;
  return at(from) * (1 - part) + at(to) * part;
}

function readInto(
  { rgba, widthPx, heightPx }: Picture,
  x: number,
  y: number,
  out: Float32Array,
  index: number,
  plane: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < 0 || top < 0 || left + 1 >= widthPx || top + 1 >= heightPx) return;
  const [a, b] = [x - left, y - top];
  const from = 4 * (top * widthPx + left);
  const below = from + 4 * widthPx;
  for (let c = 0; c < 3; c++) {
    const upper = (rgba[from + c] as number) * (1 - a) + (rgba[from + 4 + c] as number) * a;
    const lower = (rgba[below + c] as number) * (1 - a) + (rgba[below + 4 + c] as number) * a;
    out[c * plane + index] = (upper * (1 - b) + lower * b) / 255;
  }
}
