/** Colours and paints: soft spots, gradients, alpha. Light falls from the viewer's upper left everywhere. */
import type { Affine, GradientStop, Paint, Path, Point, Rgba, VectorNode } from '../../draw/draw-list.ts';
import { lerp, lerpPoint, mappedCircle, shape } from './geometry.ts';

/** `#rrggbb` as sRGB 0…1; anything else gives null. */
export function parseHex(hex: string): Rgba | null {
  const m = /^#([0-9a-f]{6})$/i.exec(hex.trim());
  if (!m) return null;
  const n = Number.parseInt(m[1] as string, 16);
  return [((n >> 16) & 255) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255, 1];
}
export function hex(value: string): Rgba {
  const color = parseHex(value);
  if (!color) throw new RangeError(`Not a colour: ${value}`);
  return color;
}
export const alpha = (c: Rgba, a: number): Rgba => [c[0], c[1], c[2], a];
export const blend = (a: Rgba, b: Rgba, t: number): Rgba => [
  lerp(a[0], b[0], t),
  lerp(a[1], b[1], t),
  lerp(a[2], b[2], t),
  lerp(a[3], b[3], t),
];

export const solid = (color: Rgba): Paint => ({ kind: 'solid', color });
export function linear(from: Point, to: Point, ...stops: readonly (readonly [number, Rgba])[]): Paint {
  return { kind: 'linear', from, to, stops: stops.map(([at, color]): GradientStop => ({ at, color })) };
}
export function radial(center: Point, radius: number, ...stops: readonly (readonly [number, Rgba])[]): Paint {
  return { kind: 'radial', center, radius, stops: stops.map(([at, color]): GradientStop => ({ at, color })) };
}

export const fill = (path: Path, paint: Paint): VectorNode => ({ kind: 'path', path, fill: paint });
export const fillSolid = (path: Path, color: Rgba): VectorNode => fill(path, solid(color));
export const stroke = (path: Path, color: Rgba, width: number): VectorNode => ({
  kind: 'path',
  path,
  stroke: { paint: solid(color), width, cap: 'round', join: 'round' },
});
export const clipped = (clip: Path, children: readonly VectorNode[]): VectorNode => ({
  kind: 'group',
  clip,
  children,
});

/** A soft-edged spot: the unit disc under `m`, fading to nothing at its rim like a blurred ellipse. */
export function softSpot(m: Affine, color: Rgba, strength: number): VectorNode {
  return {
    kind: 'path',
    path: mappedCircle(m),
    fill: {
      kind: 'radial',
      center: [0, 0],
      radius: 1,
      transform: m,
      stops: [
        { at: 0, color: alpha(color, strength) },
        { at: 0.3, color: alpha(color, strength * 0.84) },
        { at: 0.6, color: alpha(color, strength * 0.38) },
        { at: 0.82, color: alpha(color, strength * 0.1) },
        { at: 1, color: alpha(color, 0) },
      ],
    },
  };
}
/** A soft spot on the page: centre, radii, turn in radians. */
export function pageSpot(
  center: Point,
  rx: number,
  ry: number,
  angle: number,
  color: Rgba,
  strength: number,
): VectorNode {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return softSpot([rx * c, rx * s, -ry * s, ry * c, center[0], center[1]], color, strength);
}
/** A spot that is full over most of its radius and fades only at the rim: lays one tone over a joint. */
export function plateau(center: Point, r: number, color: Rgba): VectorNode {
  return {
    kind: 'path',
    path: mappedCircle([r, 0, 0, r, center[0], center[1]]),
    fill: radial(center, r, [0, color], [0.66, color], [0.84, alpha(color, 0.5)], [1, alpha(color, 0)]),
  };
}

/**
 * A tone that is full along `edge` and melts away towards `far`: thin coats, each reaching a little farther and farther
 * still, so that its end cannot be seen. Where the two runs meet, it comes to a point.
 */
export function feather(
  edge: readonly Point[],
  far: readonly Point[],
  color: Rgba,
  strength: number,
  coats = 14,
): VectorNode[] {
  const coat = alpha(color, 1 - (1 - strength) ** (1 / coats));
  return Array.from({ length: coats }, (_, k) => {
    const reach = ((k + 1) / coats) ** 1.35;
    const rim = edge.map((p, i) => lerpPoint(p, far[i] as Point, reach));
    return fillSolid(shape(edge, rim.reverse()), coat);
  });
}
