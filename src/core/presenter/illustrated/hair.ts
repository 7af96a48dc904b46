/**
 * A wavy bob with a side parting: the back behind the neck, then the two front masses. Each mass is one silhouette,
 * dark strands for its valleys, and light strands where the light from the upper left rakes over its waves.
 */
import type { Path, Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import type { Scene } from './context.ts';
import { silhouette, type Slice } from './face-shape.ts';
import { addRibbon, lerp, shape, smoothstep } from './geometry.ts';
import { hairAt, hairPoint, LONG_SIDE, SHORT_SIDE, type Guide } from './hair-guides.ts';
import { alpha, blend, clipped, fill, fillSolid, linear } from './paint.ts';

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

interface Strand {
  readonly across: number;
  readonly from: number;
  readonly to: number;
  readonly width: number;
}
/** Repeatable irregularity: the golden ratio's fractional parts never line up. */
const scatter = (i: number, seed: number): number => (i * 0.618034 + seed * 0.414214) % 1;

function addStrand(builder: PathBuilder, scene: Scene, mass: readonly Guide[], s: Strand): void {
  const steps = 8;
  const spine: Point[] = [];
  for (let i = 0; i <= steps; i++) {
    const along = lerp(s.from, s.to, i / steps);
    spine.push(hairPoint(scene, mass, s.across + 0.03 * Math.sin(along * 7 + s.across * 20), along));
  }
  addRibbon(builder, spine, (t) => s.width * Math.sin(Math.PI * (0.03 + 0.95 * t)) * (1.1 - 0.4 * t));
}

function massOutline(scene: Scene, mass: readonly Guide[], end: number): Point[][] {
  const steps = 16;
  const inner: Point[] = [];
  const outer: Point[] = [];
  for (let i = 0; i <= steps; i++) {
    inner.push(hairPoint(scene, mass, 0, (end * i) / steps));
    outer.push(hairPoint(scene, mass, 1, (end * i) / steps));
  }
  const tips: Point[] = [];
  const locks = 4;
  for (let i = 0; i <= locks * 2; i++) {
    tips.push(hairPoint(scene, mass, i / (locks * 2), end * (i % 2 === 1 ? 0.988 : 1)));
  }
  return [inner, tips, outer.reverse()];
}

interface Look {
  readonly lit: number;
  readonly seed: number;
  /** How much of the mass is drawn, from the root; the rest lies behind the face. */
  readonly end: number;
  readonly strands: number;
}

function paintMass(scene: Scene, mass: readonly Guide[], look: Look): VectorNode[] {
  const { head, palette } = scene;
  const tone = palette.hair;
  const { lit, seed, strands } = look;
  const outline: Path = shape(...massOutline(scene, mass, look.end));
  const dark = new PathBuilder();
  const darker = new PathBuilder();
  const light = new PathBuilder();
  const bright = new PathBuilder();
  for (let i = 0; i < strands; i++) {
    addStrand(i % 2 ? dark : darker, scene, mass, {
      across: 0.03 + 0.94 * scatter(i + 1, seed),
      from: 0.01 + 0.22 * scatter(i, seed + 3),
      to: 0.8 + 0.19 * scatter(i, seed + 5),
      width: 1.4 + 2.6 * scatter(i, seed + 7),
    });
  }
  // Shine lies in bands across the strands: over the crown, and on the shoulder of each wave.
  for (let i = 0; i < strands; i++) {
    const across = 0.04 + 0.9 * scatter(i + 2, seed + 11);
    const jitter = 0.12 * scatter(i, seed + 2);
    addStrand(bright, scene, mass, {
      across,
      from: 0.1 + jitter,
      to: 0.34 + jitter + 0.1 * scatter(i, seed + 6),
      width: 0.9 + 1.9 * scatter(i, seed + 9),
    });
    addStrand(light, scene, mass, {
      across: across * 0.96 + 0.03,
      from: 0.46 + jitter,
      to: 0.66 + jitter + 0.1 * scatter(i, seed + 4),
      width: 0.9 + 1.5 * scatter(i, seed + 10),
    });
    if (i % 2 === 0) {
      addStrand(light, scene, mass, {
        across,
        from: 0.76 + jitter * 0.6,
        to: 0.92 + jitter * 0.8,
        width: 0.8 + 1.2 * scatter(i, seed + 8),
      });
    }
  }
  const a = head.at(-70, -125, 40);
  const b = head.at(100, 110, 0);
  return [
    fill(
      outline,
      linear(
        a,
        b,
        [0, blend(tone.base, tone.light, 0.22)],
        [0.4, tone.base],
        [0.75, tone.shade],
        [1, tone.deep],
      ),
    ),
    clipped(outline, [
      fillSolid(darker.build(), alpha(tone.deep, 0.42)),
      fillSolid(dark.build(), alpha(tone.shade, 0.75)),
      fillSolid(light.build(), alpha(tone.light, 0.3 * lit)),
      fill(
        bright.build(),
        linear(
          a,
          b,
          [0, alpha(tone.light, 0.72 * lit)],
          [0.5, alpha(tone.light, 0.5 * lit)],
          [1, alpha(tone.light, 0.12)],
        ),
      ),
      // The edge next the face turns under.
      fillSolid(innerEdge(scene, mass), alpha(tone.deep, 0.5)),
    ]),
  ];
}
function innerEdge(scene: Scene, mass: readonly Guide[]): Path {
  const spine: Point[] = [];
  for (let i = 0; i <= 12; i++) spine.push(hairPoint(scene, mass, 0, 0.05 + 0.95 * (i / 12)));
  const builder = new PathBuilder();
  addRibbon(builder, spine, (t) => 3.2 * Math.sin(Math.PI * (0.06 + 0.9 * t)));
  return builder.build();
}

const SHORT: Look = { lit: 1.15, seed: 2, end: 1, strands: 13 };

/** The whole short side, where it passes behind the cheek and over the ear: painted before the face. */
export function paintHairTucked(scene: Scene): VectorNode[] {
  return paintMass(scene, SHORT_SIDE, SHORT);
}

export function paintHairFront(scene: Scene): VectorNode[] {
  const tone = scene.palette.hair;
  const part: Point[] = [0, 0.25, 0.5, 0.75].map((t) =>
    hairAt(scene, [lerp(-25, -21, t), lerp(-82, -128, t), lerp(66, 8, t)]),
  );
  const builder = new PathBuilder();
  addRibbon(builder, part, (t) => 0.9 * (1 - t) + 0.1);
  return [
    // As that side turns away, what lies behind the temple goes behind the face.
    ...paintMass(scene, SHORT_SIDE, {
      ...SHORT,
      end: lerp(1, 0.44, smoothstep(0.04, -0.16, scene.head.yaw)),
    }),
    ...paintMass(scene, LONG_SIDE, { lit: 1, seed: 5, end: 1, strands: 15 }),
    fillSolid(builder.build(), alpha(tone.deep, 0.7)),
  ];
}

/** Shade that the hair throws on brow and cheek, in thin coats; the caller clips it to the face. */
export function paintHairShadow(scene: Scene): VectorNode[] {
  const { head, palette } = scene;
  const unit = head.disc(0, 0, 80, 1, 1);
  const k = Math.hypot(unit[0], unit[1]);
  // One edge from ear to parting to cheek, so that the two sides' shadows meet without overlapping.
  const edge: { at: Point; side: -1 | 1; t: number }[] = [];
  for (let i = 9; i >= 0; i--)
    edge.push({ at: hairPoint(scene, SHORT_SIDE, 0, (i / 9) * 0.6), side: -1, t: i / 9 });
  for (let i = 1; i <= 12; i++)
    edge.push({ at: hairPoint(scene, LONG_SIDE, 0, (i / 12) * 0.9), side: 1, t: i / 12 });
  return (
    [
      [1.25, 0.1],
      [0.82, 0.3],
    ] as const
  ).map(([far, strength]) => {
    const cast = edge.map(({ at, side, t }): Point => {
      const dx = side < 0 ? lerp(3, 9, Math.min(1, t * 2)) : lerp(3, -5, Math.min(1, t * 2));
      const dy = side < 0 ? lerp(13, 5, t) : lerp(13, 9, t);
      const reach = k * far * (side < 0 ? 1 : smoothstep(0.75, 0.4, t));
      return [at[0] + dx * reach, at[1] + dy * reach];
    });
    return fillSolid(
      shape(
        edge.map((e) => e.at),
        cast.reverse(),
      ),
      alpha(palette.skin.deep, strength),
    );
  });
}
