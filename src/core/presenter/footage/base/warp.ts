/**
 * A cross-fade without a double image: both pictures are bent so that everything lies where it is between the two.
 * Landmarks that speech does not move carry the head; shoulders, arms and clothes go with the optical flow between the
 * two stretches. What cannot be bent into each other (hands that lie otherwise) goes over in a frame or two in the
 * middle of the fade: half of two hands is seen at once, a quick hand is not.
 */
import type { Mesh } from '../../../draw/draw-list.ts';
import { FACE_POINTS } from '../../../track/ports.ts';
import { measureOf, type FootageTrack } from '../../../track/footage-track.ts';
import { median } from '../../../track/curves.ts';
import { smoothstep } from '../../../motion/curves.ts';
import { flowAt, flowBetween, lumaAt, smoothed, type Flow, type GreyPicture } from './flow.ts';
import { apartness } from './ghosts.ts';
import type { SmallPictures } from './graph.ts';

/** Vertices along the picture's longer side. */
const LONG = 40;
/** Temples, forehead, eyes, nose, hinges of the jaw. */
const HEAD = [10, 67, 297, 127, 356, 234, 454, 33, 263, 168, 4, 172, 397];
const NOSE = 4;
/** How far about them they carry, in face heights. */
const HEAD_REACH = 0.42;
/** What the flow's word weighs against a landmark's own. */
const FLOW = 0.25;
/** Shares of a fade between which what is apart goes over. */
const [QUICK_FROM, QUICK_TO] = [0.32, 0.68];
/** The mouth's own fade keeps its pace, and so does the face about it: heights of the face about its nose. */
const [FACE_WHOLLY, FACE_ENDS] = [0.6, 0.9];
/** Rounds of [1 2 1] over the cells that are apart: a cell's edge is none of a hand's. */
const SOFT_ROUNDS = 2;

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

/** How two stretches of film lie on each other in the middle of a fade, both ways. */
export interface Crossing {
  readonly there: Flow;
  readonly back: Flow;
  /** rows × columns of the small pictures, half-way between the two: 0 alike … 1 seen twice when mixed. */
  readonly apart: GreyPicture;
}

export function crossingOf(small: SmallPictures, frame: number, other: number): Crossing {
  const cells = small.columns * small.rows;
  const grey = (f: number): GreyPicture => ({
    columns: small.columns,
    rows: small.rows,
    luma: Float32Array.from(small.luma.subarray(f * cells, (f + 1) * cells)),
  });
  const [a, b] = [grey(frame), grey(other)];
  const [there, back] = [flowBetween(a, b), flowBetween(b, a)];
  return { there, back, apart: apartHalfWay(a, b, there, back) };
}

/** What still differs when either is bent half of the way to the other; a little more than that on all sides. */
function apartHalfWay(a: GreyPicture, b: GreyPicture, there: Flow, back: Flow): GreyPicture {
  const { columns, rows } = a;
  const own = new Float32Array(columns * rows);
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, i++) {
      const [p, q] = [2 * i, 2 * i + 1];
      const [ax, ay] = [x - there[p]! / 2, y - there[q]! / 2];
      const [bx, by] = [x - back[p]! / 2, y - back[q]! / 2];
      own[i] = apartness(lumaAt(a, ax, ay) - lumaAt(b, bx, by));
    }
  let apart: GreyPicture = { columns, rows, luma: widened(own, columns, rows) };
  for (let round = 0; round < SOFT_ROUNDS; round++) apart = smoothed(apart);
  return apart;
}

/** Every cell as its largest neighbour. */
function widened(values: Float32Array, columns: number, rows: number): Float32Array {
  return values.map((_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    let most = 0;
    for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++)
        most = Math.max(most, values[v * columns + u]!);
    return most;
  });
}

/**
 * How much of the second picture is seen at each vertex of its own mesh, bent as it is shown: `mix` of it, or, where the
 * two are apart, what a quicker fade has come to.
 */
export function sharesOf(
  track: FootageTrack,
  { apart }: Crossing,
  positions: Float32Array,
  other: number,
  mix: number,
): Float32Array<ArrayBuffer> {
  const quick = smoothstep(QUICK_FROM, QUICK_TO, mix);
  const [cellX, cellY] = [track.widthPx / apart.columns, track.heightPx / apart.rows];
  const face = faceHeight(track);
  const nose = (other * FACE_POINTS + NOSE) * 3;
  const [faceX, faceY] = [track.points[nose]!, track.points[nose + 1]!];
  return Float32Array.from({ length: positions.length / 2 }, (_, v) => {
    const [x, y] = [positions[v * 2]!, positions[v * 2 + 1]!];
    const free = smoothstep(FACE_WHOLLY, FACE_ENDS, Math.hypot(x - faceX, y - faceY) / face);
    const part = free * lumaAt(apart, x / cellX - 0.5, y / cellY - 0.5);
    return mix + part * (quick - mix);
  });
}

/** The picture of `frame` bent `part` of the way to where things are on `towards`. */
export function bentMesh(
  track: FootageTrack,
  grid: FilmGrid,
  small: SmallPictures,
  flow: Flow,
  frame: number,
  towards: number,
  part: number,
): Mesh {
  const anchors = anchorsOf(track, frame, towards, faceHeight(track));
  const positions = grid.places.slice();
  const { widthPx, heightPx } = track;
  const [cellX, cellY] = [widthPx / small.columns, heightPx / small.rows];
  for (let v = 0; v < positions.length; v += 2) {
    const [x, y] = [positions[v]!, positions[v + 1]!];
    const [fx, fy] = flowAt(flow, small, x / cellX - 0.5, y / cellY - 0.5);
    let [dx, dy, total] = [FLOW * fx * cellX, FLOW * fy * cellY, FLOW];
    for (const a of anchors) {
      const d = ((x - a.x) ** 2 + (y - a.y) ** 2) / a.reach ** 2;
      if (d > 9) continue;
      const w = Math.exp(-d);
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
}

function anchorsOf(track: FootageTrack, frame: number, towards: number, face: number): Anchor[] {
  const anchors: Anchor[] = [];
  for (const point of HEAD) {
    const [a, b] = [(frame * FACE_POINTS + point) * 3, (towards * FACE_POINTS + point) * 3];
    const [x, y] = [track.points[a]!, track.points[a + 1]!];
    anchors.push({
      ...{ x, y, reach: HEAD_REACH * face },
      dx: track.points[b]! - x,
      dy: track.points[b + 1]! - y,
    });
  }
  return anchors;
}

const heights = new WeakMap<FootageTrack, number>();
/** Usual height of the face, film pixels. */
export function faceHeight(track: FootageTrack): number {
  let height = heights.get(track);
  if (height === undefined) {
    height = median(measureOf(track, 'faceHeightPx')) || 1;
    heights.set(track, height);
  }
  return height;
}
