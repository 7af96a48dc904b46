/**
 * BlazeFace's answer, read: 896 anchors (2 on each of 16 × 16 places, 6 on each of 8 × 8), each with how sure it
 * is, a box and six points about it. Overlapping boxes are one face, their places weighed by how sure they are (Bazarevsky
 * et al., "BlazeFace", 2019).
 */
import type { DetectedFace, Square } from '../ports.ts';
import { fromSquare } from './crop.ts';

export const DETECTOR_PX = 128;
const ANCHORS = 896;
const VALUES = 16; // box, then six points
const SURE_ENOUGH = 0.5;
const SAME_FACE = 0.3;

const anchorX = new Float32Array(ANCHORS);
const anchorY = new Float32Array(ANCHORS);
{
  let i = 0;
  for (const [side, each] of [
    [16, 2],
    [8, 6],
  ] as const)
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        for (let k = 0; k < each; k++, i++) {
          anchorX[i] = ((column + 0.5) / side) * DETECTOR_PX;
          anchorY[i] = ((row + 0.5) / side) * DETECTOR_PX;
        }
}

/** Faces of one square look, in pixels of the picture the square is of; not yet merged. */
export function readFaces(boxes: Float32Array, sures: Float32Array, square: Square): DetectedFace[] {
  const toPicture = fromSquare(square, DETECTOR_PX);
  const scale = square.sidePx / DETECTOR_PX;
  const faces: DetectedFace[] = [];
  for (let i = 0; i < ANCHORS; i++) {
    const sure = sures[i] as number;
    if (sure < SURE_ENOUGH) continue;
    const value = (k: number) => boxes[i * VALUES + k] as number;
    const [ax, ay] = [anchorX[i] as number, anchorY[i] as number];
    const [x, y] = toPicture(ax + value(0), ay + value(1));
    const [rightX, rightY] = toPicture(ax + value(4), ay + value(5));
    const [leftX, leftY] = toPicture(ax + value(6), ay + value(7));
    const widthPx = value(2) * scale;
    const heightPx = value(3) * scale;
    faces.push({
      leftPx: x - widthPx / 2,
      topPx: y - heightPx / 2,
      widthPx,
      heightPx,
      sure,
      turn: Math.atan2(leftY - rightY, leftX - rightX),
    });
  }
  return faces;
}

/** One for each face, the largest first. */
export function mergeFaces(found: readonly DetectedFace[]): readonly DetectedFace[] {
  const waiting = [...found].sort((a, b) => b.sure - a.sure);
  const faces: DetectedFace[] = [];
  while (waiting.length > 0) {
    const best = waiting[0] as DetectedFace;
    const same = waiting.filter((other) => overlap(best, other) > SAME_FACE);
    for (const one of same) waiting.splice(waiting.indexOf(one), 1);
    const total = same.reduce((sum, { sure }) => sum + sure, 0);
    const mean = (of: (face: DetectedFace) => number) =>
      same.reduce((sum, face) => sum + of(face) * face.sure, 0) / total;
    faces.push({
      leftPx: mean((f) => f.leftPx),
      topPx: mean((f) => f.topPx),
      widthPx: mean((f) => f.widthPx),
      heightPx: mean((f) => f.heightPx),
      sure: best.sure,
      turn: Math.atan2(
        mean((f) => Math.sin(f.turn)),
        mean((f) => Math.cos(f.turn)),
      ),
    });
  }
  return faces.sort((a, b) => b.widthPx * b.heightPx - a.widthPx * a.heightPx);
}

/** Shared area over the smaller one's: a face found within a face is the same. */
function overlap(a: DetectedFace, b: DetectedFace): number {
  const width = Math.min(a.leftPx + a.widthPx, b.leftPx + b.widthPx) - Math.max(a.leftPx, b.leftPx);
  const height = Math.min(a.topPx + a.heightPx, b.topPx + b.heightPx) - Math.max(a.topPx, b.topPx);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(a.widthPx * a.heightPx, b.widthPx * b.heightPx);
}

/**
 * Where to look: the whole picture in one square, then, because the network sees no face smaller than about a tenth of
 * its square, overlapping squares of half and a third of it, those where heads are (above the middle) first.
 */
export function looksAt(widthPx: number, heightPx: number): readonly (readonly Square[])[] {
  const whole: Square = {
    x: widthPx / 2,
    y: heightPx / 2,
    sidePx: Math.max(widthPx, heightPx),
    turn: 0,
  };
  return [[whole], tiles(widthPx, heightPx, 1.6), tiles(widthPx, heightPx, 3)];
}

function tiles(widthPx: number, heightPx: number, parts: number): readonly Square[] {
  const sidePx = Math.max(widthPx, heightPx) / parts;
  const along = (length: number) => {
    const count = Math.max(1, Math.ceil((length - sidePx) / (sidePx * 0.6)) + 1);
    return Array.from({ length: count }, (_, i) =>
      count === 1 ? length / 2 : sidePx / 2 + (i * (length - sidePx)) / (count - 1),
    );
  };
  return along(heightPx).flatMap((y) => along(widthPx).map((x) => ({ x, y, sidePx, turn: 0 })));
}
