/**
 * Places: where on a picture a network should look, and cutting that out. A film in 4K holds eight million pixels a
 * frame, of which a face needs a hundred thousand: what is kept of a frame is a patch around the face, at most
 * PATCH_PX wide, and everything finer is looked up in it.
 */
import { LANDMARK } from './mesh-points.ts';
import type { Bounds, DetectedFace, FrameView, Picture, PicturePart, SeenFace, Square } from './ports.ts';

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

/** All that `cutPatch` of the same square reads. */
export function patchBounds(around: Square, room = PATCH_ROOM): Bounds {
  const sidePx = Math.max(16, around.sidePx * room);
  const reachPx = Math.ceil(sidePx) + 1;
  return {
    leftPx: Math.round(around.x - sidePx / 2),
    topPx: Math.round(around.y - sidePx / 2),
    widthPx: reachPx,
    heightPx: reachPx,
  };
}

/** The square around a square, upright, outside the picture black. Each pixel is the mean of up to 3 × 3 of the whole. */
export function cutPatch(
  whole: Picture | PicturePart,
  around: Square,
  room = PATCH_ROOM,
  largestPx = PATCH_PX,
): Patch {
  const sidePx = Math.max(16, around.sidePx * room);
  const scale = Math.max(1, sidePx / largestPx);
  const size = Math.max(1, Math.round(sidePx / scale));
  const leftPx = Math.round(around.x - sidePx / 2);
  const topPx = Math.round(around.y - sidePx / 2);
  const picture = resample(partOf(whole), leftPx, topPx, scale, size, size);
  return { picture, leftPx, topPx, scale };
}

/** The whole picture, at most `longestPx` on its longer side. The picture itself where it is no larger. */
export function shrink(whole: Picture, longestPx: number): Patch {
  const scale = Math.max(whole.widthPx, whole.heightPx) / longestPx;
  if (scale <= 1) return { picture: whole, leftPx: 0, topPx: 0, scale: 1 };
  const [widthPx, heightPx] = [Math.round(whole.widthPx / scale), Math.round(whole.heightPx / scale)];
  return { picture: resample(partOf(whole), 0, 0, scale, widthPx, heightPx), leftPx: 0, topPx: 0, scale };
}

/** A picture whose pixels are all there, as a frame. */
export function viewOfPicture(picture: Picture): FrameView {
  const { widthPx, heightPx } = picture;
  const part = partOf(picture);
  return {
    widthPx,
    heightPx,
    made: true,
    whole: () => Promise.resolve(picture),
    part: () => Promise.resolve(part),
  };
}

function partOf(picture: Picture | PicturePart): PicturePart {
  return 'picture' in picture ? picture : { picture, leftPx: 0, topPx: 0 };
}

function resample(
  { picture: whole, leftPx: partLeftPx, topPx: partTopPx }: PicturePart,
  leftPx: number,
  topPx: number,
  scale: number,
  widthPx: number,
  heightPx: number,
): Picture {
  const taps = Math.min(3, Math.max(1, Math.round(scale)));
  const columns = sourceOffsets(leftPx, scale, taps, widthPx, partLeftPx, whole.widthPx, 1);
  const rows = sourceOffsets(topPx, scale, taps, heightPx, partTopPx, whole.heightPx, whole.widthPx);
  const { rgba: bytes } = whole;
  // A pixel in one load; all hosts are little-endian.
  const from = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const to = new Int32Array(widthPx * heightPx);
  const mean = Uint8ClampedArray.from({ length: taps * taps * 255 + 1 }, (_, sum) => sum / (taps * taps));
  // Samples of a line, red and blue in one word, 16 bits each: nine of them do not reach across.
  const redBlue = new Int32Array(columns.length);
  const green = new Int32Array(columns.length);
  const [first, end] = insideOf(columns);
  for (let y = 0, at = 0; y < heightPx; y++) {
    redBlue.fill(0);
    green.fill(0);
    for (let down = y * taps; down < (y + 1) * taps; down++) {
      const row = rows[down] as number;
      if (row < 0) continue;
      for (let i = first; i < end; i++) {
        const word = from[row + (columns[i] as number)] as number;
        redBlue[i] = ((redBlue[i] as number) + (word & 0xff00ff)) | 0;
        green[i] = ((green[i] as number) + ((word >> 8) & 0xff)) | 0;
      }
    }
    for (let x = 0; x < columns.length; x += taps) {
      let both = 0;
      let middle = 0;
      for (let i = x; i < x + taps; i++) {
        both = (both + (redBlue[i] as number)) | 0;
        middle = (middle + (green[i] as number)) | 0;
      }
      const red = mean[both & 0xffff] as number;
      const blue = mean[both >>> 16] as number;
      to[at++] = red | ((mean[middle] as number) << 8) | (blue << 16) | 0xff000000;
    }
  }
  return { widthPx, heightPx, rgba: new Uint8ClampedArray(to.buffer) };
}

/** Samples [first, end) lie inside the picture: all that do, since samples ascend. */
function insideOf(offsets: Int32Array): readonly [number, number] {
  const first = offsets.findIndex((offset) => offset >= 0);
  if (first < 0) return [0, 0];
  const outside = offsets.findIndex((offset, i) => i > first && offset < 0);
  return [first, outside < 0 ? offsets.length : outside];
}

/** Offsets of the samples along one side of a part that begins at `from`; −1 outside it. */
function sourceOffsets(
  start: number,
  scale: number,
  taps: number,
  count: number,
  from: number,
  limit: number,
  stride: number,
) {
  const offsets = new Int32Array(count * taps);
  for (let i = 0; i < offsets.length; i++) {
    const place = Math.floor(start + ((i + 0.5) / taps) * scale) - from;
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
