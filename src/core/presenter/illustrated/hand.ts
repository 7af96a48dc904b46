/**
 * Paints a hand from its bones: skin stretched over spheres, far parts first. Each finger is one skin with a soft dark
 * contour beneath it where it crosses its neighbour; light comes across it from the upper left; nails, knuckles and the
 * palm's lines appear as their side turns to the viewer.
 */
import type { Path, Point, Rgba, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import type { Scene } from './context.ts';
import {
  add,
  addCapsule,
  circleHull,
  clamp,
  lerp,
  ribbon,
  scale,
  smoothstep,
  type Circle,
  type Vec3,
} from './geometry.ts';
import type { Finger, Hand, Joint } from './hand-skeleton.ts';
import { acrossLimb } from './limb-light.ts';
import { alpha, blend, fill, fillSolid, linear, pageSpot, softSpot } from './paint.ts';
import { project, toPage } from './space.ts';

/** Bones that turn back on the page more than this are painted one over the other. */
const FOLD_COSINE = 0.15;

const circleOf = (j: Joint, grow = 0): Circle => {
  const q = project(j.at);
  return { x: q.x, y: q.y, r: (j.r + grow) * q.k };
};

/** The skin over a chain of joints, as one path: capsules that overlap, painted together. */
function chainPath(joints: readonly Joint[], grow: number): Path {
  const builder = new PathBuilder();
  for (let i = 0; i < joints.length - 1; i++) {
    addCapsule(builder, circleOf(joints[i] as Joint, grow), circleOf(joints[i + 1] as Joint, grow));
  }
  return builder.build();
}

export function paintHand(scene: Scene, hand: Hand): VectorNode[] {
  const palmZ =
    project(hand.palmMass[2]?.at ?? hand.wrist).z * 0.5 + project(hand.palmMass[4]?.at ?? hand.wrist).z * 0.5;
  const depthOf = (f: Finger): number =>
    f.name === 'thumb'
      ? f.joints[1].at[2] * 0.5 + f.joints[2].at[2] * 0.5
      : f.joints[1].at[2] * 0.4 + f.joints[2].at[2] * 0.3 + f.joints[3].at[2] * 0.3;
  // Straight fingers of a palm that faces the viewer rise from behind its edge; curled ones fold over it.
  const behind = 16 * smoothstep(0.15, 0.6, hand.palm[2]);
  const parts: { z: number; paint: () => VectorNode[] }[] = hand.fingers.map((f) => {
    const z = depthOf(f) - (f.name === 'thumb' ? 0 : behind);
    return { z, paint: () => paintFinger(scene, hand, f, smoothstep(-2, 6, z - palmZ)) };
  });
  parts.push({ z: palmZ, paint: () => paintPalm(scene, hand) });
  parts.sort((a, b) => a.z - b.z);
  return parts.flatMap((part) => part.paint());
}

function paintPalm(scene: Scene, hand: Hand): VectorNode[] {
  const skin = scene.palette.skin;
  const outline = circleHull(hand.palmMass.map((j) => circleOf(j)));
  const rim = circleHull(hand.palmMass.map((j) => circleOf(j, 0.8)));
  const at = (f: number, t: number, n: number): Vec3 =>
    add(hand.wrist, add(add(scale(hand.forward, f), scale(hand.thumbward, t)), scale(hand.palm, n)));
  const center = toPage(at(44, 0, 0));
  const k = project(hand.wrist).k;
  const facing = hand.palm[2]; // 1 palm to the viewer, −1 its back
  const spots: VectorNode[] = [];
  const spot = (
    f: number,
    t: number,
    n: number,
    rf: number,
    rt: number,
    color: Rgba,
    strength: number,
  ): void => {
    const c = toPage(at(f, t, n));
    const a = toPage(at(f + rf, t, n));
    const b = toPage(at(f, t + rt, n));
    spots.push(softSpot([a[0] - c[0], a[1] - c[1], b[0] - c[0], b[1] - c[1], c[0], c[1]], color, strength));
  };
  const front = smoothstep(0.1, 0.65, facing);
  const back = smoothstep(0.1, 0.65, -facing);
  if (front > 0) {
    spot(40, 0, 8, 26, 20, skin.shade, 0.3 * front);
    spot(34, 17, 14, 26, 13, skin.light, 0.55 * front);
    spot(36, -20, 14, 24, 11, skin.light, 0.4 * front);
    spot(74, -2, 12, 9, 30, skin.light, 0.36 * front);
    spot(80, -2, 10, 7, 30, scene.palette.blush, 0.3 * front);
    const crease = (points: readonly (readonly [number, number])[], w: number): void => {
      spots.push(
        fillSolid(
          ribbon(
            points.map(([f, t]) => toPage(at(f, t, 9))),
            (s) => w * k * Math.sin(Math.PI * (0.06 + 0.9 * s)),
          ),
          alpha(skin.deep, 0.42 * front),
        ),
      );
    };
    crease(
      [
        [66, 27],
        [60, 12],
        [44, 4],
        [22, 4],
        [6, 8],
      ],
      0.8,
    );
    crease(
      [
        [64, 27],
        [59, 8],
        [50, -14],
        [44, -27],
      ],
      0.65,
    );
    crease(
      [
        [57, -31],
        [66, -16],
        [71, 2],
        [78, 12],
      ],
      0.7,
    );
  }
  if (back > 0) {
    spot(46, 4, -8, 34, 24, skin.light, 0.3 * back);
    for (const [f, t] of [
      [84, 23],
      [88, 6],
      [83, -11],
      [75, -25],
    ] as const) {
      spot(f - 2, t + 1.5, -9, 9, 6.5, skin.light, 0.42 * back);
      spot(f - 4, t - 7.5, -9, 12, 4.5, skin.shade, 0.42 * back);
    }
  }
  const light: Point = [center[0] - 30 * k, center[1] - 38 * k];
  const dark: Point = [center[0] + 32 * k, center[1] + 40 * k];
  return [
    // The contour begins past the wrist, where hand and arm are one skin.
    fill(
      rim,
      linear(
        toPage(hand.wrist),
        toPage(at(46, 0, 0.1)),
        [0.35, alpha(skin.deep, 0)],
        [1, alpha(skin.deep, 0.45)],
      ),
    ),
    fill(outline, linear(light, dark, [0, skin.light], [0.42, skin.base], [0.7, skin.base], [1, skin.shade])),
    ...spots,
  ];
}

/** `over`: how surely the finger lies before the palm, 0…1. */
function paintFinger(scene: Scene, hand: Hand, finger: Finger, over: number): VectorNode[] {
  const skin = scene.palette.skin;
  const joints = finger.joints;
  const flat = joints.map((j) => circleOf(j));
  const [root, , , tip] = flat as [Circle, Circle, Circle, Circle];
  const nodes: VectorNode[] = [];
  // Bones whose picture folds back over the one before are painted apart, far first, so that knuckles overlap.
  const bendAt = (i: number): number => {
    const a = flat[i - 1] as Circle;
    const b = flat[i] as Circle;
    const c = flat[i + 1] as Circle;
    const lengths = Math.hypot(b.x - a.x, b.y - a.y) * Math.hypot(c.x - b.x, c.y - b.y);
    return lengths < 1e-6 ? 1 : ((b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y)) / lengths;
  };
  const cut = [1, 2].find((i) => bendAt(i) < FOLD_COSINE);
  // The edge of a fold grows in as the finger folds, so that it does not flash up.
  const folded = cut === undefined ? 0 : smoothstep(FOLD_COSINE, FOLD_COSINE - 0.5, bendAt(cut));
  const chains: Joint[][] = cut === undefined ? [[...joints]] : [joints.slice(0, cut + 1), joints.slice(cut)];
  if (chains.length === 2 && meanZ(chains[0] as Joint[]) > meanZ(chains[1] as Joint[])) chains.reverse();
  const wholeLight = acrossLimb([root.x, root.y], [tip.x, tip.y], root.r * 1.05);
  for (const chain of chains) {
    const a = circleOf(chain[0] as Joint);
    const b = circleOf(chain[chain.length - 1] as Joint);
    const [light, dark] =
      chains.length === 1 ? wholeLight : acrossLimb([a.x, a.y], [b.x, b.y], Math.max(a.r, b.r) * 1.05);
    const reach = Math.hypot(b.x - a.x, b.y - a.y);
    const contour = chainPath(chain, 0.9);
    const start: Point = [a.x, a.y];
    const end: Point = reach > 1 ? [b.x, b.y] : [b.x + 1, b.y];
    // The contour fades out towards the knuckle, where finger and palm are one skin.
    const fromRoot = chain[0] === joints[0];
    nodes.push(
      fill(
        contour,
        linear(
          start,
          end,
          [0, alpha(skin.deep, fromRoot ? 0 : 0.5 * folded)],
          [fromRoot ? 0.42 : lerp(0.4, 0.1, folded), alpha(skin.deep, 0.6)],
          [1, alpha(skin.deep, 0.68)],
        ),
      ),
      fill(
        chainPath(chain, 0),
        linear(
          light,
          dark,
          [0, blend(skin.base, skin.light, 0.9)],
          [0.36, skin.base],
          [0.66, blend(skin.base, skin.shade, 0.16)],
          [1, blend(skin.base, skin.shade, 0.78)],
        ),
      ),
    );
  }
  // The root takes the palm's tone, so that the finger grows out of it.
  nodes.push(
    pageSpot(
      [root.x, root.y],
      root.r * 1.35,
      root.r * 1.35,
      0,
      blend(skin.base, skin.light, 0.22 * smoothstep(0.3, -0.3, hand.palm[2])),
      0.9 * over,
    ),
    ...tipDetail(scene, hand, finger),
  );
  return nodes;
}
const meanZ = (chain: readonly Joint[]): number => chain.reduce((sum, j) => sum + j.at[2], 0) / chain.length;

/** Warm finger ends, knuckle folds, and the nail if its side is seen. */
function tipDetail(scene: Scene, hand: Hand, finger: Finger): VectorNode[] {
  const { palette } = scene;
  const skin = palette.skin;
  const [, j1, j2, j3] = finger.joints;
  const nodes: VectorNode[] = [];
  const tip = circleOf(j3);
  nodes.push(pageSpot([tip.x, tip.y], tip.r * 1.05, tip.r * 1.05, 0, palette.blush, 0.4));
  const seen = smoothstep(0.12, 0.6, finger.nail[2]);
  const along = scale(add(j3.at, scale(j2.at, -1)), 1 / 20);
  if (seen > 0) {
    const c = add(j3.at, scale(finger.nail, j3.r * 0.6));
    const wide = scale(cross3(along, finger.nail), 1);
    const wl = Math.hypot(...wide) || 1;
    const half = scale(wide, (j3.r * 0.66) / wl);
    const al = Math.hypot(...along) || 1;
    const long = scale(along, (j3.r * 0.92) / al);
    const p = (a: number, b: number): Point => toPage(add(c, add(scale(half, a), scale(long, b))));
    const nail = new PathBuilder();
    const s = [p(-0.92, -0.75), p(-1, 0.3), p(-0.6, 1.05), p(0.6, 1.05), p(1, 0.3), p(0.92, -0.75)] as const;
    nail
      .moveTo(...s[0])
      .cubicTo(...s[1], ...s[1], ...s[2])
      .quadTo(...p(0, 1.3), ...s[3])
      .cubicTo(...s[4], ...s[4], ...s[5])
      .quadTo(...p(0, -1.05), ...s[0])
      .close();
    nodes.push(
      fill(
        nail.build(),
        linear(
          p(-1, -0.6),
          p(1, 0.8),
          [0, alpha(blend(skin.light, palette.lip.light, 0.45), 0.95 * seen)],
          [1, alpha(blend(skin.base, palette.lip.base, 0.4), 0.9 * seen)],
        ),
      ),
      softSpot([...affineOf(p)], [1, 0.97, 0.93, 1], 0.45 * seen),
    );
    // Two short folds over the middle joint.
    const kn = circleOf(j1);
    const next = circleOf(j2);
    const dx = next.x - kn.x;
    const dy = next.y - kn.y;
    const l = Math.hypot(dx, dy);
    if (l > kn.r * 0.8 && finger.name !== 'thumb') {
      const ux = dx / l;
      const uy = dy / l;
      for (const o of [-0.18, 0.22]) {
        const cx = kn.x + ux * kn.r * o;
        const cy = kn.y + uy * kn.r * o;
        const w = kn.r * 0.52;
        nodes.push(
          fillSolid(
            ribbon(
              [
                [cx - uy * w, cy + ux * w],
                [cx + ux * kn.r * 0.1, cy + uy * kn.r * 0.1],
                [cx + uy * w, cy - ux * w],
              ],
              (t) => 0.5 * Math.sin(Math.PI * t),
            ),
            alpha(skin.deep, 0.38 * seen),
          ),
        );
      }
    }
  } else {
    // Palm side: a fold at each joint.
    for (const j of [j1, j2]) {
      const kn = circleOf(j);
      const l = Math.hypot(tip.x - kn.x, tip.y - kn.y);
      if (l < kn.r) continue;
      const ux = (tip.x - kn.x) / l;
      const uy = (tip.y - kn.y) / l;
      const w = kn.r * 0.72;
      nodes.push(
        fillSolid(
          ribbon(
            [
              [kn.x - uy * w, kn.y + ux * w],
              [kn.x + ux * 0.8, kn.y + uy * 0.8],
              [kn.x + uy * w, kn.y - ux * w],
            ],
            (t) => 0.55 * Math.sin(Math.PI * t),
          ),
          alpha(skin.deep, 0.34 * clamp(hand.palm[2] + 0.5)),
        ),
      );
    }
  }
  return nodes;
}
const cross3 = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
function affineOf(p: (a: number, b: number) => Point): [number, number, number, number, number, number] {
  const c = p(-0.25, 0.1);
  const x = p(0.1, 0.1);
  const y = p(-0.25, 0.85);
  return [x[0] - c[0], x[1] - c[1], y[0] - c[0], y[1] - c[1], c[0], c[1]];
}
