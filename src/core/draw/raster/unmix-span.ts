/** Takes colours apart that a matte's edge mixes (draw/unmix.ts), pixel by pixel where there is an edge. */
import type { Affine } from '../draw-list.ts';
import { LOOK_HALF, LOOK_TEXELS, SLOPE_HALF, SLOPE_TEXELS, SURE } from '../unmix.ts';
import type { LevelReading } from './readings.ts';
import { readSpan } from './spans.ts';

/** A triangle's picture, as one level of it is read, and how (u, v) run along its rows. */
export interface EdgeReading {
  readonly color: LevelReading;
  readonly grey: LevelReading;
  readonly matte: Affine;
  /** What a texel of the picture itself is in fractions of it. */
  readonly texelU: number;
  readonly texelV: number;
}

const read = new Int32Array(1);
/** Sums over the looks to one side: red, green, blue, and what they were weighed by. */
const [person, behind] = [new Float64Array(4), new Float64Array(4)];
const [WEIGHT, CHANNELS] = [3, 3];

/**
 * @param colors premultiplied words, from 0 on; changed in place
 * @param greys words whose luma is how much of each pixel is the person, from `greysAt` on
 * @param u @param v of the first pixel @param du @param dv from pixel to pixel
 */
export function unmixSpan(
  colors: Int32Array,
  count: number,
  greys: Int32Array,
  greysAt: number,
  from: EdgeReading,
  u: number,
  v: number,
  du: number,
  dv: number,
): void {
  for (let i = 0; i < count; i++, u += du, v += dv) {
    const grey = lumaOf(greys[greysAt + i] as number);
    if (grey > SURE && grey < 1 - SURE) colors[i] = unmixed(colors[i] as number, grey, from, u, v);
  }
}

function unmixed(color: number, grey: number, from: EdgeReading, u: number, v: number): number {
  const { texelU, texelV } = from;
  const across = SLOPE_TEXELS * texelU;
  const down = SLOPE_TEXELS * texelV;
  const x = greyAt(from, u + across, v) - greyAt(from, u - across, v);
  const y = greyAt(from, u, v + down) - greyAt(from, u, v - down);
  const believed = 1 / (Math.sqrt(x * x + y * y) + SLOPE_HALF);
  const right = believed * x * texelU;
  const below = believed * y * texelV;
  person.fill(0);
  behind.fill(0);
  for (let k = 0; k < LOOK_TEXELS.length; k++) {
    const far = LOOK_TEXELS[k] as number;
    look(from, u + far * right, v + far * below, 0, person);
    look(from, u - far * right, v - far * below, 1, behind);
  }
  const ofPerson = person[WEIGHT] as number;
  const trust = ofPerson / (ofPerson + LOOK_HALF);
  const perPerson = 1 / Math.max(ofPerson, 1e-6);
  const perBehind = 1 / Math.max(behind[WEIGHT] as number, 1e-6);
  const most = color >>> 24;
  let out = color & 0xff000000;
  for (let c = 0; c < CHANNELS; c++) {
    const own = (color >>> (8 * c)) & 255;
    const f = (person[c] as number) * perPerson;
    const b = (behind[c] as number) * perBehind;
    const apart = f + grey * (own - grey * f - (1 - grey) * b);
    const value = (own + trust * (apart - own) + 0.5) | 0;
    out |= (value < 0 ? 0 : value > most ? most : value) << (8 * c);
  }
  return out;
}

/** Adds what is seen at (u, v), as far as its grey is near `side`'s end: 0 the person's, 1 that of what is behind. */
function look(from: EdgeReading, u: number, v: number, side: 0 | 1, into: Float64Array): void {
  const grey = greyAt(from, u, v);
  const near = side === 0 ? grey : 1 - grey;
  const weight = near * near * near * near;
  // What would count for less than a step of 255 need not be read.
  if (weight < 1e-5) return;
  const color = wordAt(from.color, u, v);
  into[0]! += weight * (color & 255);
  into[1]! += weight * ((color >>> 8) & 255);
  into[2]! += weight * ((color >>> 16) & 255);
  into[WEIGHT]! += weight;
}

function greyAt({ grey, matte }: EdgeReading, u: number, v: number): number {
  const there = matte[0] * u + matte[2] * v + matte[4];
  return lumaOf(wordAt(grey, there, matte[1] * u + matte[3] * v + matte[5]));
}

function wordAt(reading: LevelReading, u: number, v: number): number {
  const x = (u * reading.perU + reading.fromU + 0.5) | 0;
  const y = (v * reading.perV + reading.fromV + 0.5) | 0;
  readSpan(read, 0, 1, reading, x, y, 0, 0);
  return read[0] as number;
}

/** BT.709's, 0…1. */
function lumaOf(word: number): number {
  return (54 * (word & 255) + 183 * ((word >>> 8) & 255) + 19 * ((word >>> 16) & 255)) / (256 * 255);
}
