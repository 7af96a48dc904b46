/**
 * A film of a mouth that the test draws itself, so that the true picture of every frame is known and no media is needed:
 * skin with pores that sit on it, lips, upper teeth fixed to the skull, lower teeth fixed to the jaw, dark between them,
 * on a head that turns, tilts and comes nearer under light that changes. Points and pictures are made by one formula
 * here, which knows nothing of how a mouth is set in.
 */
import { across, RINGS, SPOKES, STILL_POINTS } from '#core/presenter/footage/mouth/points.ts';
import { MEASURES, type FootageTrack } from '#core/track/footage-track.ts';
import { BODY_POINTS, FACE_POINTS, type Picture } from '#core/track/ports.ts';

export interface MouthState {
  /** Inner lips apart, and half from corner to corner, in heights of the face. */
  readonly open: number;
  readonly half: number;
  readonly x: number;
  readonly y: number;
  readonly roll: number;
  readonly yaw: number;
  readonly unitPx: number;
  readonly light: number;
}

const [WIDTH, HEIGHT] = [220, 200];
/** Where the lips meet below the base of the nose, and how thick they are. */
const [LINE, UPPER, LOWER] = [0.42, 0.11, 0.14];
/** Where the rings outside the lips lie at rest: half axes to the side, up and down from the line of the lips. */
const OUTSIDE = [
  [0.52, 0.26, 0.34],
  [0.66, 0.4, 0.5],
  [0.78, 0.42, 0.62],
  [0.88, 0.42, 0.74],
  [0.96, 0.42, 0.86],
] as const;

type Vector = readonly [x: number, y: number, z: number];

/** The jaw goes down with the lower lip; skin below follows it, skin above does not. */
function ringPoint(ring: number, spoke: number, { open, half }: MouthState): Vector {
  const turn = (spoke / SPOKES) * 2 * Math.PI;
  const [side, up] = [-Math.cos(turn), Math.sin(turn)];
  const low = Math.max(0, -up);
  const depth = -0.25 + 0.3 * side * side;
  if (ring === 0) return [side * half, LINE + low * open, depth];
  if (ring === 1) return [side * (half + 0.06), LINE - Math.max(0, up) * UPPER + low * (open + LOWER), depth];
  const [a, b, c] = OUTSIDE[ring - 2]!;
  const wide = 0.5 * (half - 0.28) * (ring === 2 ? 1 : 0.4);
  return [side * (a + wide), LINE - Math.max(0, up) * b + low * (c + open * 0.85), depth];
}

/** Head's own frame → picture. */
function place([x, y, z]: Vector, state: MouthState): Vector {
  const [yx, yz] = [
    x * Math.cos(state.yaw) - z * Math.sin(state.yaw),
    x * Math.sin(state.yaw) + z * Math.cos(state.yaw),
  ];
  const [rx, ry] = [
    yx * Math.cos(state.roll) - y * Math.sin(state.roll),
    yx * Math.sin(state.roll) + y * Math.cos(state.roll),
  ];
  return [state.x + state.unitPx * rx, state.y + state.unitPx * ry, state.unitPx * yz];
}

const STILL: Readonly<Record<number, Vector>> = {
  33: [-0.62, -0.85, 0],
  133: [-0.22, -0.83, -0.1],
  263: [0.62, -0.85, 0],
  362: [0.22, -0.83, -0.1],
  9: [0, -1, -0.15],
  8: [0, -0.92, -0.13],
  2: [0, 0, -0.3],
  98: [-0.16, -0.02, -0.2],
  327: [0.16, -0.02, -0.2],
};

/** FACE_POINTS × (x, y, z) of one frame. */
export function mouthPoints(state: MouthState): Float32Array<ArrayBuffer> {
  const out = new Float32Array(FACE_POINTS * 3);
  const put = (point: number, at: Vector) => {
    out.set(place(at, state), point * 3);
  };
  STILL_POINTS.forEach((point, k) => {
    put(point, STILL[point] ?? [0.5 * Math.sin(k * 2.4), -0.5 + 0.4 * Math.cos(k * 2.4), 0.1 * Math.sin(k)]);
  });
  // The outermost ring first: where rings share a landmark, the inner one has it.
  for (let ring = RINGS.length - 1; ring >= 0; ring--)
    RINGS[ring]!.forEach((point, spoke) => {
      if (!STILL_POINTS.includes(point)) put(point, ringPoint(ring, spoke, state));
    });
  return out;
}

