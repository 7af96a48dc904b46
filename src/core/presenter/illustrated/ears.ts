/** The ear that hair leaves free, with its earring; it sits on the side of the skull, so it shows more as it nears. */
import type { Point, VectorNode } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { ribbon, ring, smoothstep } from './geometry.ts';
import { alpha, fill, fillSolid, linear, softSpot } from './paint.ts';

export function paintEar(scene: Scene, side: 1 | -1): VectorNode[] {
  // 0 while the face hides its root, 1 once the head has turned enough to show where it grows from the cheek.
  const near = smoothstep(0, 0.12, -side * scene.head.yaw);
  const { head, palette, shape: own } = scene;
  const skin = palette.skin;
  const base = 66.5 * own.faceWidth;
  // `out` stands off the skull and back from the face; depth makes turns open or close the ear.
  const at = (out: number, y: number): Point => {
    const o = out < 3 ? out + 4 * (1 - near) * Math.min(1, (3 - out) / 4) : out;
    return head.at(side * (base + o * 0.8), y, 2 - o * 0.95);
  };
  const rim = [
    at(-3, -4),
    at(3, -12.5),
    at(10, -13),
    at(14.5, -5),
    at(13.4, 7),
    at(9.5, 18),
    at(6.6, 27),
    at(2, 33.5),
    at(-2.5, 31),
    at(-4, 18),
  ];
  const nodes: VectorNode[] = [
    fill(
      ring(rim),
      linear(
        at(12, -12),
        at(-2, 30),
        [0, side < 0 ? skin.light : skin.base],
        [0.5, skin.base],
        [1, skin.shade],
      ),
    ),
    // The bowl, darkest where it goes in, and the ridge inside the rim.
    fill(
      ring([at(3, -6), at(8, -8.5), at(11, -3), at(9.6, 7), at(5.6, 15.5), at(1.6, 18), at(0.4, 8)]),
      linear(at(11, -8), at(1, 14), [0, alpha(skin.deep, 0.2)], [1, alpha(skin.deep, 0.55)]),
    ),
    fillSolid(ring([at(3.6, 1), at(6.8, 0.5), at(6.2, 7.5), at(3, 14), at(1.6, 9)]), alpha(skin.deep, 0.42)),
    fillSolid(
      ribbon(
        [at(3, -10.6), at(9.6, -10.6), at(12.6, -4), at(11.6, 7), at(8, 17)],
        (t) => 0.7 * Math.sin(Math.PI * t),
      ),
      alpha(skin.light, side < 0 ? 0.7 : 0.3),
    ),
    softSpot(head.disc(side * (base + 3.2), 26, 0, 4.4, 5), palette.blush, 0.4),
  ];
  return nodes;
}

/** A small hoop under the lobe; it keeps hanging straight down while the head moves. */
export function paintEarring(scene: Scene, side: 1 | -1): VectorNode[] {
  const { head, palette, shape: own, swing } = scene;
  if (own.earrings < 0.5) return [];
  const lobe = head.at(side * (66.5 * own.faceWidth + 1.2), 31, 0);
  const metal = palette.metal;
  const r = 7.5;
  const tilt = swing.earringX / 40;
  const cx = lobe[0] + Math.sin(tilt) * (r + 2);
  const cy = lobe[1] + Math.cos(tilt) * (r + 2);
  const narrow = 0.62 + 0.3 * Math.abs(Math.sin(head.yaw));
  const circle = (k: number, dx = 0): Point[] =>
    Array.from({ length: 10 }, (_, i): Point => {
      const a = (i / 10) * Math.PI * 2;
      return [cx + dx + Math.cos(a) * r * k * narrow, cy + Math.sin(a) * r * k];
    });
  const outer = ring(circle(1));
  const hole = ring(circle(0.72, 0.3));
  return [
    {
      kind: 'path',
      path: { verbs: [...outer.verbs, ...hole.verbs], coords: [...outer.coords, ...hole.coords] },
      evenOdd: true,
      fill: linear(
        [cx - r, cy - r],
        [cx + r, cy + r],
        [0, metal.light],
        [0.35, metal.base],
        [0.7, metal.shade],
        [1, metal.base],
      ),
    },
    fillSolid(
      ring([
        [lobe[0] - 1.7, lobe[1]],
        [lobe[0], lobe[1] - 1.7],
        [lobe[0] + 1.7, lobe[1]],
        [lobe[0], lobe[1] + 1.7],
      ]),
      metal.base,
    ),
  ];
}
