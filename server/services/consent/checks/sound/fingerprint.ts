/**
 * A recording's sound as a row of 32-bit prints, ten a second, that coding and colouring leave mostly alone: each bit says
 * whether the difference between two neighbouring bands grew or shrank since the window before (Haitsma and Kalker,
 * “A Highly Robust Audio Fingerprinting System”, 2002). Two sounds are one if, laid on each other at some offset, few bits differ
 * for ten seconds.
 */
import { eachSpectrum } from './spectrum.ts';

const RATE_HZ = 16_000;
/** Long windows that overlap a lot: a print changes little when the sound is cut elsewhere. */
const SHAPE = { windowSamples: 8192, hopSamples: 1600, fftSize: 8192 } as const;
const BANDS = 33;
const [LOW_HZ, HIGH_HZ] = [250, 3200];
/** Prints of windows this quiet say nothing of the sound; they are kept as zero, which no comparison counts. */
const QUIET = 1e-3;
export const PRINTS_A_SECOND = RATE_HZ / SHAPE.hopSamples;

/** One print for each tenth of a second, 8 hex digits. */
export function soundPrints(samples: Float32Array): readonly string[] {
  const binHz = RATE_HZ / SHAPE.fftSize;
  const edges = Array.from({ length: BANDS + 1 }, (_, i) =>
    Math.round((LOW_HZ * (HIGH_HZ / LOW_HZ) ** (i / BANDS)) / binHz),
  );
  let before: Float64Array | null = null;
  const prints: string[] = [];
  eachSpectrum(samples, SHAPE, (power) => {
    let total = 0;
    const bands = Float64Array.from({ length: BANDS }, (_, band) => {
      let sum = 0;
      for (let k = edges[band] as number; k < (edges[band + 1] as number); k++) sum += power[k] as number;
      total += sum;
      return Math.sqrt(sum);
    });
    prints.push(before === null || total < QUIET ? '00000000' : hex(bands, before));
    before = bands;
  });
  return prints;
}

function hex(now: Float64Array, before: Float64Array): string {
  let bits = 0;
  for (let band = 0; band < BANDS - 1; band++) {
    const grew =
      (now[band] as number) -
      (now[band + 1] as number) -
      ((before[band] as number) - (before[band + 1] as number));
    if (grew > 0) bits |= 1 << band;
  }
  return (bits >>> 0).toString(16).padStart(8, '0');
}

/** Prints that are laid on each other together, ten seconds; at least this part of them has to hold sound. */
const STRETCH = 100;
const LEAST_SOUNDING = 0.4;

/**
 * The smallest share of differing bits over any ten seconds of both, at any offset: 0 for the same sound, about a half for
 * others. Null where neither holds that much sound.
 */
export function printDistance(a: readonly string[], b: readonly string[]): number | null {
  const [left, right] = [numbers(a), numbers(b)];
  let least: number | null = null;
  for (let offset = STRETCH - right.length; offset <= left.length - STRETCH; offset++) {
    const from = Math.max(0, offset);
    const until = Math.min(left.length, offset + right.length);
    const differing = new Int16Array(until - from).fill(-1);
    for (let i = from; i < until; i++) {
      const [x, y] = [left[i] as number, right[i - offset] as number];
      if (x !== 0 && y !== 0) differing[i - from] = bitCount(x ^ y);
    }
    let [sum, sounding] = [0, 0];
    for (let i = 0; i < differing.length; i++) {
      const comes = differing[i] as number;
      if (comes >= 0) [sum, sounding] = [sum + comes, sounding + 1];
      const goes = differing[i - STRETCH] ?? -1;
      if (goes >= 0) [sum, sounding] = [sum - goes, sounding - 1];
      if (i < STRETCH - 1 || sounding < LEAST_SOUNDING * STRETCH) continue;
      const share = sum / (32 * sounding);
      if (least === null || share < least) least = share;
    }
  }
  return least;
}

function numbers(prints: readonly string[]): Uint32Array {
  return Uint32Array.from(prints, (print) => Number.parseInt(print, 16));
}

function bitCount(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
