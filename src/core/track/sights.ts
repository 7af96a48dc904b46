/**
 * What else a frame shows while its face is looked at: light, sharpness, how much of the face the picture holds, and
 * what colour the parts of the face are. Judges of a film (troubles) read it; nothing else of the frame is kept.
 */
import { LANDMARK } from './mesh-points.ts';
import { MESH_ROOM } from './places.ts';
import type { Picture, Square } from './ports.ts';

/** Parts of a face whose colour is kept: skin that is never lips, and what a hand before the mouth covers. */
export const PARTS = {
  forehead: [151, 108, 337, 69, 299],
  cheeks: [50, 280, 117, 346, 205, 425],
  nose: [6, 197, 195, 5],
  philtrum: [164, 167, 393, 92, 322],
  lips: [0, 37, 267, 17, 84, 314, 61, 291, 40, 270],
  chin: [199, 200, 175, 201, 421],
  jaw: [169, 394, 210, 430, 214, 434],
} as const;
export type Part = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as Part[];

/** One frame's row. Colours follow: PART_NAMES × (red, green, blue), 0…1. */
export const SIGHTS = [
  /** Mean luma of the face, 0…1. */
  'light',
  /** Mean squared Laplacian of the face's luma (0…255) at 192 px. */
  'sharpness',
  /** The same over the mouth and over the eyes alone. */
  'mouthDetail',
  'eyeDetail',
  /** Part of the mesh's points that lie outside the picture, 0…1. */
  'outside',
] as const;
export type Sight = (typeof SIGHTS)[number];
export const SIGHT_VALUES = SIGHTS.length + PART_NAMES.length * 3;

const FACE_PX = 192;

/**
 * @param picture a patch around the face @param square where the mesh looked, in pixels of the patch
 * @param points the face, in pixels of the patch @param into SIGHT_VALUES values; `outside` is left to the caller
 */
export function seeFace(picture: Picture, square: Square, points: Float32Array, into: Float32Array): void {
  const luma = levelFace(picture, square);
  let [light, pixels] = [0, 0];
  const whole = { x: FACE_PX / 2, y: FACE_PX / 2, width: FACE_PX * 0.72, height: FACE_PX * 0.96 };
  for (let y = 0; y < FACE_PX; y++)
    for (let x = 0; x < FACE_PX; x++) {
      if (!within(whole, x, y)) continue;
      light += luma[y * FACE_PX + x] as number;
      pixels++;
    }
  into[0] = light / pixels / 255;
  into[1] = detail(luma, whole);
  into[2] = detail(
    luma,
    spot(square, points, [LANDMARK.rightMouthCorner, LANDMARK.leftMouthCorner], 1.5, 0.75),
  );
  into[3] = detail(luma, spot(square, points, [LANDMARK.rightEyeOuter, LANDMARK.leftEyeOuter], 1.2, 0.4));
  PART_NAMES.forEach((part, k) => {
    into.set(colourOf(picture, points, PARTS[part]), SIGHTS.length + 3 * k);
  });
}

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function within({ x, y, width, height }: Ellipse, atX: number, atY: number): boolean {
  return ((atX - x) / width) ** 2 + ((atY - y) / height) ** 2 <= 0.25;
}

/** The face without the mesh's margin, level, FACE_PX square, luma 0…255. */
function levelFace(picture: Picture, { x, y, sidePx, turn }: Square): Float32Array {
  const out = new Float32Array(FACE_PX * FACE_PX);
  const step = sidePx / MESH_ROOM / FACE_PX;
  const [cos, sin] = [Math.cos(turn) * step, Math.sin(turn) * step];
  for (let row = 0, at = 0; row < FACE_PX; row++)
    for (let column = 0; column < FACE_PX; column++, at++) {
      const right = column + 0.5 - FACE_PX / 2;
      const down = row + 0.5 - FACE_PX / 2;
      out[at] = lumaAt(picture, x + right * cos - down * sin - 0.5, y + right * sin + down * cos - 0.5);
    }
  return out;
}

function lumaAt({ rgba, widthPx, heightPx }: Picture, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= widthPx - 1 || top >= heightPx - 1) return 0;
  const across = x - left;
  const down = y - top;
  const at = (top * widthPx + left) * 4;
  const below = at + widthPx * 4;
  return (
    (luma(rgba, at) * (1 - across) + luma(rgba, at + 4) * across) * (1 - down) +
    (luma(rgba, below) * (1 - across) + luma(rgba, below + 4) * across) * down
  );
}

function luma(rgba: Uint8ClampedArray, at: number): number {
  return (
    0.2126 * (rgba[at] as number) + 0.7152 * (rgba[at + 1] as number) + 0.0722 * (rgba[at + 2] as number)
  );
}

/** Mean squared Laplacian inside an ellipse of the level face. */
function detail(face: Float32Array, where: Ellipse): number {
  let [sum, pixels] = [0, 0];
  const [top, bottom] = [where.y - where.height / 2, where.y + where.height / 2];
  const [left, right] = [where.x - where.width / 2, where.x + where.width / 2];
  for (let y = Math.max(1, Math.floor(top)); y < Math.min(FACE_PX - 1, bottom); y++)
    for (let x = Math.max(1, Math.floor(left)); x < Math.min(FACE_PX - 1, right); x++) {
      if (!within(where, x, y)) continue;
      const at = y * FACE_PX + x;
      const value =
        4 * (face[at] as number) -
        (face[at - 1] as number) -
        (face[at + 1] as number) -
        (face[at - FACE_PX] as number) -
        (face[at + FACE_PX] as number);
      sum += value * value;
      pixels++;
    }
  return pixels === 0 ? 0 : sum / pixels;
}

/** An ellipse of the level face over a pair of points, so many times as wide and as high as they are apart. */
function spot(
  square: Square,
  points: Float32Array,
  pair: readonly [number, number],
  width: number,
  height: number,
): Ellipse {
  const scale = (FACE_PX * MESH_ROOM) / square.sidePx;
  const [cos, sin] = [Math.cos(square.turn) * scale, Math.sin(square.turn) * scale];
  const level = (point: number) => {
    const right = (points[point * 3] as number) - square.x;
    const down = (points[point * 3 + 1] as number) - square.y;
    return { x: FACE_PX / 2 + right * cos + down * sin, y: FACE_PX / 2 - right * sin + down * cos };
  };
  const [a, b] = [level(pair[0]), level(pair[1])];
  const apart = Math.max(8, Math.hypot(b.x - a.x, b.y - a.y));
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, width: apart * width, height: apart * height };
}

/** Mean colour at some points, each over 3 × 3 pixels. */
function colourOf(
  { rgba, widthPx, heightPx }: Picture,
  points: Float32Array,
  of: readonly number[],
): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let pixels = 0;
  for (const point of of) {
    const [x, y] = [Math.round(points[point * 3] as number), Math.round(points[point * 3 + 1] as number)];
    for (let down = y - 1; down <= y + 1; down++)
      for (let across = x - 1; across <= x + 1; across++) {
        if (across < 0 || down < 0 || across >= widthPx || down >= heightPx) continue;
        const at = (down * widthPx + across) * 4;
        for (let k = 0; k < 3; k++) sum[k as 0 | 1 | 2] += (rgba[at + k] as number) / 255;
        pixels++;
      }
  }
  return pixels === 0 ? sum : [sum[0] / pixels, sum[1] / pixels, sum[2] / pixels];
}
