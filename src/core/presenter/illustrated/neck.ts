/** The neck: it hangs between a turning head and a still body, carries the chin's cast shadow, and meets the collarbones. */
import type { Point, VectorNode } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { lerpPoint, shape } from './geometry.ts';
import { alpha, clipped, fill, fillSolid, linear, pageSpot } from './paint.ts';

export function paintNeck(scene: Scene): VectorNode[] {
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
  // Collarbones, the hollow between them, and the cords of the neck.
  const bone = (s: 1 | -1): VectorNode[] => [
    fill(
      shape(
        [body.at(9 * s, 6, 40), body.at(34 * s, 0, 40), body.at(70 * s, -8, 26), body.at(112 * s, -10, 8)],
        [body.at(112 * s, -10, 8), body.at(72 * s, -1, 26), body.at(36 * s, 8, 40), body.at(9 * s, 6, 40)],
      ),
      linear(
        body.at(9 * s, 0, 40),
        body.at(112 * s, 0, 8),
        [0, alpha(skin.deep, 0.5)],
        [0.5, alpha(skin.deep, 0.3)],
        [1, alpha(skin.deep, 0)],
      ),
    ),
    fill(
      shape(
        [body.at(13 * s, 1, 40), body.at(36 * s, -6, 40), body.at(70 * s, -14, 26)],
        [body.at(70 * s, -14, 26), body.at(36 * s, -1, 40), body.at(13 * s, 1, 40)],
      ),
      linear(
        body.at(13 * s, 0, 40),
        body.at(70 * s, 0, 26),
        [0, alpha(skin.light, s < 0 ? 0.75 : 0.4)],
        [1, alpha(skin.light, 0)],
      ),
    ),
    fill(
      shape(
        [
          lerpPoint(jawL, jawR, s > 0 ? 0.92 : 0.08),
          lerpPoint(lowL, lowR, s > 0 ? 0.72 : 0.28),
          body.at(9 * s, 4, 40),
        ],
        [
          body.at(9 * s, 4, 40),
          lerpPoint(lowL, lowR, s > 0 ? 0.8 : 0.2),
          lerpPoint(jawL, jawR, s > 0 ? 0.98 : 0.02),
        ],
      ),
      linear(
        jawL,
        body.at(0, 5, 40),
        [0.62, alpha(skin.deep, 0)],
        [1, alpha(skin.deep, s > 0 ? 0.22 : 0.16)],
      ),
    ),
  ];
  inside.push(...bone(-1), ...bone(1));
  const notch = body.at(0, 4, 40);
  inside.push(pageSpot(notch, 12, 9, 0, skin.deep, 0.4));
  const chest = body.at(-30, 44, 50);
  inside.push(pageSpot(chest, 60, 34, -0.2, skin.light, 0.5));
  // Side plane, then the head's cast shadow: the jaw's own outline let fall to the lower right.
  inside.push(
    fill(
      shape(
        [body.at(24, -120, 0), body.at(26, -66, 20), body.at(40, -30, 20), body.at(80, 0, 10)],
        [body.at(160, 0, 0), body.at(120, -160, 0)],
      ),
      linear(
        body.at(18, -60, 0),
        body.at(66, -60, 0),
        [0, alpha(skin.shade, 0.04)],
        [1, alpha(skin.deep, 0.42)],
      ),
    ),
  );
  const contour = face.contour();
  for (const [dx, dy, strength] of [
    [11, 33, 0.1],
    [7, 22, 0.42],
  ] as const) {
    const cast = contour.map((p): Point => [p[0] + dx, p[1] + dy]);
    inside.push(
      fill(
        shape([...cast, cast[0] as Point]),
        linear(
          head.at(0, 80, 0),
          head.at(10, 140 + face.jawDrop, 0),
          [0, alpha(skin.deep, strength + 0.25)],
          [1, alpha(skin.deep, strength)],
        ),
      ),
    );
  }
  nodes.push(clipped(outline, inside));
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
