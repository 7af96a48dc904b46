/**
 * A cross-fade without a double image: both pictures are bent so that head, shoulders, arms and hands lie where they are
 * between the two. Landmarks of the head that speech does not move and the points of the body carry what is near them;
 * what is far from all of them stays where it is.
 */
import type { Mesh } from '../../../draw/draw-list.ts';
import { BODY_POINTS, FACE_POINTS } from '../../../track/ports.ts';
import { measureOf, type FootageTrack } from '../../../track/footage-track.ts';
import { median } from '../../../track/curves.ts';

/** Vertices along the picture's longer side. */
const LONG = 40;
/** Temples, forehead, eyes, nose, hinges of the jaw. */
const HEAD = [10, 67, 297, 127, 356, 234, 454, 33, 263, 168, 4, 172, 397];
/** Reaches, in face heights. */
const HEAD_REACH = 0.55;
const BODY_REACH = 0.9;
/** What pulls every place back to where it is. */
const STAY = 0.12;
const SURE = 0.4;
/** Points that lie further apart than this, in face heights, are not the same thing moved: they fade and stay. */
const FARTHEST = 1.2;

export interface FilmGrid {
  /** Vertices × (x, y), pixels of the film. */
  readonly places: Float32Array;
  readonly uvs: Float32Array;
  readonly indices: Uint16Array;
}

/** @param colourHeight as FilmLayout has it */
export function filmGrid(track: FootageTrack, colourHeight: number): FilmGrid {
  const { widthPx, heightPx } = track;
  const cell = Math.max(widthPx, heightPx) / LONG;
  const columns = Math.max(2, Math.round(widthPx / cell) + 1);
  const rows = Math.max(2, Math.round(heightPx / cell) + 1);
  const places = new Float32Array(columns * rows * 2);
  const uvs = new Float32Array(columns * rows * 2);
  const indices: number[] = [];
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const v = r * columns + c;
      const [u, w] = [c / (columns - 1), r / (rows - 1)];
      places.set([u * widthPx, w * heightPx], v * 2);
      uvs.set([u, w * colourHeight], v * 2);
      if (c + 1 < columns && r + 1 < rows)
        indices.push(v, v + 1, v + columns, v + columns, v + 1, v + columns + 1);
    }
  return { places, uvs, indices: Uint16Array.from(indices) };
}

/** The picture of `frame` bent `part` of the way to where things are on `towards`. */
export function bentMesh(
  track: FootageTrack,
  grid: FilmGrid,
  frame: number,
  towards: number,
  part: number,
): Mesh {
  const face = faceHeight(track);
  const anchors = anchorsOf(track, frame, towards, face);
  const positions = grid.places.slice();
  const { widthPx, heightPx } = track;
  for (let v = 0; v < positions.length; v += 2) {
    const [x, y] = [positions[v]!, positions[v + 1]!];
    let [dx, dy, total] = [0, 0, STAY];
    for (const a of anchors) {
      const d = ((x - a.x) ** 2 + (y - a.y) ** 2) / a.reach ** 2;
      if (d > 9) continue;
      const w = a.weight * Math.exp(-d);
      dx += w * a.dx;
      dy += w * a.dy;
      total += w;
    }
    // The picture's edges stay on the frame's.
    if (x > 0.5 && x < widthPx - 0.5) positions[v] = x + (part * dx) / total;
    if (y > 0.5 && y < heightPx - 0.5) positions[v + 1] = y + (part * dy) / total;
  }
  return { positions, uvs: grid.uvs, opacity: null, gain: null, indices: grid.indices };
}

interface Anchor {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly reach: number;
  readonly weight: number;
}

function anchorsOf(track: FootageTrack, frame: number, towards: number, face: number): Anchor[] {
  const anchors: Anchor[] = [];
  for (const point of HEAD) {
    const [a, b] = [(frame * FACE_POINTS + point) * 3, (towards * FACE_POINTS + point) * 3];
    const [x, y] = [track.points[a]!, track.points[a + 1]!];
    anchors.push({
      ...{ x, y, reach: HEAD_REACH * face, weight: 1 },
      dx: track.points[b]! - x,
      dy: track.points[b + 1]! - y,
    });
  }
  const width = BODY_POINTS.length * 3;
  BODY_POINTS.forEach((name, k) => {
    if (name === 'nose' || name === 'leftEar' || name === 'rightEar') return;
    const [a, b] = [frame * width + k * 3, towards * width + k * 3];
    const sure = Math.min(track.body[a + 2]!, track.body[b + 2]!);
    if (sure < SURE) return;
    const [x, y] = [track.body[a]!, track.body[a + 1]!];
    const [dx, dy] = [track.body[b]! - x, track.body[b + 1]! - y];
    if (Math.hypot(dx, dy) > FARTHEST * face) return;
    anchors.push({ x, y, dx, dy, reach: BODY_REACH * face, weight: 1 });
  });
  return anchors;
}

const heights = new WeakMap<FootageTrack, number>();
function faceHeight(track: FootageTrack): number {
  let height = heights.get(track);
  if (height === undefined) {
    height = median(measureOf(track, 'faceHeightPx')) || 1;
    heights.set(track, height);
  }
  return height;
}
