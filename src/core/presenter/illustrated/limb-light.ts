/** How light lies across a limb: the two ends of a gradient square to it, lit end first. */
import type { Point } from '../../draw/draw-list.ts';
import { lerp } from './geometry.ts';

/** Where the light comes from on the page: up and to the left. */
const LIGHT_X = -0.62;
const LIGHT_Y = -0.78;

export function acrossLimb(a: Point, b: Point, r: number): readonly [Point, Point] {
  let nx = -(b[1] - a[1]);
  let ny = b[0] - a[0];
  const l = Math.hypot(nx, ny);
  if (l < 1e-3) [nx, ny] = [LIGHT_X, LIGHT_Y];
  else [nx, ny] = [nx / l, ny / l];
  // Faces the light as far as it can; weighted, so that a limb in line with the light does not flip its shade.
  const facing = nx * LIGHT_X + ny * LIGHT_Y;
  const mx = lerp(nx * facing, LIGHT_X, 0.45);
  const my = lerp(ny * facing, LIGHT_Y, 0.45);
  const ml = Math.hypot(mx, my) || 1;
  const c: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return [
    [c[0] + (mx / ml) * r, c[1] + (my / ml) * r],
    [c[0] - (mx / ml) * r, c[1] - (my / ml) * r],
  ];
}
