/** How each level of a picture is read for one mesh: through its blur, within its part, in fixed-point texels. */
import type { Box } from '../affine.ts';
import { texelsIn, type MeshBlur } from '../mesh-place.ts';
import { blurred, type PictureLevel, type RasterPicture } from './picture.ts';
import type { Reading } from './spans.ts';

const ONE = 65536;

/** A level with the bounds of reading, and how fractions of the picture become fixed-point texels of it. */
export interface LevelReading extends Reading {
  readonly perU: number;
  readonly perV: number;
  readonly fromU: number;
  readonly fromV: number;
}

/** Readings by level, made when a triangle first asks. Between two levels the coarser one's bounds hold for both. */
export class LevelReadings {
  readonly #picture: RasterPicture;
  readonly #blur: MeshBlur | null;
  readonly #box: Box;
  readonly #made = new Map<number, LevelReading>();

  /** @param box fractions of the picture beyond which nothing is read */
  constructor(picture: RasterPicture, blur: MeshBlur | null, box: Box) {
    this.#picture = picture;
    this.#blur = blur;
    this.#box = box;
  }

  /** @param bounding the coarser level that is read along with it, or itself */
  get(level: number, bounding: number): LevelReading {
    const key = 64 * level + bounding;
    let reading = this.#made.get(key);
    if (reading === undefined) this.#made.set(key, (reading = this.#make(level, bounding)));
    return reading;
  }

  #make(index: number, bounding: number): LevelReading {
    const { left, top, right, bottom } = this.#box;
    const coarse = this.#picture.level(bounding);
    const columns = texelsIn(left, right, coarse.fullWidth);
    const rows = texelsIn(top, bottom, coarse.fullHeight);
    const whole = this.#picture.level(index);
    const blur = this.#blur;
    const level = blur === null ? whole : blurred(whole, columns, rows, blur);
    const x = bounds(columns, coarse.fullWidth, level.fullWidth, level.left, level.width);
    const y = bounds(rows, coarse.fullHeight, level.fullHeight, level.top, level.height);
    return {
      texels: level.texels,
      stride: level.width,
      lowX: x[0],
      highX: x[1],
      lowY: y[0],
      highY: y[1],
      ...scales(level),
    };
  }
}

function scales({ fullWidth, fullHeight, left, top }: PictureLevel) {
  return {
    perU: fullWidth * ONE,
    perV: fullHeight * ONE,
    fromU: -(left + 0.5) * ONE,
    fromV: -(top + 0.5) * ONE,
  };
}

/** Middles of a coarse level's first and last texels, as fixed-point positions among the kept texels of a finer one. */
function bounds(
  [first, last]: readonly [number, number],
  coarse: number,
  full: number,
  start: number,
  count: number,
): readonly [number, number] {
  const at = (texel: number) => (((texel + 0.5) / coarse) * full - 0.5 - start) * ONE;
  const low = Math.max(0, Math.min((count - 1) * ONE, Math.round(at(first))));
  // A hair before the last texel, so that its right or lower neighbour is never looked up outside of the array.
  const most = Math.min((count - 1) * ONE, Math.round(at(last)));
  return [low, Math.max(low, most === (count - 1) * ONE ? most - 1 : most)];
}
