/**
 * The nose is drawn by its planes, not by lines: a lit bridge, a side plane turned from the light, the ball of the tip,
 * the wings, and the shadow it throws. The planes hang on points with real depth, so a turn of the head opens one side
 * and closes the other.
 */
import type { Point, Rgba, VectorNode } from '../../draw/draw-list.ts';
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

  // A soft patch of a plane: its middle, half its length (towards b) and half its width (towards c).
  const patch = (m: Point, b: Point, c: Point, color: Rgba, strength: number): VectorNode =>
    softSpot([b[0] - m[0], b[1] - m[1], c[0] - m[0], c[1] - m[1], m[0], m[1]], color, strength);
  const side = (s: 1 | -1, color: Rgba, strength: number): VectorNode[] => [
    patch(at(6.2 * s, 12, 88), at(8.6 * s, 40, 92), at(12.8 * s, 11, 80), color, strength),
    patch(at(8.4 * s, -8, 82), at(8 * s, 10, 84), at(14.5 * s, -9, 78), color, strength * 0.62),
  ];
  const nodes: VectorNode[] = [
    // Thrown shadow, down and away from the light.
    patch(at(15, 41, 82), at(25, 45, 76), at(12, 49, 82), skin.deep, 0.3),
    ...side(-1, skin.shade, 0.34),
    ...side(1, skin.shade, 0.66),
    ...side(1, skin.deep, 0.1),
    // The drawn edge of the shaded side: crisp at the tip, lost towards the brow.
    fill(
      shape(
        [at(3.4, -10, 87), at(3.2, 6, 92), at(3.6, 18, 98), at(5.6, 28, 103), at(9, 33, 98)],
        [at(9, 33, 98), at(9.2, 26, 94), at(8, 14, 88), at(7, 0, 84), at(3.4, -10, 87)],
      ),
      linear(
        at(0, -10, 87),
        at(0, 30, 100),
        [0, alpha(skin.shade, 0)],
        [0.55, alpha(skin.shade, 0.16)],
        [1, alpha(skin.shade, 0.42)],
      ),
    ),
    // Light along the bridge.
    patch(at(-1.4, 6, 93), at(-1.8, 31, 106), at(2.4, 6, 93), skin.light, 0.72),
    patch(at(-1, -12, 87), at(-1.2, 4, 90), at(3.4, -12, 87), skin.light, 0.34),
  ];
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
