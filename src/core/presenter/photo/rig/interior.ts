/**
 * What shows between parted lips, back to front: the dark, the tongue, the lower teeth, the tongue again where it comes
 * between them, the upper teeth, and the shade that lips throw on them. Upper teeth are fixed to the skull, lower teeth
 * to the jaw; each row stands on an arch behind the lips, so that it turns with the head.
 */
import { clamp, lerpPoint, smoothstep } from '../curve.ts';
import { plus, type Vec3 } from '../face-frame.ts';
import type { PhotoFit } from '../fit.ts';
import { UPPER_TEETH_BELOW_LIP_LINE } from '../../../motion/lips.ts';
import type { Rect } from '../../../draw/draw-list.ts';
import type { Jaw } from './jaw.ts';
import { FULL_OPENING, type LipLine } from './lips.ts';
import type { Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';

/** How far the dark goes on under the lips, widths of the mouth. */
const UNDER_LIPS = 0.05;

/** One part of an inside: x, y, z of its vertices (picture pixels, before the head turns), and how each is seen. */
export interface Inside {
  readonly positions: Float32Array;
  readonly uvs: Float32Array;
  readonly opacity: Float32Array;
  readonly gain: Float32Array;
  readonly indices: Uint16Array;
  /** Moves the vertices to a frame. */
  pose(pose: Pose, line: LipLine): void;
}

/** A sheet of columns × rows over a part's picture. */
interface Patch {
  readonly columns: number;
  readonly rows: number;
  readonly part: Rect;
  /** Canonical place of (s, t), s −1…1 to the person's left, t 0…1 down; or null where it is placed by `set`. */
  readonly place: (s: number, t: number, pose: Pose) => Vec3;
  readonly look: (s: number, t: number, pose: Pose) => readonly [opacity: number, gain: number];
}

export function createInside(fit: PhotoFit, map: SkinMap, jaw: Jaw): Inside {
  const { frame, unitPx } = map;
  const mw = frame.mouthPx / unitPx;
  const full = FULL_OPENING * mw;
  const middle = fit.mesh.upperLip.length >> 1;
  const [top, bottom] = [fit.mesh.upperLip, fit.mesh.lowerLip].map(
    (edge) => map.v[edge[middle] as number] as number,
  ) as [number, number];
  const seam = top + 0.36 * Math.max(0, bottom - top);
  const centre = map.u[fit.mesh.upperLip[middle] as number] as number;
  const upperEdge = seam + UPPER_TEETH_BELOW_LIP_LINE * full;
  const lowerEdge = upperEdge + 0.035 * mw;
  const { parts } = fit;
  const height = (part: Rect, width: number) => (width * part.height) / part.width;
  const lips = map.landmark(13)[2];

  const UPPER_HALF = 0.5 * mw;
  const LOWER_HALF = 0.43 * mw;
  const upperHeight = height(parts.upperTeeth, 2 * UPPER_HALF);
  const lowerHeight = height(parts.lowerTeeth, 2 * LOWER_HALF);
  const wide = (pose: Pose) => clamp(pose.aperture / 0.35, 0, 1);
  /** Little light comes through a small opening. */
  const lit = (pose: Pose) => 0.8 + 0.2 * smoothstep(0.02, 0.25, pose.aperture);

  const tongue = (front: boolean): Patch => ({
    columns: 9,
    rows: 5,
    part: parts.tongue,
    place: (s, t, pose) => {
      const tip = clamp(pose.tongueTipUp, 0, 1);
      const between = clamp(pose.tongueBetweenTeeth, 0, 1);
      const back = clamp(pose.tongueBackUp, 0, 1);
      const half = (0.36 - 0.05 * tip) * mw;
      const rise = (0.2 * tip + 0.075 * between + 0.1 * back) * mw * (1 - 0.4 * t);
      const spread = half * (0.8 + 0.2 * Math.min(1, 2 * t));
      return jaw.carry(
        [
          centre + s * spread,
          lowerEdge + (-0.085 + 0.5 * t) * mw - rise,
          lips + (0.3 - 0.16 * between + 0.12 * s * s) * mw,
        ],
        { ...pose, jawOpen: pose.jawOpen * (1 - 0.25 * tip) },
      );
    },
    look: (_s, _t, pose) => {
      const between = smoothstep(0.25, 0.6, pose.tongueBetweenTeeth);
      return [front ? between : 1, lit(pose) * (front ? 0.95 : 0.85)];
    },
  });
  const patches: Patch[] = [
    tongue(false),
    {
      columns: 13,
      rows: 3,
      part: parts.lowerTeeth,
      place: (s, t, pose) =>
        jaw.carry(
          [
            centre + s * LOWER_HALF,
            lowerEdge + t * lowerHeight - 0.02 * mw * s * s,
            lips + (0.13 + 0.3 * s * s) * mw,
          ],
          pose,
        ),
      look: (_s, t, pose) => [1, lit(pose) * (0.96 - 0.25 * t)],
    },
    tongue(true),
    {
      columns: 13,
      rows: 3,
      part: parts.upperTeeth,
      place: (s, t) => [
        centre + s * UPPER_HALF,
        upperEdge + (t - 1) * upperHeight - 0.03 * mw * s * s,
        lips + (0.09 + 0.36 * s * s) * mw,
      ],
      look: (s, t, pose) => [1, lit(pose) * (0.9 + 0.12 * t - 0.1 * s * s)],
    },
  ];

  const columns = fit.mesh.upperLip.length;
  const SHADES = 2;
  const shadeVertices = SHADES * columns * 2;
  const sizes = patches.map(({ columns: c, rows }) => c * rows);
  const count = sizes.reduce((sum, n) => sum + n, shadeVertices + 3 * columns);
  const positions = new Float32Array(count * 3);
  const uvs = new Float32Array(count * 2);
  const opacity = new Float32Array(count).fill(1);
  const gain = new Float32Array(count * 3).fill(1);
  const indices: number[] = [];
  const uv = (part: Rect, s: number, t: number, at: number) => {
    // Half a pixel inside, so that a filter reads the part alone.
    const x = part.x + 0.5 + ((s + 1) / 2) * (part.width - 1);
    const y = part.y + 0.5 + t * (part.height - 1);
    uvs.set([x / fit.track.widthPx, y / fit.sheetHeightPx], 2 * at);
  };
  // The dark fills what is between the lips and a little behind them.
  for (let r = 0; r < 3; r++)
    for (let k = 0; k < columns; k++) uv(parts.cavity, (2 * k) / (columns - 1) - 1, r / 2, r * columns + k);
  quads(indices, 0, columns, 3);
  let start = 3 * columns;
  const starts = patches.map(({ columns: c, rows, part }) => {
    const first = start;
    for (let r = 0; r < rows; r++)
      for (let k = 0; k < c; k++) uv(part, (2 * k) / (c - 1) - 1, r / (rows - 1), first + r * c + k);
    quads(indices, first, c, rows);
    start += c * rows;
    return first;
  });
  const shades = [0, 1].map((n) => {
    const first = start + n * 2 * columns;
    for (let r = 0; r < 2; r++)
      for (let k = 0; k < columns; k++)
        uv(parts.shade, (2 * k) / (columns - 1) - 1, r, first + r * columns + k);
    quads(indices, first, columns, 2);
    return first;
  });
  const place = (p: Vec3, at: number) => {
    const q = plus(frame.mouth, map.step(p[0], p[1], p[2]));
    positions.set(q, 3 * at);
  };
  return {
    positions,
    uvs,
    opacity,
    gain,
    indices: Uint16Array.from(indices),
    pose(pose, line) {
      // Behind soft edges there is dark everywhere, also where the opening is but a hair.
      const under = UNDER_LIPS * frame.mouthPx;
      for (let k = 0; k < columns; k++) {
        const [top, low] = [at3(line.upper, k), at3(line.lower, k)];
        positions.set(plus(top, frame.down, -under), 3 * k);
        positions.set(lerpPoint(top, low, 0.5), 3 * (columns + k));
        positions.set(plus(low, frame.down, under), 3 * (2 * columns + k));
      }
      patches.forEach((patch, n) => {
        for (let r = 0; r < patch.rows; r++)
          for (let k = 0; k < patch.columns; k++) {
            const at = (starts[n] as number) + r * patch.columns + k;
            const [s, t] = [(2 * k) / (patch.columns - 1) - 1, r / (patch.rows - 1)];
            place(patch.place(s, t, pose), at);
            const [o, g] = patch.look(s, t, pose);
            opacity[at] = o;
            gain.fill(g, 3 * at, 3 * at + 3);
          }
      });
      // From a little under each lip towards the middle of the opening.
      const deep = (0.1 + 0.08 * wide(pose)) * frame.mouthPx;
      shades.forEach((first, n) => {
        const [from, to] = n === 0 ? [line.upper, line.lower] : [line.lower, line.upper];
        for (let k = 0; k < columns; k++) {
          const edge = at3(from, k);
          const other = at3(to, k);
          const gap = Math.max(1e-3, line.gap[k] as number);
          const reach = Math.min(n === 0 ? deep : 0.6 * deep, 0.9 * gap) / gap;
          positions.set(lerpPoint(edge, other, -0.06), 3 * (first + k));
          positions.set(lerpPoint(edge, other, reach), 3 * (first + columns + k));
          const strength = n === 0 ? 0.42 : 0.22;
          opacity[first + k] = strength;
          opacity[first + columns + k] = strength;
        }
      });
    },
  };
}

function at3(list: Float32Array, k: number): Vec3 {
  return [list[3 * k] as number, list[3 * k + 1] as number, list[3 * k + 2] as number];
}

function quads(indices: number[], first: number, columns: number, rows: number): void {
  for (let r = 0; r + 1 < rows; r++)
    for (let k = 0; k + 1 < columns; k++) {
      const a = first + r * columns + k;
      indices.push(a, a + 1, a + columns, a + columns, a + 1, a + columns + 1);
    }
}