/** The true picture: every pixel is taken back onto the head and asked what is there. */
export function mouthPicture(state: MouthState): Picture {
  const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  const [cosR, sinR] = [Math.cos(state.roll), Math.sin(state.roll)];
  for (let j = 0; j < HEIGHT; j++)
    for (let i = 0; i < WIDTH; i++) {
      let [r, g, b] = [0, 0, 0];
      for (let s = 0; s < 4; s++) {
        const [dx, dy] = [i + 0.25 + 0.5 * (s & 1) - state.x, j + 0.25 + 0.5 * (s >> 1) - state.y];
        const [x, y] = [(dx * cosR + dy * sinR) / state.unitPx, (dy * cosR - dx * sinR) / state.unitPx];
        const colour = colourAt(x / Math.cos(state.yaw) - 0.25 * Math.tan(state.yaw), y, state);
        r += colour[0] / 4;
        g += colour[1] / 4;
        b += colour[2] / 4;
      }
      // Light falls from the left.
      const light = state.light * (1 - (0.15 * (i - WIDTH / 2)) / WIDTH);
      rgba.set([r * light, g * light, b * light, 255], (j * WIDTH + i) * 4);
    }
  return { widthPx: WIDTH, heightPx: HEIGHT, rgba };
}

function colourAt(x: number, y: number, { open, half }: MouthState): Vector {
  const across = x / half;
  const bow = Math.sqrt(Math.max(0, 1 - across * across));
  const [top, bottom] = [LINE, LINE + bow * open];
  if (Math.abs(across) < 1 && y > top && y < bottom) {
    const tooth = Math.abs(((x * 9 + 100) % 1) - 0.5) > 0.43 ? 0.7 : 1;
    if (y < LINE + 0.1) return [225 * tooth, 215 * tooth, 200 * tooth];
    if (y > LINE + open - 0.03) return [190 * tooth, 180 * tooth, 165 * tooth];
    return [50, 22, 24];
  }
  const wider = x / (half + 0.06);
  const arch = Math.sqrt(Math.max(0, 1 - wider * wider));
  if (Math.abs(wider) < 1 && y > LINE - arch * UPPER && y < LINE + arch * (open + LOWER)) {
    const crease = 8 * Math.sin(x * 60);
    return [176 + crease, 84 + crease, 88 + crease];
  }
  // Pores sit on the skin, and the skin below the lips goes down with the jaw.
  const down = y > LINE ? y - open * 0.85 * Math.min(1, (y - LINE) / 0.3) : y;
  const pore = 7 * Math.sin(x * 41 + 3 * Math.sin(down * 17)) * Math.sin(down * 47 + 2 * Math.sin(x * 23));
  return [206 + pore, 160 + pore, 138 + pore];
}

/** A head that never holds still under light that comes and goes, and talks. */
export function talking(frames: number): MouthState[] {
  return Array.from({ length: frames }, (_, f) => {
    const syllable = Math.max(0, Math.sin(f * 0.83) + 0.6 * Math.sin(f * 0.31 + 1));
    return {
      open: 0.17 * syllable,
      half: 0.3 + 0.05 * Math.sin(f * 0.47 + 2),
      x: 110 + 4 * Math.sin(f * 0.11),
      y: 78 + 3 * Math.sin(f * 0.17),
      roll: 0.06 * Math.sin(f * 0.13),
      yaw: 0.1 * Math.sin(f * 0.09),
      unitPx: 66 + 3 * Math.sin(f * 0.07),
      light: 0.95 + 0.12 * Math.sin(f * 0.045),
    };
  });
}

export function trackOf(states: readonly MouthState[]): FootageTrack {
  const frameCount = states.length;
  const points = new Float32Array(frameCount * FACE_POINTS * 3);
  states.forEach((state, f) => {
    points.set(mouthPoints(state), f * FACE_POINTS * 3);
  });
  return {
    rate: { num: 25, den: 1 },
    frameCount,
    widthPx: WIDTH,
    heightPx: HEIGHT,
    points,
    sure: new Float32Array(frameCount).fill(1),
    seen: new Uint8Array(frameCount).fill(1),
    measures: new Float32Array(frameCount * MEASURES.length),
    body: new Float32Array(frameCount * BODY_POINTS.length * 3),
  };
}

/** Spokes of the inner lips, above and below, that stand across from each other. */
export const PAIRS = Array.from({ length: SPOKES / 2 - 1 }, (_, k) => [k + 1, across(k + 1)] as const);
