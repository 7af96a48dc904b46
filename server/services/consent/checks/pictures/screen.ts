/**
 * What a screen leaves in a picture that was filmed from it. Two grids, the screen's and the camera's, beat: their moiré is
 * a wave where skin has none. Colour would show it still better, were it not kept at half the size by every codec, whose own
 * traces stand as high: brightness decides. It is looked for as a peak that stands alone in
 * the mean spectrum of many patches of skin (García and de Queiroz, "Face-spoofing 2D-detection based on moiré-pattern
 * analysis", IEEE TIFS 10, 2015).
 */
import type { Picture } from '#core/track/ports.ts';

/** Logarithms (base 10) of power, over SIDE × SIDE frequencies, of brightness and of colour. */
export interface SkinSpectrum {
  readonly luma: Float32Array;
  readonly colour: Float32Array;
}

const SIDE = 64;
/** Cycles a pixel between which a peak counts: below are features of faces, at the very end noise of compression. */
const LOWEST = 0.09;
const HIGHEST = 0.47;
const RING = 0.03;
/** Multiples of 1/8 cycle are where blocks of compression stand. */
const BLOCK = 1 / 8;
const BLOCK_WIDTH = 0.75 / SIDE;

const WINDOW = Float32Array.from(
  { length: SIDE },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / SIDE),
);

/** Around the base of the nose, at the picture's own resolution: most of it is cheeks. */
export function skinSpectrum({ rgba, widthPx, heightPx }: Picture, points: Float32Array): SkinSpectrum {
  const left = Math.round((points[5 * 3] as number) - SIDE / 2);
  const top = Math.round((points[5 * 3 + 1] as number) - SIDE / 2);
  const luma = new Float64Array(SIDE * SIDE);
  const colour = new Float64Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const x = Math.min(widthPx - 1, Math.max(0, left + column));
      const y = Math.min(heightPx - 1, Math.max(0, top + row));
      const at = (y * widthPx + x) * 4;
      const [r, g, b] = [rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number];
      luma[row * SIDE + column] = 0.299 * r + 0.587 * g + 0.114 * b;
      colour[row * SIDE + column] = r - g;
    }
  return { luma: logPower(luma), colour: logPower(colour) };
}

function logPower(values: Float64Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const re = values.map(
    (value, i) => (value - mean) * (WINDOW[i % SIDE] as number) * (WINDOW[Math.floor(i / SIDE)] as number),
  );
  const im = new Float64Array(values.length);
  for (let row = 0; row < SIDE; row++) transform(re, im, row * SIDE, 1);
  for (let column = 0; column < SIDE; column++) transform(re, im, column, SIDE);
  // Added so that a picture without any noise has a logarithm.
  return Float32Array.from(re, (value, i) => Math.log10(value * value + (im[i] as number) ** 2 + 10));
}

/** SIDE values from `from`, `step` apart, in place: Cooley and Tukey's. */
function transform(re: Float64Array, im: Float64Array, from: number, step: number): void {
  const at = (i: number) => from + i * step;
  for (let i = 1, j = 0; i < SIDE; i++) {
    let bit = SIDE >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[at(i)], re[at(j)]] = [re[at(j)] as number, re[at(i)] as number];
      [im[at(i)], im[at(j)]] = [im[at(j)] as number, im[at(i)] as number];
    }
  }
  for (let length = 2; length <= SIDE; length <<= 1) {
    const angle = (-2 * Math.PI) / length;
    for (let start = 0; start < SIDE; start += length)
      for (let k = 0; k < length / 2; k++) {
        const [cos, sin] = [Math.cos(angle * k), Math.sin(angle * k)];
        const [low, high] = [at(start + k), at(start + k + length / 2)];
        const x = (re[high] as number) * cos - (im[high] as number) * sin;
        const y = (re[high] as number) * sin + (im[high] as number) * cos;
        re[high] = (re[low] as number) - x;
        im[high] = (im[low] as number) - y;
        re[low] = (re[low] as number) + x;
        im[low] = (im[low] as number) + y;
      }
  }
}

/** How far the highest peak stands above its ring, in powers of ten, in brightness and in colour. */
export interface ScreenSigns {
  readonly luma: number;
  readonly colour: number;
}

export function screenSigns(spectra: readonly SkinSpectrum[]): ScreenSigns | null {
  if (spectra.length === 0) return null;
  return { luma: peak(spectra.map(({ luma }) => luma)), colour: peak(spectra.map(({ colour }) => colour)) };
}

function peak(all: readonly Float32Array[]): number {
  const rings = new Map<number, number[]>();
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column <= SIDE / 2; column++) {
      const [down, across] = [(row > SIDE / 2 ? row - SIDE : row) / SIDE, column / SIDE];
      const radius = Math.hypot(down, across);
      if (radius < LOWEST || radius > HIGHEST || blocky(down) || blocky(across)) continue;
      const power = all.reduce((sum, one) => sum + (one[row * SIDE + column] as number), 0) / all.length;
      const ring = Math.floor(radius / RING);
      rings.set(ring, [...(rings.get(ring) ?? []), power]);
    }
  let highest = 0;
  for (const powers of rings.values()) {
    const sorted = powers.toSorted((a, b) => a - b);
    const middle = sorted[sorted.length >> 1] as number;
    highest = Math.max(highest, (sorted.at(-1) as number) - middle);
  }
  return highest;
}

/** On the axes stand the edges of compression's blocks. */
function blocky(frequency: number): boolean {
  const rest = Math.abs(frequency) % BLOCK;
  return Math.min(rest, BLOCK - rest) < BLOCK_WIDTH;
}
