/**
 * A wavy bob with a side parting: the back behind the neck, then the two front masses. Each mass is one silhouette,
 * dark strands for its valleys, and light strands where the light from the upper left rakes over it.
 */
import type { Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import type { Scene } from './context.ts';
import { silhouette, type Slice } from './face-shape.ts';
import { addRibbon, lerp, shape } from './geometry.ts';
import { hairAt, hairPoint, LONG_SIDE, SHORT_SIDE, type Guide } from './hair-guides.ts';
import { alpha, blend, clipped, fill, fillSolid, linear } from './paint.ts';

const BACK: readonly Slice[] = [
  [-128, 22, -18, 30, 34],
  [-119, 48, -16, 56, 64],
  [-100, 72, -14, 72, 86],
  [-72, 88, -13, 78, 96],
  [-38, 95, -14, 76, 100],
  [0, 97, -18, 66, 99],
  [34, 98, -22, 58, 96],
  [66, 101, -24, 54, 92],
  [94, 103, -26, 50, 86],
  [116, 98, -26, 46, 78],
];

export function paintHairBack(scene: Scene): VectorNode[] {
  const { head, palette } = scene;
  const side = (s: 1 | -1): Point[] => BACK.map((slice) => hairAt(scene, silhouette(slice, head.yaw, s)));
  const right = side(1);
  const left = side(-1).reverse();
  const tips: Point[] = [
    [80, 134, 0],
    [62, 128, -10],
    [38, 134, -20],
    [12, 129, -30],
    [-14, 134, -30],
    [-40, 128, -20],
    [-60, 135, -8],
    [-80, 131, 2],
  ].map(([x, y, z]) => hairAt(scene, [x as number, y as number, z as number]));
  const tone = palette.hair;
  const outline = shape([...right, ...tips, ...left, right[0] as Point]);
  const folds = new PathBuilder();
  for (const [x, w, wave] of [
    [-90, 3, 5],
    [-80, 4.5, 3],
    [-66, 5, -4],
    [66, 5, 4],
    [80, 4, -4],
  ] as const) {
    const spine = [0, 0.25, 0.5, 0.75, 1].map((t) =>
      hairAt(scene, [x + wave * Math.sin(t * 6.2), lerp(-10, 126, t), -24]),
    );
    addRibbon(folds, spine, (t) => w * Math.sin(Math.PI * Math.min(1, t * 0.94 + 0.05)));
  }
  return [
    fill(
      outline,
      linear(head.at(-90, -60, 0), head.at(80, 120, 0), [0, tone.base], [0.35, tone.shade], [1, tone.deep]),
    ),
    fill(
      folds.build(),
      linear(
        head.at(-95, 20, 0),
        head.at(30, 40, 0),
        [0, alpha(tone.light, 0.4)],
        [0.5, alpha(tone.base, 0.5)],
        [1, alpha(tone.base, 0.16)],
      ),
    ),
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
    spine.push(hairPoint(scene, mass, s.across + 0.025 * Math.sin(along * 9 + s.across * 20), along));
  }
  addRibbon(builder, spine, (t) => s.width * Math.sin(Math.PI * (0.04 + 0.94 * t)) ** 0.8 * (1 - 0.3 * t));
}

export function massOutline(scene: Scene, mass: readonly Guide[]): Point[][] {
  const steps = 14;
  const inner: Point[] = [];
  const outer: Point[] = [];
  for (let i = 0; i <= steps; i++) {
    inner.push(hairPoint(scene, mass, 0, i / steps));
    outer.push(hairPoint(scene, mass, 1, i / steps));
  }
  const tips: Point[] = [];
  const locks = mass.length;
  for (let i = 0; i <= locks * 2; i++) {
    tips.push(hairPoint(scene, mass, i / (locks * 2), i % 2 === 1 ? 0.965 : 1));
  }
  return [inner, tips, outer.reverse()];
}

function paintMass(scene: Scene, mass: readonly Guide[], lit: number, seed: number): VectorNode[] {
  const { head, palette } = scene;
  const tone = palette.hair;
  const outline = shape(...massOutline(scene, mass));
  const dark = new PathBuilder();
  const darker = new PathBuilder();
  const light = new PathBuilder();
  const bright = new PathBuilder();
  for (let i = 0; i < 9; i++) {
    addStrand(i % 2 ? dark : darker, scene, mass, {
      across: 0.04 + 0.92 * scatter(i + 1, seed),
      from: 0.02 + 0.3 * scatter(i, seed + 3),
      to: 0.86 + 0.13 * scatter(i, seed + 5),
      width: 2 + 2.4 * scatter(i, seed + 7),
    });
  }
  for (let i = 0; i < 10; i++) {
    const sheen = i % 2 === 0;
    addStrand(sheen ? bright : light, scene, mass, {
      across: 0.06 + 0.88 * scatter(i + 2, seed + 11),
      from: sheen ? 0.1 + 0.12 * scatter(i, seed + 2) : 0.3 + 0.2 * scatter(i, seed + 4),
      to: sheen ? 0.34 + 0.16 * scatter(i, seed + 6) : 0.8 + 0.16 * scatter(i, seed + 8),
      width: sheen ? 1.4 + 1.9 * scatter(i, seed + 9) : 1.1 + 1.5 * scatter(i, seed + 10),
    });
  }
  const a = head.at(-70, -120, 40);
  const b = head.at(95, 110, 0);
  return [
    fill(
      outline,
      linear(
        a,
        b,
        [0, blend(tone.base, tone.light, 0.25)],
        [0.4, tone.base],
        [0.75, tone.shade],
        [1, tone.deep],
      ),
    ),
    clipped(outline, [
      fillSolid(darker.build(), alpha(tone.deep, 0.5)),
      fillSolid(dark.build(), alpha(tone.shade, 0.7)),
      fillSolid(light.build(), alpha(tone.light, 0.28 * lit)),
      fill(
        bright.build(),
        linear(
          a,
          b,
          [0, alpha(tone.light, 0.85 * lit)],
          [0.55, alpha(tone.light, 0.5 * lit)],
          [1, alpha(tone.light, 0.1)],
        ),
      ),
      // The edge next the face turns under.
      fillSolid(innerEdge(scene, mass), alpha(tone.deep, 0.45)),
    ]),
  ];
}
function innerEdge(scene: Scene, mass: readonly Guide[]) {
  const spine: Point[] = [];
  for (let i = 0; i <= 10; i++) spine.push(hairPoint(scene, mass, 0, 0.06 + 0.94 * (i / 10)));
  const builder = new PathBuilder();
  addRibbon(builder, spine, (t) => 3.4 * Math.sin(Math.PI * (0.1 + 0.85 * t)));
  return builder.build();
}

export function paintHairFront(scene: Scene): VectorNode[] {
  const tone = scene.palette.hair;
  const part: Point[] = [0, 0.25, 0.5, 0.75].map((t) =>
    hairAt(scene, [lerp(-24, -21, t), lerp(-78, -124, t), lerp(67, 8, t)]),
  );
  const builder = new PathBuilder();
  addRibbon(builder, part, (t) => 1.1 * (1 - t) + 0.1);
  return [
    ...paintMass(scene, SHORT_SIDE, 1.15, 2),
    ...paintMass(scene, LONG_SIDE, 1, 5),
    fillSolid(builder.build(), alpha(tone.deep, 0.8)),
  ];
}

/** Shade that the hair throws on brow and cheek; the caller clips it to the face. */
export function paintHairShadow(scene: Scene): VectorNode[] {
  const { head, palette } = scene;
  const edge = (mass: readonly Guide[], dx: number, dy: number): Point[] => {
    const points: Point[] = [];
    const k = Math.hypot(...(head.disc(0, 0, 80, 1, 1).slice(0, 2) as [number, number]));
    for (let i = 0; i <= 10; i++) {
      const p = hairPoint(scene, mass, 0, (i / 10) * 0.86);
      points.push([p[0] + dx * k, p[1] + dy * k]);
    }
    return points;
  };
  const nodes: VectorNode[] = [];
  for (const [mass, dx, dy, strength] of [
    [LONG_SIDE, -2, 10, 0.2],
    [LONG_SIDE, -1, 5.5, 0.3],
    [SHORT_SIDE, 8, 6, 0.18],
    [SHORT_SIDE, 4, 3.5, 0.28],
  ] as const) {
    nodes.push(
      fillSolid(shape(edge(mass, 0, 0), edge(mass, dx, dy).reverse()), alpha(palette.skin.deep, strength)),
    );
  }
  return nodes;
}
