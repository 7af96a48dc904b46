/**
 * What people hold before cameras, rendered: a sheet or a screen that is moved in space, seen through a lens that blurs a
 * little and a sensor that has grain. Models, not recordings: what they leave out (glare, real paper, real moiré) is
 * said beside the figures.
 */
import type { Picture } from '#core/track/ports.ts';
import type { Change } from './films.ts';

/** Repeatable noise. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let value = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    value ^= value >>> 15;
    return (value >>> 0) / 2 ** 32;
  };
}

const NOISE = (() => {
  const next = random(7);
  return Float32Array.from({ length: 1 << 18 }, () => 2 * (next() + next() + next() - 1.5));
})();

/** A camera's grain, about as strong as a webcam's in a room. */
export function grain(picture: Picture, timeS: number, levels = 2): Picture {
  const rgba = new Uint8ClampedArray(picture.rgba);
  const start = Math.floor(random(Math.round(timeS * 1e4) + 7)() * NOISE.length);
  for (let i = 0; i < rgba.length; i += 4)
    for (let c = 0; c < 3; c++)
      rgba[i + c] =
        (rgba[i + c] as number) + levels * (NOISE[(start + i + c + (i >> 16) * 37) % NOISE.length] as number);
  return { ...picture, rgba };
}

/** How a sheet lies before the camera: turned about its upright and level axes, radians, moved, in parts of its width, and nearer. */
interface Lie {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  readonly near: number;
}

/** The sheet seen from two and a half of its widths away. */
export function sheet(
  picture: Picture,
  { yaw, pitch, roll, x, y, near }: Lie,
  paint: (r: number, g: number, b: number, u: number, v: number) => readonly [number, number, number] = (
    r,
    g,
    b,
  ) => [r, g, b],
): Picture {
  const { widthPx, heightPx, rgba } = picture;
  const out = new Uint8ClampedArray(rgba.length);
  const away = 2.5;
  const [cy, sy, cp, sp, cr, sr] = [
    Math.cos(yaw),
    Math.sin(yaw),
    Math.cos(pitch),
    Math.sin(pitch),
    Math.cos(roll),
    Math.sin(roll),
  ];
  // Axes of the sheet in the camera's space: x to the right, y down, z away.
  const ax = [cy * cr, cy * sr, sy] as const;
  const ay = [-cp * sr + sp * sy * cr, cp * cr + sp * sy * sr, -sp * cy] as const;
  const normal = [
    ax[1] * ay[2] - ax[2] * ay[1],
    ax[2] * ay[0] - ax[0] * ay[2],
    ax[0] * ay[1] - ax[1] * ay[0],
  ] as const;
  const middle = [x, y, away / near] as const;
  const reach = middle[0] * normal[0] + middle[1] * normal[1] + middle[2] * normal[2];
  for (let row = 0, at = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++, at += 4) {
      const ray = [
        (column + 0.5 - widthPx / 2) / widthPx / away,
        (row + 0.5 - heightPx / 2) / widthPx / away,
        1,
      ] as const;
      const far = reach / (ray[0] * normal[0] + ray[1] * normal[1] + ray[2] * normal[2]);
      const [dx, dy, dz] = [ray[0] * far - middle[0], ray[1] * far - middle[1], ray[2] * far - middle[2]];
      const u = (dx * ax[0] + dy * ax[1] + dz * ax[2]) * widthPx + widthPx / 2 - 0.5;
      const v = (dx * ay[0] + dy * ay[1] + dz * ay[2]) * widthPx + heightPx / 2 - 0.5;
      const left = Math.floor(u);
      const top = Math.floor(v);
      if (left < 0 || top < 0 || left >= widthPx - 1 || top >= heightPx - 1) {
        out.set([90, 88, 86, 255], at); // the room behind
        continue;
      }
      const [fx, fy] = [u - left, v - top];
      const p = (top * widthPx + left) * 4;
      const q = p + widthPx * 4;
      const read = (c: number) =>
        ((rgba[p + c] as number) * (1 - fx) + (rgba[p + 4 + c] as number) * fx) * (1 - fy) +
        ((rgba[q + c] as number) * (1 - fx) + (rgba[q + 4 + c] as number) * fx) * fy;
      const [r, g, b] = paint(read(0), read(1), read(2), u, v);
      out[at] = r;
      out[at + 1] = g;
      out[at + 2] = b;
      out[at + 3] = 255;
    }
  return { widthPx, heightPx, rgba: out };
}

