/** The brows: a soft tapered mass, and hairs over it that follow its growth, upright by the nose and swept at the tail. */
import type { Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import { faceSpot, type Scene } from './context.ts';
import { addRibbon, lerp, shape, smoothstep } from './geometry.ts';
import { alpha, fill, linear } from './paint.ts';

/** Middle line at rest: x from the face's midline, y, half the thickness; millimetres. */
const SPINE = [
  [13.4, -23, 2.2],
  [21.5, -26.8, 3.1],
  [31.5, -29.6, 2.9],
  [41.5, -30.6, 2.2],
  [50.5, -27.8, 1.3],
  [57.5, -22, 0.25],
] as const;
const HAIRS = 15;

export function paintBrow(scene: Scene, side: 1 | -1): VectorNode[] {
  const { pose: p, palette, face, shape: own } = scene;
  const left = side > 0;
  const down = left ? p.browDownLeft : p.browDownRight;
  const outer = left ? p.browOuterUpLeft : p.browOuterUpRight;
  const inner = p.browInnerUp;
  // Two brows are never twins: the presenter's right one sits a little higher.
  const quirk = left ? 0.5 : -0.7;
  const spine = SPINE.map(([x, y, w], i) => {
    const t = i / (SPINE.length - 1);
    const nearNose = (1 - t) ** 1.6;
    const nearTail = smoothstep(0.25, 0.75, t);
    return {
      x: x - 2.4 * down * nearNose,
      y:
        y * own.browHeight +
        quirk -
        inner * (8.5 * nearNose - 0.8 * nearTail) -
        outer * (7.5 * nearTail + 1.5 * nearNose) +
        down * (7 * nearNose + 4 * (1 - t)),
      w: w * own.browThickness,
    };
  });
  const at = (x: number, y: number): Point => face.on(side * x, y, 2.5);
  const head = spine[0] as (typeof spine)[number];
  /** One coat of the mass, `k` of its full thickness: the thin ones lie on the wide one, so that its edge is soft. */
  const coat = (k: number, strength: number): VectorNode => {
    const upper = spine.map((s) => at(s.x, s.y - s.w * 0.95 * k));
    const lower = spine.map((s) => at(s.x, s.y + s.w * k)).reverse();
    const rounded = at(head.x - 2.4 * k, head.y + 0.3);
    return fill(
      shape([rounded, ...upper], [...lower, rounded]),
      linear(
        at(head.x - 3, -22),
        at(57, -22),
        [0, alpha(tone.shade, 0)],
        [0.12, alpha(tone.shade, 0.3 * strength)],
        [0.34, alpha(tone.shade, 0.8 * strength)],
        [0.6, alpha(tone.shade, strength)],
        [1, alpha(tone.deep, strength)],
      ),
    );
  };
  const tone = palette.hair;
  const hairs = new PathBuilder();
  for (let k = 0; k < HAIRS; k++) {
    const t = (k / HAIRS) * 0.66;
    const u = t * (spine.length - 1);
    const i = Math.min(spine.length - 2, Math.floor(u));
    const a = spine[i] as (typeof spine)[number];
    const b = spine[i + 1] as (typeof spine)[number];
    const x = lerp(a.x, b.x, u - i);
    const y = lerp(a.y, b.y, u - i);
    const w = lerp(a.w, b.w, u - i);
    const slope = (b.y - a.y) / (b.x - a.x);
    const low = k % 2 === 0 ? 0.85 : 0.3; // two staggered rows
    const reach = lerp(4, 8, smoothstep(0, 0.5, t));
    const rise = w * lerp(1.5, low > 0.5 ? 1 : 0.6, smoothstep(0, 0.4, t));
    const y0 = y + w * low;
    const y1 = y0 - rise + slope * reach;
    addRibbon(
      hairs,
      [at(x - 0.8, y0), at(x + reach * 0.4, lerp(y0, y1, 0.62)), at(x + reach, y1)],
      (s) => 0.36 * Math.sin(Math.PI * (0.08 + 0.9 * s)),
    );
  }
  return [
    // A little light on the bone beneath the arch.
    faceSpot(scene, side * 44, -21 - 3 * outer, 13, 5, palette.skin.light, left ? 0.2 : 0.4),
    coat(1.1, 0.48),
    coat(0.74, 0.58),
    fill(
      hairs.build(),
      linear(
        at(head.x - 2, -22),
        at(57, -22),
        [0, alpha(tone.deep, 0.12)],
        [0.3, alpha(tone.deep, 0.34)],
        [1, alpha(tone.deep, 0.4)],
      ),
    ),
  ];
}
