/**
 * A wavy bob with a side parting: the back behind the neck, then the two front masses. Each mass is one silhouette,
 * dark strands for its valleys, and light strands where the light from the upper left rakes over its waves.
 */
import type { Path, Point, Rgba, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import type { Scene } from './context.ts';
import { silhouette, type Slice } from './face-shape.ts';
import { addRibbon, clamp, joinPaths, lerp, shape, smoothstep, type Vec3 } from './geometry.ts';
import { guidePoint, hairAt, LONG_SIDE, SHORT_SIDE, type Guide } from './hair-guides.ts';
import { alpha, blend, clipped, fill, fillSolid, linear, feather } from './paint.ts';

/** The body of the hair behind the face, as slices; it swells below the ears and turns in at the ends. */
const BACK: readonly Slice[] = [
  [-132, 22, -18, 30, 34],
  [-124, 50, -16, 56, 66],
  [-104, 76, -14, 74, 88],
  [-76, 93, -13, 80, 98],
  [-40, 102, -14, 78, 103],
  [-4, 103, -18, 68, 102],
  [30, 100, -22, 60, 98],
  [62, 103, -24, 56, 94],
  [92, 109, -26, 54, 90],
  [116, 105, -26, 50, 84],
];
const BACK_TIPS: readonly (readonly [number, number, number])[] = [
  [92, 135, 0],
  [76, 139, -4],
  [58, 133, -12],
  [40, 138, -20],
  [14, 133, -30],
  [-14, 138, -30],
  [-38, 132, -20],
  [-58, 139, -8],
  [-78, 136, 0],
  [-93, 137, 2],
];

export function paintHairBack(scene: Scene): VectorNode[] {
  const { head, palette } = scene;
  const side = (s: 1 | -1): Point[] => BACK.map((slice) => hairAt(scene, silhouette(slice, head.yaw, s)));
  const right = side(1);
  const left = side(-1).reverse();
  const tips = BACK_TIPS.map((p) => hairAt(scene, p));
  const tone = palette.hair;
  const outline = shape([...right, ...tips, ...left, right[0] as Point]);
  const folds = new PathBuilder();
  const lights = new PathBuilder();
  const lock = (builder: PathBuilder, x: number, w: number, wave: number, from: number, to: number): void => {
    const spine = [0, 0.2, 0.4, 0.6, 0.8, 1].map((t) => {
      const y = lerp(from, to, t);
      // The same slow wave as the outline's.
      return hairAt(scene, [x * (1 + 0.06 * Math.sin((y - 20) / 22)) + wave * Math.sin(t * 5), y, -10]);
    });
    addRibbon(builder, spine, (t) => w * Math.sin(Math.PI * (0.03 + 0.95 * t)) ** 0.9);
  };
  for (const s of [-1, 1] as const) {
    lock(folds, 92 * s, 3.2, 2 * s, 10, 132);
    lock(folds, 76 * s, 4, -3 * s, 0, 136);
    lock(folds, 62 * s, 4.6, 3 * s, 20, 136);
    lock(lights, 98 * s, 2.2, 1, 20, 118);
    lock(lights, 84 * s, 2.6, -2, 0, 130);
    lock(lights, 69 * s, 2, 3, 10, 126);
  }
  return [
    fill(
      outline,
      linear(head.at(-100, -60, 0), head.at(90, 120, 0), [0, tone.base], [0.3, tone.shade], [1, tone.deep]),
    ),
    clipped(outline, [
      fillSolid(folds.build(), alpha(tone.deep, 0.6)),
      fill(
        lights.build(),
        linear(
          head.at(-110, 20, 0),
          head.at(100, 60, 0),
          [0, alpha(tone.light, 0.62)],
          [0.4, alpha(tone.light, 0.22)],
          [1, alpha(tone.light, 0.1)],
        ),
      ),
    ]),
  ];
}

/** One strand or edge: points along it in head space, which never change, and how wide it is painted. */
interface Strand {
  readonly points: readonly Vec3[];
  /** Where each point lies on its guide, 0 root … 1 tip. */
  readonly along: readonly number[];
  readonly width: number;
}
/** All curves of a mass, worked out once: a frame only has to place them. */
interface Mass {
  readonly inner: Strand;
  readonly outer: Strand;
  readonly fringe: Strand;
  readonly guides: readonly Guide[];
  readonly dark: readonly Strand[];
  readonly darker: readonly Strand[];
  readonly light: readonly Strand[];
  readonly bright: readonly Strand[];
  /** The outer edge, where light from behind rims it. */
  readonly rim: Strand;
}
/** Repeatable irregularity: the golden ratio's fractional parts never line up. */
const scatter = (i: number, seed: number): number => (i * 0.618034 + seed * 0.414214) % 1;

function strand(
  guides: readonly Guide[],
  across: number,
  from: number,
  to: number,
  width: number,
  steps = 7,
  drift = 0.03,
): Strand {
  const along = Array.from({ length: steps + 1 }, (_, i) => lerp(from, to, i / steps));
  const points = along.map((t) => {
    const wander = across + drift * Math.sin(t * 7 + across * 20);
    return guidePoint(guides, drift > 0 ? clamp(wander, 0.04, 0.96) : wander, t);
  });
  return { points, along, width };
}

function comb(guides: readonly Guide[], seed: number, count: number): Mass {
  const dark: Strand[] = [];
  const darker: Strand[] = [];
  const light: Strand[] = [];
  const bright: Strand[] = [];
  for (let i = 0; i < count; i++) {
    (i % 2 ? dark : darker).push(
      strand(
        guides,
        0.03 + 0.94 * scatter(i + 1, seed),
        0.01 + 0.22 * scatter(i, seed + 3),
        0.8 + 0.19 * scatter(i, seed + 5),
        1.4 + 2.6 * scatter(i, seed + 7),
        9,
      ),
    );
    // Shine lies in bands across the strands: over the crown, and on the shoulder of each wave.
    const across = 0.04 + 0.9 * scatter(i + 2, seed + 11);
    const jitter = 0.12 * scatter(i, seed + 2);
    const crown = 0.34 + jitter + 0.1 * scatter(i, seed + 6);
    bright.push(strand(guides, across, 0.1 + jitter, crown, 0.9 + 1.9 * scatter(i, seed + 9)));
    const wave = 0.66 + jitter + 0.1 * scatter(i, seed + 4);
    light.push(strand(guides, across * 0.96 + 0.03, 0.46 + jitter, wave, 0.9 + 1.5 * scatter(i, seed + 10)));
    // Fine hairs rising from the parting.
    light.push(
      strand(
        guides,
        0.05 + 0.9 * scatter(i, seed + 12),
        0.015 + 0.06 * scatter(i, seed + 13),
        0.2 + 0.16 * scatter(i, seed + 14),
        0.5 + 0.9 * scatter(i, seed + 15),
        5,
      ),
    );
    if (i % 2 === 0) {
      light.push(
        strand(guides, across, 0.76 + jitter * 0.6, 0.92 + jitter * 0.5, 0.8 + 1.2 * scatter(i, seed + 8), 5),
      );
    }
  }
  return {
    inner: strand(guides, 0, 0, 1, 0, 18, 0),
    outer: strand(guides, 1, 0, 1, 0, 18, 0),
    rim: strand(guides, 0.985, 0.22, 0.96, 1.5, 12, 0),
    fringe: strand(guides, 0.035, 0.05, 1, 2.4, 12, 0),
    guides,
    dark,
    darker,
    light,
    bright,
  };
}
/** A fine hair that leaves the mass: it runs with the outer edge, then curves away from it to a thin tip. */
function wisp(guides: readonly Guide[], from: number, to: number, away: number): Strand {
  const edge = strand(guides, 1, from, to, 0.5, 8, 0);
  const points = edge.points.map((p, i): Vec3 => {
    const off = 1 + away * (i / 8) ** 2.4;
    return [p[0] * off, p[1] < 0 ? p[1] * off : p[1], p[2]];
  });
  return { ...edge, points };
}
const WISPS: readonly Strand[] = [
  wisp(LONG_SIDE, 0.5, 0.66, 0.04),
  wisp(LONG_SIDE, 0.74, 0.93, 0.07),
  wisp(SHORT_SIDE, 0.66, 0.84, 0.06),
];
const LONG_MASS = comb(LONG_SIDE, 5, 15);
const SHORT_MASS = comb(SHORT_SIDE, 2, 13);

/** Strands as tapered ribbons; where a mass is cut short, its outline clips them. */
function strandsPath(scene: Scene, strands: readonly Strand[]): Path {
  const builder = new PathBuilder();
  for (const s of strands) {
    addRibbon(
      builder,
      s.points.map((p) => hairAt(scene, p)),
      (t) => s.width * Math.sin(Math.PI * (0.03 + 0.95 * t)) * (1.1 - 0.4 * t),
    );
  }
  return builder.build();
}

function massOutline(scene: Scene, mass: Mass, end: number): Point[][] {
  const edge = (s: Strand): Point[] =>
    s.points
      .slice(0, Math.max(2, s.along.filter((t) => t <= end + 1e-9).length))
      .map((p) => hairAt(scene, p));
  const tips: Point[] = [];
  for (let i = 1; i < 6; i++) {
    tips.push(hairAt(scene, guidePoint(mass.guides, i / 6, end * (i % 2 === 1 ? 0.993 : 1))));
  }
  const inner = edge(mass.inner);
  const outer = edge(mass.outer).reverse();
  return [inner, [inner[inner.length - 1] as Point, ...tips, outer[0] as Point], outer];
}

interface PaintedMass {
  readonly outline: Path;
  readonly ground: VectorNode;
  readonly strands: readonly VectorNode[];
}
function massOf(scene: Scene, mass: Mass, lit: number, end: number): PaintedMass {
  const { head, palette } = scene;
  const tone = palette.hair;
  const a = head.at(-70, -125, 40);
  const b = head.at(100, 110, 0);
  const outline = shape(...massOutline(scene, mass, end));
  const ground = fill(
    outline,
    linear(
      a,
      b,
      [0, blend(tone.base, tone.light, 0.22)],
      [0.4, tone.base],
      [0.75, tone.shade],
      [1, tone.deep],
    ),
  );
  const strands: VectorNode[] = [
    fillSolid(strandsPath(scene, mass.darker), alpha(tone.deep, 0.42)),
    fillSolid(strandsPath(scene, mass.dark), alpha(tone.shade, 0.75)),
    fillSolid(strandsPath(scene, mass.light), alpha(tone.light, 0.3 * lit)),
    fill(
      strandsPath(scene, mass.bright),
      linear(
        a,
        b,
        [0, alpha(tone.light, 0.72 * lit)],
        [0.5, alpha(tone.light, 0.5 * lit)],
        [1, alpha(tone.light, 0.12)],
      ),
    ),
    fillSolid(strandsPath(scene, [mass.rim]), alpha(blend(tone.light, RIM_LIGHT, 0.35), 0.6)),
    // The edge next the face turns under.
    fillSolid(strandsPath(scene, [mass.fringe]), alpha(tone.deep, 0.5)),
  ];
  return { outline, ground, strands };
}

const RIM_LIGHT: Rgba = [1, 0.9, 0.8, 1];
const SHORT_LIT = 1.15; // it faces the light
/** How much of the short side passes before the face; as that side turns away, the rest goes behind it. */
const shortSideInFront = (scene: Scene): number => lerp(1, 0.44, smoothstep(0.04, -0.16, scene.head.yaw));

/** The whole short side, where it passes behind the cheek and over the ear: painted before the face. */
export function paintHairTucked(scene: Scene): VectorNode[] {
  if (shortSideInFront(scene) >= 1) return [];
  const mass = massOf(scene, SHORT_MASS, SHORT_LIT, 1);
  return [mass.ground, clipped(mass.outline, mass.strands)];
}

export function paintHairFront(scene: Scene): VectorNode[] {
  const tone = scene.palette.hair;
  const part: Point[] = [0, 0.25, 0.5, 0.75].map((t) =>
    hairAt(scene, [lerp(-25, -21, t), lerp(-78, -128, t), lerp(66, 8, t)]),
  );
  const builder = new PathBuilder();
  addRibbon(builder, part, (t) => 0.9 * (1 - t) + 0.1);
  const short = massOf(scene, SHORT_MASS, SHORT_LIT, shortSideInFront(scene));
  const long = massOf(scene, LONG_MASS, 1, 1);
  return [
    fillSolid(strandsPath(scene, WISPS), alpha(tone.base, 0.55)),
    short.ground,
    long.ground,
    clipped(joinPaths(short.outline, long.outline), [...short.strands, ...long.strands]),
    fillSolid(builder.build(), alpha(tone.deep, 0.7)),
  ];
}

const SHORT_EDGE = strand(SHORT_SIDE, 0, 0, 0.6, 0, 9, 0).points;
const LONG_EDGE = strand(LONG_SIDE, 0, 0, 0.9, 0, 12, 0).points;

/** Shade that the hair throws on brow and cheek, melting into the light; the caller clips it to the face. */
export function paintHairShadow(scene: Scene): VectorNode[] {
  const { head, palette } = scene;
  const unit = head.disc(0, 0, 80, 1, 1);
  const k = Math.hypot(unit[0], unit[1]);
  // One edge from ear to parting to cheek, so that the two sides' shadows meet without overlapping.
  const edge: { at: Point; side: -1 | 1; t: number }[] = [];
  for (let i = 9; i >= 0; i--) edge.push({ at: hairAt(scene, SHORT_EDGE[i] as Vec3), side: -1, t: i / 9 });
  for (let i = 1; i <= 12; i++) edge.push({ at: hairAt(scene, LONG_EDGE[i] as Vec3), side: 1, t: i / 12 });
  const far = edge.map(({ at, side, t }): Point => {
    const dx = side < 0 ? lerp(3, 9, Math.min(1, t * 2)) : lerp(3, -5, Math.min(1, t * 2));
    const dy = side < 0 ? lerp(13, 5, t) : lerp(13, 9, t);
    const reach = 1.5 * k * (side < 0 ? 1 : smoothstep(0.75, 0.4, t));
    return [at[0] + dx * reach, at[1] + dy * reach];
  });
  return feather(
    edge.map((e) => e.at),
    far,
    blend(palette.skin.deep, palette.skin.shade, 0.4),
    0.56,
    14,
  );
}
