/** A jacket's collar and lapel: two leaves folded over the chest with a notch between, each throwing its thin shadow. */
import type { Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import type { Scene } from './context.ts';
import { addRibbon, shape } from './geometry.ts';
import { alpha, blend, fill, fillSolid, linear } from './paint.ts';

/** A place of the clothed trunk, on the page. */
export type TrunkPoint = (x: number, y: number, z?: number) => Point;

export function lapel(scene: Scene, at: TrunkPoint, s: 1 | -1): VectorNode[] {
  const c = scene.palette.jacket;
  const lit = s < 0;
  const breakY = 346;
  const leaf: Point[][] = [
    [at(76 * s, 18, 64), at(92 * s, 30, 70), at(126 * s, 34, 68)],
    [at(126 * s, 34, 68), at(112 * s, 110, 84), at(74 * s, 220, 94), at(-2 * s, breakY, 92)],
    [
      at(-2 * s, breakY, 92),
      at(22 * s, 250, 88),
      at(50 * s, 122, 82),
      at(70 * s, 24, 66),
      at(76 * s, 18, 64),
    ],
  ];
  const collar: Point[][] = [
    [at(54 * s, -70, -34), at(78 * s, -62, -24), at(101 * s, -28, 30), at(118 * s, 12, 64)],
    [at(118 * s, 12, 64), at(100 * s, 20, 68), at(76 * s, 20, 66)],
    [at(76 * s, 20, 66), at(66 * s, -4, 52), at(60 * s, -40, 14), at(54 * s, -70, -34)],
  ];
  const shadow = (runs: Point[][], dx: number, dy: number): VectorNode =>
    fillSolid(shape(...runs.map((run) => run.map((p): Point => [p[0] + dx, p[1] + dy]))), alpha(c.deep, 0.5));
  const tone = lit
    ? linear(
        at(-130, 30),
        at(0, 330),
        [0, blend(c.base, c.light, 0.95)],
        [0.4, blend(c.base, c.light, 0.4)],
        [1, c.base],
      )
    : linear(at(60, 20), at(120, 220), [0, blend(c.base, c.light, 0.28)], [0.5, c.base], [1, c.shade]);
  const collarTone = lit
    ? linear(at(-110, -50), at(-70, 20), [0, blend(c.base, c.light, 0.8)], [1, c.base])
    : linear(at(66, -50), at(112, 20), [0, c.shade], [0.5, c.base], [1, c.shade]);
  const roll = [at(74 * s, 22, 66), at(52 * s, 122, 82), at(24 * s, 250, 88), at(0, breakY, 92)];
  const edge = [at(125 * s, 37, 69), at(111 * s, 111, 85), at(73 * s, 220, 95), at(0, breakY - 4, 92)];
  const soft = (points: readonly Point[], width: number, color: typeof c.base): VectorNode => {
    const builder = new PathBuilder();
    addRibbon(builder, points, (t) => width * Math.sin(Math.PI * (0.1 + 0.85 * t)));
    return fillSolid(builder.build(), color);
  };
  return [
    shadow(leaf, lit ? 5 : 3.5, 6),
    fill(shape(...leaf), tone),
    soft(roll, 3.4, alpha(c.deep, 0.4)),
    soft(edge, 0.9, alpha(c.light, lit ? 0.8 : 0.45)),
    shadow(collar, lit ? -3 : 2, 5),
    fill(shape(...collar), collarTone),
    soft(
      [at(60 * s, -66, -24), at(84 * s, -46, 0), at(104 * s, -18, 36), at(117 * s, 11, 64)],
      0.9,
      alpha(c.light, lit ? 0.8 : 0.4),
    ),
  ];
}
