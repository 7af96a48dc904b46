/**
 * The sleeve over the two bones of the arm: soft tubes with folds at the elbow, open at the cuff. The whole arm is one
 * silhouette first; the forearm lies on it with a contour that fades out at the elbow, where cloth runs on.
 */
import type { Path, Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import type { Arm } from './arm-skeleton.ts';
import type { Scene } from './context.ts';
import {
  add,
  addCapsule,
  addRibbon,
  convexHull,
  cross,
  joinPaths,
  lerp,
  mix3,
  ring,
  scale,
  sub,
  unit,
  type Circle,
  type Vec3,
} from './geometry.ts';
import { acrossLimb } from './limb-light.ts';
import { alpha, blend, clipped, fill, fillSolid, linear, pageSpot, plateau } from './paint.ts';
import { project, toPage } from './space.ts';
import { shoulderTone } from './torso.ts';

const CUFF_R = 29.5;
const ELBOW_R = 35.5;
const CUFF_BACK = 15; // the cuff ends this far before the wrist

const circle = (p: Vec3, r: number): Circle => {
  const q = project(p);
  return { x: q.x, y: q.y, r: r * q.k };
};
const rimOf = (c: Circle, grow = 0): Point[] =>
  Array.from({ length: 20 }, (_, i): Point => {
    const a = (i / 20) * Math.PI * 2;
    return [c.x + (c.r + grow) * Math.cos(a), c.y + (c.r + grow) * Math.sin(a)];
  });

/** The cuff's edge: a ring square to the forearm, as page points. */
function cuffRing(arm: Arm, r: number, back = CUFF_BACK): Point[] {
  const c = sub(arm.wrist, scale(arm.heading, back));
  const u = unit(cross(arm.heading, [0.3, 1, 0.2]), [1, 0, 0]);
  const v = cross(arm.heading, u);
  return Array.from({ length: 14 }, (_, i): Point => {
    const a = (i / 14) * Math.PI * 2;
    return toPage(add(c, add(scale(u, r * Math.cos(a)), scale(v, r * Math.sin(a)))));
  });
}

interface Frame2 {
  /** A point beside the bone: t along it, o millimetres to the side. */
  at(t: number, o: number): Point;
}
function beside(from: Vec3, to: Vec3): Frame2 {
  const a = project(from);
  const b = project(to);
  const l = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const nx = -(b.y - a.y) / l;
  const ny = (b.x - a.x) / l;
  return {
    at(t, o) {
      const p = project(mix3(from, to, t));
      return [p.x + nx * o * p.k, p.y + ny * o * p.k];
    },
  };
}
const swell = (w: number) => (t: number) => w * Math.sin(Math.PI * (0.04 + 0.92 * t));

function upperArmPath(arm: Arm): Path {
  const circles = [
    circle(add(arm.shoulder, [-arm.sign * 5, 19, 0]), 37.5),
    circle(mix3(arm.shoulder, arm.elbow, 0.22), 36.5),
    circle(mix3(arm.shoulder, arm.elbow, 0.6), 37.5),
    circle(arm.elbow, ELBOW_R),
  ] as const;
  return ring(convexHull(circles.flatMap((c) => rimOf(c))));
}

export function paintUpperArm(scene: Scene, arm: Arm): VectorNode[] {
  const c = scene.palette.jacket;
  const lit = arm.sign < 0;
  const path = upperArmPath(arm);
  const s = toPage(arm.shoulder);
  const e = toPage(arm.elbow);
  const [light, dark] = acrossLimb(s, e, 44);
  const { at } = beside(arm.shoulder, arm.elbow);
  const folds = new PathBuilder();
  const lights = new PathBuilder();
  for (const [t0, o0, t1, o1, t2, o2, w] of [
    [0.2, -32, 0.36, -14, 0.56, 4, 3.4],
    [0.22, 34, 0.38, 22, 0.54, 16, 3],
    [0.96, -34, 0.86, -8, 0.74, 14, 4],
    [0.96, 34, 0.9, 12, 0.84, -4, 3.4],
    [0.72, -36, 0.66, -16, 0.58, 0, 2.6],
  ] as const) {
    addRibbon(folds, [at(t0, o0), at(t1, o1), at(t2, o2)], swell(w));
    addRibbon(lights, [at(t0 - 0.05, o0), at(t1 - 0.05, o1), at(t2 - 0.05, o2)], swell(w * 0.8));
  }
  const root = (dx: number, dy: number): Point => toPage(add(arm.shoulder, [-arm.sign * dx, dy, 30]));
  const seam = new PathBuilder();
  addRibbon(seam, [root(34, 104), root(39, 56), root(30, 8), root(14, -22)], swell(1.3));
  return [
    fill(
      path,
      linear(
        light,
        dark,
        [0, lit ? blend(c.base, c.light, 0.72) : blend(c.base, c.light, 0.16)],
        [0.42, lit ? c.base : blend(c.base, c.shade, 0.3)],
        [1, lit ? blend(c.shade, c.deep, 0.1) : blend(c.shade, c.deep, 0.5)],
      ),
    ),
    clipped(path, [
      fillSolid(lights.build(), alpha(c.light, lit ? 0.2 : 0.1)),
      fillSolid(folds.build(), alpha(c.deep, 0.3)),
      // The head of the sleeve takes the shoulder's own tone.
      plateau(root(14, 8), 62 * project(arm.shoulder).k, shoulderTone(scene, arm.sign)),
    ]),
    fillSolid(seam.build(), alpha(c.deep, 0.4)),
  ];
}

/** One tone, light and shade over the bend, on both limbs at once: the cloth of the elbow is one piece. */
function elbow(scene: Scene, arm: Arm): VectorNode[] {
  const c = scene.palette.jacket;
  const lit = arm.sign < 0;
  const q = project(arm.elbow);
  const r = ELBOW_R * q.k;
  return [
    plateau([q.x, q.y], r * 1.5, lit ? blend(c.base, c.shade, 0.12) : blend(c.base, c.shade, 0.5)),
    pageSpot([q.x - r * 0.45, q.y - r * 0.6], r * 1.2, r * 1.2, 0, c.light, lit ? 0.5 : 0.22),
    pageSpot([q.x + r * 0.7, q.y + r * 0.75], r * 1.25, r * 1.25, 0, c.deep, lit ? 0.42 : 0.6),
  ];
}

function forearmPath(arm: Arm, grow: number): Path {
  const cuffEnd = sub(arm.wrist, scale(arm.heading, CUFF_BACK));
  const circles = [
    circle(arm.elbow, ELBOW_R),
    circle(mix3(arm.elbow, cuffEnd, 0.3), 36),
    circle(mix3(arm.elbow, cuffEnd, 0.66), 32),
  ] as const;
  return ring(convexHull([...circles.flatMap((c) => rimOf(c, grow)), ...cuffRing(arm, CUFF_R + grow)]));
}

export function paintForearm(scene: Scene, arm: Arm): VectorNode[] {
  const c = scene.palette.jacket;
  const lit = arm.sign < 0;
  const path = forearmPath(arm, 0);
  const cuffEnd = sub(arm.wrist, scale(arm.heading, CUFF_BACK));
  const a = toPage(arm.elbow);
  const b = toPage(cuffEnd);
  const [light, dark] = acrossLimb(a, b, 40);
  const { at } = beside(arm.elbow, cuffEnd);
  const folds = new PathBuilder();
  const lights = new PathBuilder();
  for (const [t0, o0, t1, o1, t2, o2, w] of [
    [0.02, -30, 0.14, -10, 0.2, 14, 3.8],
    [0.08, 31, 0.22, 14, 0.4, 2, 4.2],
    [0.4, -30, 0.5, -14, 0.56, 4, 2.8],
    [0.82, 26, 0.76, 10, 0.72, -6, 2.6],
  ] as const) {
    addRibbon(folds, [at(t0, o0), at(t1, o1), at(t2, o2)], swell(w));
    addRibbon(lights, [at(t0 + 0.05, o0), at(t1 + 0.05, o1), at(t2 + 0.05, o2)], swell(w * 0.8));
  }
  const far: Point = Math.hypot(b[0] - a[0], b[1] - a[1]) < 1 ? [a[0] + 1, a[1]] : b;
  return [
    // The shadow it throws on what lies behind, none at the elbow.
    fill(
      forearmPath(arm, 1.3),
      linear(a, far, [0, alpha(c.deep, 0)], [0.3, alpha(c.deep, 0.3)], [1, alpha(c.deep, 0.55)]),
    ),
    fill(
      path,
      linear(
        light,
        dark,
        [0, lit ? blend(c.base, c.light, 0.75) : blend(c.base, c.light, 0.4)],
        [0.42, lit ? c.base : blend(c.base, c.shade, 0.15)],
        [1, lit ? blend(c.shade, c.deep, 0.1) : blend(c.shade, c.deep, 0.4)],
      ),
    ),
    clipped(joinPaths(upperArmPath(arm), path), elbow(scene, arm)),
    fillSolid(lights.build(), alpha(c.light, lit ? 0.22 : 0.14)),
    fillSolid(folds.build(), alpha(c.deep, 0.32)),
    ...cuffButtons(scene, arm, at),
    // Stitching of the cuff.
    {
      kind: 'path',
      path: ring(cuffRing(arm, CUFF_R, CUFF_BACK + 5)),
      stroke: {
        paint: { kind: 'solid', color: alpha(c.deep, 0.35) },
        width: 1,
        cap: 'round',
        join: 'round',
      },
    },
  ];
}

/** Three small buttons along the outer seam of the cuff. */
function cuffButtons(scene: Scene, arm: Arm, at: Frame2['at']): VectorNode[] {
  const c = scene.palette.jacket;
  const dark = new PathBuilder();
  const light = new PathBuilder();
  for (const t of [0.76, 0.84, 0.92]) {
    const [x, y] = at(t, arm.sign * lerp(20, 18, t));
    const r = 3.1;
    addCapsule(dark, { x: x + 0.7, y: y + 1, r: r + 0.5 }, { x: x + 0.7, y: y + 1.01, r: r + 0.5 });
    addCapsule(light, { x, y, r }, { x, y: y + 0.01, r });
  }
  return [
    fillSolid(dark.build(), alpha(c.deep, 0.7)),
    fillSolid(light.build(), blend(c.shade, c.light, arm.sign < 0 ? 0.4 : 0.22)),
  ];
}

/** The mouth of the sleeve, seen when the arm comes forward: lining, and the thickness of its edge. */
export function paintCuff(scene: Scene, arm: Arm): VectorNode[] {
  const c = scene.palette.jacket;
  if (arm.heading[2] < 0.04) return [];
  return [
    fillSolid(ring(cuffRing(arm, CUFF_R)), blend(c.base, c.light, lerp(0.2, 0.45, arm.sign < 0 ? 1 : 0))),
    fillSolid(ring(cuffRing(arm, CUFF_R - 2.2)), c.deep),
  ];
}

/** The wrist's skin from inside the cuff to the heel of the hand. */
export function paintWrist(scene: Scene, arm: Arm, forward: Vec3): VectorNode[] {
  const skin = scene.palette.skin;
  const chain = [
    circle(sub(arm.wrist, scale(arm.heading, CUFF_BACK + 3)), 18.5),
    circle(arm.wrist, 18),
    circle(add(arm.wrist, scale(forward, 16)), 20),
  ] as const;
  const builder = new PathBuilder();
  addCapsule(builder, chain[0], chain[1]);
  addCapsule(builder, chain[1], chain[2]);
  const [light, dark] = acrossLimb([chain[0].x, chain[0].y], [chain[2].x, chain[2].y], 21);
  return [
    fill(
      builder.build(),
      linear(light, dark, [0, skin.light], [0.4, skin.base], [0.7, skin.base], [1, skin.shade]),
    ),
    // Under the sleeve's edge it is dark.
    pageSpot([chain[0].x, chain[0].y], 21 * 1.1, 21 * 1.1, 0, skin.deep, 0.6),
  ];
}
