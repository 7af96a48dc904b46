/**
 * Places: where on a picture a network should look, and cutting that out. A film in 4K holds eight million pixels a
 * frame, of which a face needs a hundred thousand: what is kept of a frame is a patch around the face, at most
 * PATCH_PX wide, and everything finer is looked up in it.
 */
import { LANDMARK } from './mesh-points.ts';
import type { DetectedFace, Picture, SeenFace, Square } from './ports.ts';

/** Wide enough that the mesh's square inside (a patch is PATCH_ROOM squares wide) still has 1.4 pixels for each of its 192. */
export const PATCH_PX = 384;
/** How much wider a patch is than the square it was cut for: a head may move that far before the next is known. */
export const PATCH_ROOM = 1.4;

/** A part of a larger picture. `scale`: pixels of the whole for one of the patch. */
export interface Patch {
  readonly picture: Picture;
  readonly leftPx: number;
  readonly topPx: number;
  readonly scale: number;
}

/** The square around a square, upright, outside the picture black. Each pixel is the mean of up to 3 × 3 of the whole. */
export function cutPatch(whole: Picture, around: Square, room = PATCH_ROOM, largestPx = PATCH_PX): Patch {
  const sidePx = Math.max(16, around.sidePx * room);
  const scale = Math.max(1, sidePx / largestPx);
  const size = Math.max(1, Math.round(sidePx / scale));
  const leftPx = Math.round(around.x - sidePx / 2);
  const topPx = Math.round(around.y - sidePx / 2);
  const picture = resample(whole, leftPx, topPx, scale, size, size);
  return { picture, leftPx, topPx, scale };
}

/** The whole picture, at most `longestPx` on its longer side. The picture itself where it is no larger. */
export function shrink(whole: Picture, longestPx: number): Patch {
  const scale = Math.max(whole.widthPx, whole.heightPx) / longestPx;
  if (scale <= 1) return { picture: whole, leftPx: 0, topPx: 0, scale: 1 };
  const [widthPx, heightPx] = [Math.round(whole.widthPx / scale), Math.round(whole.heightPx / scale)];
  return { picture: resample(whole, 0, 0, scale, widthPx, heightPx), leftPx: 0, topPx: 0, scale };
}

function resample(
  whole: Picture,
  leftPx: number,
  topPx: number,
  scale: number,
  widthPx: number,
  heightPx: number,
): Picture {
  const taps = Math.min(3, Math.max(1, Math.round(scale)));
  const columns = sourceOffsets(leftPx, scale, taps, widthPx, whole.widthPx, 4);
  const rows = sourceOffsets(topPx, scale, taps, heightPx, whole.heightPx, 4 * whole.widthPx);
  const from = whole.rgba;
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4);
  // No list is made for a pixel: this runs on every frame.
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 4) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let down = y * taps; down < (y + 1) * taps; down++) {
        const row = rows[down] as number;
        if (row < 0) continue;
        for (let across = x * taps; across < (x + 1) * taps; across++) {
          const column = columns[across] as number;
          if (column < 0) continue;
          const source = row + column;
          red += from[source] as number;
          green += from[source + 1] as number;
          blue += from[source + 2] as number;
        }
      }
      rgba[at] = red / (taps * taps);
      rgba[at + 1] = green / (taps * taps);
      rgba[at + 2] = blue / (taps * taps);
      rgba[at + 3] = 255;
    }
  return { widthPx, heightPx, rgba };
}

/** Offsets of the samples along one side; −1 outside the picture. */
function sourceOffsets(
  start: number,
  scale: number,
  taps: number,
  count: number,
  limit: number,
  stride: number,
) {
  const offsets = new Int32Array(count * taps);
  for (let i = 0; i < offsets.length; i++) {
    const place = Math.floor(start + ((i + 0.5) / taps) * scale);
    offsets[i] = place < 0 || place >= limit ? -1 : place * stride;
  }
  return offsets;
}

export function squareInPatch(square: Square, patch: Patch): Square {
  return {
    x: (square.x - patch.leftPx) / patch.scale,
    y: (square.y - patch.topPx) / patch.scale,
    sidePx: square.sidePx / patch.scale,
    turn: square.turn,
  };
}

/** Writes a face's points, found in a patch, as points of the whole. */
export function pointsFromPatch(found: Float32Array, patch: Patch, into: Float32Array): void {
  for (let i = 0; i < into.length; i += 3) {
    into[i] = patch.leftPx + patch.scale * (found[i] as number);
    into[i + 1] = patch.topPx + patch.scale * (found[i + 1] as number);
    into[i + 2] = patch.scale * (found[i + 2] as number);
  }
}

export function faceFromPatch(face: DetectedFace, patch: Patch): DetectedFace {
  return {
    ...face,
    leftPx: patch.leftPx + patch.scale * face.leftPx,
    topPx: patch.topPx + patch.scale * face.topPx,
    widthPx: patch.scale * face.widthPx,
    heightPx: patch.scale * face.heightPx,
  };
}

/** A first guess from a finder's box. */
export function squareOfFace(face: DetectedFace): Square {
  return {
    x: face.leftPx + face.widthPx / 2,
    y: face.topPx + face.heightPx / 2,
    sidePx: Math.max(face.widthPx, face.heightPx) * MESH_ROOM,
    turn: face.turn,
  };
}

/** MediaPipe's own rule: the mesh sees half as much again as the face fills, eyes level. */
export const MESH_ROOM = 1.5;

/** The square in which the mesh should see a face next. */
export function squareOfMesh({ points }: Pick<SeenFace, 'points'>): Square {
  const x = (point: number) => points[point * 3] as number;
  const y = (point: number) => points[point * 3 + 1] as number;
  const { forehead, chin, rightTemple, leftTemple, rightEyeOuter, leftEyeOuter } = LANDMARK;
  const tall = Math.hypot(x(chin) - x(forehead), y(chin) - y(forehead));
  const wide = Math.hypot(x(leftTemple) - x(rightTemple), y(leftTemple) - y(rightTemple));
  return {
    x: (x(forehead) + x(chin)) / 2,
    y: (y(forehead) + y(chin)) / 2,
    sidePx: Math.max(tall, wide) * MESH_ROOM,
    turn: Math.atan2(y(leftEyeOuter) - y(rightEyeOuter), x(leftEyeOuter) - x(rightEyeOuter)),
  };
}