const STILL: Lie = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, near: 1 };

/** A hand that holds something: a few slow waves. */
function held(timeS: number, much: number): Lie {
  const wave = (hertz: number, phase: number) => Math.sin(2 * Math.PI * hertz * timeS + phase);
  return {
    ...STILL,
    roll: much * 0.02 * wave(0.4, 1),
    x: much * 0.012 * (wave(0.31, 0) + 0.4 * wave(1.7, 2)),
    y: much * 0.01 * (wave(0.47, 3) + 0.4 * wave(1.3, 1)),
    near: 1 + much * 0.02 * wave(0.23, 2),
  };
}

const GAMMA = 2.2;
const LINEAR = Float32Array.from({ length: 256 }, (_, i) => (i / 255) ** GAMMA);
const LEVEL = Float32Array.from({ length: 4097 }, (_, i) => 255 * (i / 4096) ** (1 / GAMMA));
const linear = (level: number) => LINEAR[Math.max(0, Math.min(255, Math.round(level)))] as number;
const level = (value: number) => LEVEL[Math.max(0, Math.min(4096, Math.round(value * 4096)))] as number;

export const heldStill: Change = (picture, timeS) => grain(sheet(picture, held(timeS, 0.15)), timeS);
export const movedAbout: Change = (picture, timeS) => grain(sheet(picture, held(timeS, 4)), timeS);
/** A print turned to the left and right and up and down, as far as it goes, to pass for a head. */
export const turnedPrint: Change = (picture, timeS) => {
  const lie = {
    ...held(timeS, 1),
    yaw: 0.5 * Math.sin(2 * Math.PI * 0.35 * timeS),
    pitch: 0.25 * Math.sin(2 * Math.PI * 0.21 * timeS),
  };
  // Paper has no black and its white is not the screen's.
  return grain(
    sheet(picture, lie, (r, g, b) => [18 + 0.85 * r, 18 + 0.83 * g, 16 + 0.8 * b]),
    timeS,
  );
};

/**
 * A screen's picture filmed: every pixel of the screen is a red, a green and a blue bar with dark between, seen by a sensor
 * whose own pixels see a mean over their reach.
 * @param pitchPx one screen pixel in pixels of the camera
 */
export function replayed(pitchPx: number, lensPx = 0.6): Change {
  const reach = (1 + lensPx) / pitchPx;
  // Share of a bar that is lit for `lit` of every pixel, over the reach of a sensor's pixel, by where that begins.
  const table = (lit: number) =>
    Float32Array.from({ length: 512 }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < 32; k++) {
        const place = i / 512 + ((k + 0.5) / 32) * reach;
        if (place - Math.floor(place) < lit) sum++;
      }
      return sum / 32;
    });
  const [bars, rows] = [table(0.26), table(0.82)];
  const at = (of: Float32Array, place: number) => of[Math.floor((place - Math.floor(place)) * 512)] as number;
  return (picture, timeS) => {
    const lie = { ...held(timeS, 0.5), roll: 0.035 };
    return grain(
      sheet(picture, lie, (r, g, b, u, v) => {
        const [across, down] = [u / pitchPx, v / pitchPx];
        const row = at(rows, down);
        const colour = (value: number, offset: number) => {
          const lit = at(bars, across - offset) * row;
          return level(0.01 + (linear(value) * lit * 0.95) / (0.26 * 0.82));
        };
        return [colour(r, 0.04), colour(g, 0.37), colour(b, 0.7)];
      }),
      timeS,
    );
  };
}
