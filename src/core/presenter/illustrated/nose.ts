/**
 * The nose is drawn by its planes, not by lines: a lit bridge, a side plane turned from the light, the ball of the tip,
 * the wings, and the shadow it throws. The planes hang on points with real depth, so a turn of the head opens one side
 * and closes the other.
 */
import type { Point, VectorNode } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { shape } from './geometry.ts';
import { alpha, fill, fillSolid, linear, softSpot } from './paint.ts';

export function paintNose(scene: Scene): VectorNode[] {
  const { head, palette, pose: p, shape: own } = scene;
  const w = own.noseWidth;
  const l = own.noseLength * 0.97;
  const skin = palette.skin;
  const sneerL = p.noseSneerLeft;
  const sneerR = p.noseSneerRight;
  const sneer = (sneerL + sneerR) / 2;
  const smile = (p.mouthSmileLeft + p.mouthSmileRight) / 2;
  const flare = 1 + 0.06 * smile + 0.05 * sneer;
  const at = (x: number, y: number, z: number): Point =>
    head.at(x * w, -6 + (y + 6) * l - 2 * sneer * Math.max(0, y / 44), z);

  // Side planes: ridge in front, foot on the cheek.
  const ridge = (x: number): Point[] => [
    at(x * 1.2 + Math.sign(x), -13, 86),
    at(x * 0.9, -6, 87),
    at(x * 0.85, 8, 93),
    at(x, 20, 99),
    at(x * 1.5, 29, 104),
  ];
  const foot = (s: 1 | -1): Point[] => [
    at(13.8 * s * flare, 40, 84),
    at(14.5 * s * flare, 33, 84),
    at(12.5 * s, 25, 84),
    at(10.5 * s, 10, 80),
    at(10.5 * s, -4, 78),
    at(8 * s, -12, 84),
  ];
  const shadeFrom = at(2, 10, 95);
  const shadeTo = at(15, 16, 82);
  const litFrom = at(-2, 10, 95);
  const litTo = at(-15, 16, 82);
  const nodes: VectorNode[] = [
    // Thrown shadow, down and away from the light.
    softSpot(head.disc(15 * w, 43 * l, 80, 11, 8), skin.deep, 0.3),
    fill(
      shape(ridge(3.6), foot(1)),
      linear(
        shadeFrom,
        shadeTo,
        [0, alpha(skin.shade, 0.16)],
        [0.45, alpha(skin.shade, 0.58)],
        [1, alpha(skin.shade, 0.2)],
      ),
    ),
    fill(
      shape(ridge(-3.8), foot(-1)),
      linear(
        litFrom,
        litTo,
        [0, alpha(skin.shade, 0.02)],
        [0.6, alpha(skin.shade, 0.26)],
        [1, alpha(skin.shade, 0.04)],
      ),
    ),
  ];
  // Light along the bridge.
  const bridge = shape(
    [at(-3.4, -14, 87), at(-3.2, -2, 88.5), at(-3, 12, 95), at(-3.6, 24, 102)],
    [at(1.2, 24, 103), at(0.9, 12, 96), at(1, -2, 89), at(1.6, -14, 87)],
  );
  nodes.push(
    fill(
      bridge,
      linear(
        at(0, -14, 87),
        at(0, 26, 102),
        [0, alpha(skin.light, 0)],
        [0.35, alpha(skin.light, 0.5)],
        [0.8, alpha(skin.light, 0.62)],
        [1, alpha(skin.light, 0.1)],
      ),
    ),
  );
  // The ball of the tip and the wings.
  nodes.push(
    softSpot(head.disc(1, 34 * l, 100, 13 * w, 10), palette.blush, 0.34),
    softSpot(head.disc(-2.4, 29.5 * l, 107, 7 * w, 6), skin.light, 0.85),
    softSpot(head.disc(-2.6, 28.5 * l, 108, 2.4, 2), [1, 0.96, 0.9, 1], 0.5),
    softSpot(head.disc(-12.6 * w * flare, 35 * l, 88, 4.6, 5), skin.light, 0.42),
  );
  // Underside: one plane in shadow from wing to wing.
  const under = shape(
    [
      at(-13.2 * flare, 40, 86),
      at(-9, 39.6, 93),
      at(-4.2, 41.2, 101),
      at(0, 42, 104),
      at(4.2, 41.2, 101),
      at(9, 39.6, 93),
      at(13.2 * flare, 40, 86),
    ],
    [
      at(13.2 * flare, 40, 86),
      at(10.4, 43.6, 88),
      at(4, 45, 92),
      at(0, 46.4, 93),
      at(-4, 45, 92),
      at(-10.4, 43.6, 88),
      at(-13.2 * flare, 40, 86),
    ],
  );
  nodes.push(
    fill(
      under,
      linear(at(-13, 42, 88), at(13, 42, 88), [0, alpha(skin.deep, 0.34)], [1, alpha(skin.deep, 0.62)]),
    ),
  );
  for (const s of [-1, 1] as const) {
    const nostril = shape(
      [at(3.4 * s, 42.8, 97), at(5.4 * s, 40.9, 96), at(8.6 * s, 40.7, 92), at(10.6 * s * flare, 42.2, 89)],
      [at(10.6 * s * flare, 42.2, 89), at(7.6 * s, 43.4, 92), at(3.4 * s, 42.8, 97)],
    );
    nodes.push(fillSolid(nostril, alpha(palette.skin.deep, 0.95)));
    // The wing's fold: tapered, from beside the nostril up round the wing.
    const fold = shape(
      [
        at(13.4 * s * flare, 41, 85),
        at(15.6 * s * flare, 37.4, 83),
        at(15 * s * flare, 31.5, 83),
        at(12.6 * s, 28.2, 85),
      ],
      [
        at(12.6 * s, 28.2, 85),
        at(14.2 * s * flare, 32, 84),
        at(14.4 * s * flare, 37, 84),
        at(13.4 * s * flare, 41, 85),
      ],
    );
    nodes.push(fillSolid(fold, alpha(skin.deep, s > 0 ? 0.5 : 0.42)));
  }
  return nodes;
}
