/** The neck: it hangs between a turning head and a still body, carries the chin's cast shadow, and meets the collarbones. */
import type { Point, VectorNode } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { lerpPoint, mappedCircle, shape } from './geometry.ts';
import { alpha, clipped, fill, fillSolid, linear, pageSpot } from './paint.ts';

/** `shadows` fall on it from what is drawn later, such as the collar. */
export function paintNeck(scene: Scene, shadows: readonly VectorNode[]): VectorNode[] {
  const { head, body, palette, face } = scene;
  const skin = palette.skin;
  const topL = head.at(-47, 40, -20);
  const topR = head.at(47, 40, -20);
  const jawL = head.at(-45, 78, -18);
  const jawR = head.at(45, 78, -18);
  const lowL = body.at(-50, -66, 0);
  const lowR = body.at(50, -66, 0);
  const baseL = body.at(-62, -44, 0);
  const baseR = body.at(62, -44, 0);
  const midL = lerpPoint(jawL, lowL, 0.55);
  const midR = lerpPoint(jawR, lowR, 0.55);
  const inward = (p: Point, dx: number): Point => [p[0] + dx, p[1]];
  const outline = shape(
    [topL, jawL, inward(midL, 2), lowL, baseL, body.at(-104, -22, -6), body.at(-140, 0, 0)],
    [
      body.at(-140, 0, 0),
      body.at(-90, 110, 40),
      body.at(0, 130, 60),
      body.at(90, 110, 40),
      body.at(140, 0, 0),
    ],
    [body.at(140, 0, 0), body.at(104, -22, -6), baseR, lowR, inward(midR, -2), jawR, topR],
  );
  const nodes: VectorNode[] = [
    fill(
      outline,
      linear(
        body.at(-70, -60, 0),
        body.at(84, 40, 0),
        [0, skin.light],
        [0.3, skin.base],
        [0.72, skin.base],
        [1, skin.shade],
      ),
    ),
  ];
  const inside: VectorNode[] = [];
  // Collarbones, the hollow between them, and the cords of the neck: no lines, only where the light turns.
  for (const s of [-1, 1] as const) {
    const slope = 0.17 * s;
    inside.push(
      pageSpot(body.at(40 * s, 4, 40), 40, 7.5, -slope, skin.deep, 0.25),
      pageSpot(body.at(40 * s, -5, 40), 36, 5.5, -slope, skin.light, s < 0 ? 0.6 : 0.36),
    );
    const nape = lerpPoint(lowL, lowR, s > 0 ? 0.76 : 0.24);
    const root = body.at(12 * s, -2, 40);
    const middle = lerpPoint(nape, root, 0.58);
    const lean = Math.atan2(root[1] - nape[1], root[0] - nape[0]);
    const half = 0.62 * Math.hypot(root[0] - nape[0], root[1] - nape[1]);
    inside.push(pageSpot([middle[0] + 3, middle[1]], half, 6.5, lean, skin.deep, s > 0 ? 0.22 : 0.15));
  }
  inside.push(pageSpot(body.at(0, 5, 40), 24, 11, 0, skin.deep, 0.2));
  const chest = body.at(-30, 44, 50);
  inside.push(pageSpot(chest, 60, 34, -0.2, skin.light, 0.5));
  // The side turned from the light, with no edge to where it begins.
  inside.push(
    fill(
      shape([body.at(0, -140, 0), body.at(0, 150, 40), body.at(160, 150, 0)], [body.at(160, -140, 0)]),
      linear(
        body.at(6, -60, 0),
        body.at(72, -46, 0),
        [0, alpha(skin.deep, 0)],
        [0.5, alpha(skin.deep, 0.14)],
        [1, alpha(skin.deep, 0.44)],
      ),
    ),
  );
  // Then the head's cast shadow: an oval as broad as the jaw, let fall to the lower right; its rim is soft.
  const drop = face.jawDrop;
  const jaw = head.disc(9 + face.jawShift, 55 + drop * 0.45, 50, 72, 89 + drop * 0.5);
  inside.push({
    kind: 'path',
    path: mappedCircle(jaw),
    fill: {
      kind: 'radial',
      center: [0, 0],
      radius: 1,
      transform: jaw,
      stops: [
        { at: 0, color: alpha(skin.deep, 0.62) },
        { at: 0.7, color: alpha(skin.deep, 0.56) },
        { at: 0.82, color: alpha(skin.deep, 0.46) },
        { at: 0.9, color: alpha(skin.deep, 0.24) },
        { at: 0.96, color: alpha(skin.deep, 0.07) },
        { at: 1, color: alpha(skin.deep, 0) },
      ],
    },
  });
  nodes.push(clipped(outline, [...inside, ...shadows]));
  return nodes;
}

export function paintNecklace(scene: Scene): VectorNode[] {
  const { body, palette, shape: own, swing } = scene;
  if (own.necklace < 0.5) return [];
  const metal = palette.metal;
  const dx = swing.pendantX;
  const chain: Point[] = [
    body.at(-66, -36, 10),
    body.at(-52, 0, 36),
    body.at(-26 + dx * 0.4, 28, 48),
    body.at(dx, 40, 52),
    body.at(26 + dx * 0.4, 28, 48),
    body.at(52, 0, 36),
    body.at(66, -36, 10),
  ];
  const shade = chain.map((p): Point => [p[0] + 0.8, p[1] + 1.6]);
  const thin = (points: readonly Point[], width: number, color: typeof metal.base): VectorNode => ({
    kind: 'path',
    path: shapeLine(points),
    stroke: { paint: { kind: 'solid', color }, width, cap: 'round', join: 'round' },
  });
  const at = body.at(dx, 40, 52);
  const drop: Point = [at[0] + dx * 0.2, at[1] + 6];
  return [
    thin(shade, 1.2, alpha(palette.skin.deep, 0.35)),
    thin(chain, 1, metal.base),
    pageSpot([drop[0] + 1, drop[1] + 2], 6, 6, 0, palette.skin.deep, 0.4),
    fill(
      shape([
        [drop[0], drop[1] - 6],
        [drop[0] + 3.6, drop[1]],
        [drop[0], drop[1] + 5],
        [drop[0] - 3.6, drop[1]],
        [drop[0], drop[1] - 6],
      ]),
      linear(
        [drop[0] - 4, drop[1] - 5],
        [drop[0] + 4, drop[1] + 5],
        [0, metal.light],
        [0.5, metal.base],
        [1, metal.shade],
      ),
    ),
    fillSolid(
      shape([
        [drop[0] - 1.6, drop[1] - 1.5],
        [drop[0] - 0.4, drop[1] - 2.4],
        [drop[0] - 0.8, drop[1] - 0.2],
        [drop[0] - 1.6, drop[1] - 1.5],
      ]),
      alpha(metal.light, 0.9),
    ),
  ];
}
function shapeLine(points: readonly Point[]) {
  const path = shape(points);
  return { verbs: path.verbs.slice(0, -1), coords: path.coords };
}
