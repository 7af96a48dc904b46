/**
 * The eyes. Lids are skin over a ball: one curve for each lid, and the same curve is the edge of the white, the root
 * of the lashes and the rim of the lid, so nothing can come apart. A blink carries the upper curve down to the lower.
 * Lids follow the gaze (Porter, Guitton: the upper lid keeps its place over the iris).
 */
import type { Path, Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import type { Scene } from './context.ts';
import { addRibbon, clamp, lerp, mappedCircle, ribbon, shape, smoothstep } from './geometry.ts';
import { alpha, clipped, fill, fillSolid, linear, softSpot } from './paint.ts';

const EYE_X = 32;
const HALF_WIDTH = 17.8;
const IRIS_R = 8.3;
const BALL_R = 16;
/** Samples along a lid from the inner corner (−1) to the outer (+1). */
const U = [-1, -0.82, -0.55, -0.25, 0.05, 0.35, 0.63, 0.85, 1] as const;

export interface EyeShape {
  /** Lid edges on the page, inner corner first. */
  readonly upper: readonly Point[];
  readonly lower: readonly Point[];
  readonly opening: Path;
  /** Height of the opening over the eye's middle, millimetres; 0 when shut. */
  readonly gapMm: number;
}

interface EyePose {
  readonly blink: number;
  readonly squint: number;
  readonly wide: number;
  readonly lookX: number; // radians, + viewer's right
  readonly lookY: number; // radians, + down
}

/** Of two channels that may say the same thing, the stronger. */
const stronger = (a: number, b: number): number => (Math.abs(a) > Math.abs(b) ? a : b);

function eyePose(scene: Scene, side: 1 | -1): EyePose {
  const p = scene.pose;
  const left = side > 0; // the presenter's left eye is at the viewer's right
  const arkitX = left ? p.eyeLookOutLeft - p.eyeLookInLeft : p.eyeLookInRight - p.eyeLookOutRight;
  const arkitY = left ? p.eyeLookDownLeft - p.eyeLookUpLeft : p.eyeLookDownRight - p.eyeLookUpRight;
  return {
    blink: clamp(left ? p.eyeBlinkLeft : p.eyeBlinkRight),
    squint: clamp(
      Math.max(
        left ? p.eyeSquintLeft : p.eyeSquintRight,
        0.75 * (left ? p.cheekSquintLeft : p.cheekSquintRight),
      ),
    ),
    wide: clamp(left ? p.eyeWideLeft : p.eyeWideRight),
    lookX: clamp(stronger(p.gazeYaw, arkitX * 0.6), -0.6, 0.6),
    lookY: clamp(stronger(p.gazePitch, arkitY * 0.6), -0.45, 0.5),
  };
}

/** Millimetre geometry of one eye: lids as functions of u, in head space with the eye's own x mirrored. */
function lids(scene: Scene, side: 1 | -1, e: EyePose) {
  const size = scene.shape.eyeSize;
  const w = HALF_WIDTH * size;
  const x = (u: number): number => side * (EYE_X + u * w);
  const tilt = (u: number): number => 1.6 - 2.5 * u; // the outer corner sits higher
  const bow = (u: number, peak: number, power: number): number => {
    const v = u < peak ? (u - peak) / (1 + peak) : (u - peak) / (1 - peak);
    return Math.max(0, 1 - Math.abs(v) ** power);
  };
  const lookDown = Math.max(0, e.lookY);
  const lookUp = Math.max(0, -e.lookY);
  const openUp = (8.9 + 2.6 * e.wide - 2.4 * e.squint - 9 * lookDown + 6 * lookUp) * size;
  const openLow = (5.2 - 3 * e.squint - 0.4 * e.wide + 2.5 * lookDown - 1.5 * lookUp) * size;
  const shut = e.blink * e.blink * (3 - 2 * e.blink);
  const lowerOpen = (u: number): number => tilt(u) + openLow * bow(u, 0.22, 2.2);
  const lowerShut = (u: number): number => tilt(u) + (openLow * 0.35 + 2.2) * bow(u, 0.1, 2);
  const lowerY = (u: number): number => lerp(lowerOpen(u), lowerShut(u), shut);
  const upperOpen = (u: number): number =>
    Math.min(tilt(u) - Math.max(0.5, openUp) * bow(u, -0.12, 2.5), lowerOpen(u));
  const upperY = (u: number): number => lerp(upperOpen(u), lowerShut(u), shut);
  /** Depth: on the ball, and the corners run back round it. */
  const z = (u: number): number => {
    const cx = side * EYE_X;
    return scene.face.z(cx, -2) - 3.5 - 7.5 * u * Math.max(0, u) - 1.2 * u * u;
  };
  return { x, upperY, lowerY, z, shut, openUp, size, w };
}

export function eyeShape(scene: Scene, side: 1 | -1): EyeShape {
  const e = eyePose(scene, side);
  const g = lids(scene, side, e);
  const { head } = scene;
  const upper = U.map((u) => head.at(g.x(u), g.upperY(u), g.z(u)));
  const lower = U.map((u) => head.at(g.x(u), g.lowerY(u), g.z(u)));
  return {
    upper,
    lower,
    opening: shape(upper, [...lower].reverse()),
    gapMm: Math.max(0, g.lowerY(0) - g.upperY(0)),
  };
}

export function paintEye(scene: Scene, side: 1 | -1): VectorNode[] {
  const { head, palette } = scene;
  const e = eyePose(scene, side);
  const g = lids(scene, side, e);
  const eye = eyeShape(scene, side);
  const nodes: VectorNode[] = [];
  const page = (u: number, dy: number, lift = 0): Point => head.at(g.x(u), g.upperY(u) + dy, g.z(u) + lift);

  // The lid: skin between crease and lashes, a fold when open, a dome when shut.
  const creaseY = (u: number): number => {
    const open =
      1.6 - 2.2 * u - (14.2 + 1.4 * e.wide) * Math.max(0, 1 - Math.abs((u + 0.02) / 1.12) ** 2.3) * g.size;
    const onLid = g.upperY(u) - 1.2;
    return Math.min(open + 2.2 * g.shut + 1.2 * e.squint, onLid);
  };
  const crease = U.map((u) => head.at(g.x(u * 1.03), creaseY(u), g.z(u) + 1));
  const lidTop = head.at(g.x(0), creaseY(0), g.z(0));
  const lidEdge = head.at(g.x(0), g.upperY(0), g.z(0));
  nodes.push(
    fill(
      shape(crease, [...eye.upper].reverse()),
      linear(
        lidTop,
        lidEdge,
        [0, alpha(palette.skin.deep, 0.55)],
        [0.35, alpha(palette.skin.shade, 0.5)],
        [0.7, alpha(palette.skin.light, side < 0 ? 0.5 : 0.3)],
        [1, alpha(palette.skin.shade, 0.7)],
      ),
    ),
  );
  nodes.push(
    fillSolid(
      ribbon(crease, (t) => 0.25 + 0.75 * Math.sin(Math.PI * clamp(t * 0.92 + 0.06)) ** 1.2),
      alpha(palette.skin.deep, 0.75),
    ),
  );

  if (eye.gapMm > 0.15) nodes.push(...paintBall(scene, side, e, eye.opening, g.z(0)));

  // The lower rim: wet line of light, then the soft edge of the lid.
  nodes.push(
    fillSolid(
      ribbon(eye.lower, (t) => 0.2 + 0.55 * Math.sin(Math.PI * t)),
      alpha(palette.skin.deep, 0.55),
    ),
  );
  const bag = U.slice(1).map((u) => head.at(g.x(u), g.lowerY(u) + 3.6 - 1.5 * e.squint, g.z(u) + 1));
  nodes.push(
    fillSolid(
      ribbon(bag, (t) => 0.15 + 0.6 * Math.sin(Math.PI * t)),
      alpha(palette.skin.deep, 0.09 + 0.25 * e.squint),
    ),
  );

  nodes.push(...paintLashes(scene, side, g, page));
  return nodes;
}

function paintBall(scene: Scene, side: 1 | -1, e: EyePose, opening: Path, z: number): VectorNode[] {
  const { head, palette } = scene;
  const cx = side * EYE_X;
  const white = palette.sclera;
  const inside: VectorNode[] = [];
  inside.push(
    fill(
      opening,
      linear(
        head.at(cx - 18, -8, z),
        head.at(cx + 18, 6, z),
        [0, white.base],
        [0.4, white.light],
        [0.75, white.base],
        [1, white.shade],
      ),
    ),
  );
  // Pink corner towards the nose.
  inside.push(softSpot(head.disc(side * (EYE_X - 16.5), 1.8, z, 4.5, 3.6), palette.blush, 0.75));
  const ix = cx + BALL_R * Math.sin(e.lookX);
  const iy = -1.6 + BALL_R * Math.sin(e.lookY) * 0.9;
  const r = IRIS_R * scene.shape.eyeSize;
  const disc = head.disc(ix, iy, z + 1, r * Math.cos(e.lookX), r * Math.cos(e.lookY));
  const iris = palette.iris;
  inside.push(softSpot(head.disc(ix, iy, z + 1, r * 1.18, r * 1.18), iris.deep, 0.5));
  inside.push({
    kind: 'path',
    path: mappedCircle(disc),
    fill: {
      kind: 'radial',
      center: [0, 0],
      radius: 1,
      transform: disc,
      stops: [
        { at: 0, color: iris.shade },
        { at: 0.42, color: iris.shade },
        { at: 0.62, color: iris.base },
        { at: 0.82, color: iris.base },
        { at: 0.93, color: iris.deep },
        { at: 1, color: palette.ink },
      ],
    },
  });
  // Light pools in the iris opposite the window it comes from.
  inside.push(
    softSpot(head.disc(ix + r * 0.25, iy + r * 0.48, z + 1.2, r * 0.62, r * 0.42), iris.light, 0.85),
  );
  inside.push(fillSolid(mappedCircle(head.disc(ix, iy, z + 1.2, r * 0.43, r * 0.43)), palette.ink));
  // Shadow of lid and lashes on the ball.
  const top = head.at(cx, -12, z);
  const under = head.at(cx, 2, z);
  inside.push(
    fill(
      opening,
      linear(
        top,
        under,
        [0, alpha(palette.ink, 0.62)],
        [0.35, alpha(palette.ink, 0.4)],
        [1, alpha(palette.ink, 0)],
      ),
    ),
  );
  inside.push(
    fillSolid(
      mappedCircle(head.disc(ix - r * 0.34, iy - r * 0.42, z + 1.6, 2.1, 2.3)),
      [1, 0.99, 0.96, 0.95],
    ),
    fillSolid(mappedCircle(head.disc(ix + r * 0.42, iy + r * 0.4, z + 1.6, 0.9, 0.9)), [1, 0.97, 0.92, 0.5]),
  );
  return [clipped(opening, inside)];
}

/** One tapered dark band along the upper lid with a few lashes at the outer end, and a hint of lower lashes. */
function paintLashes(
  scene: Scene,
  side: 1 | -1,
  g: ReturnType<typeof lids>,
  page: (u: number, dy: number, lift?: number) => Point,
): VectorNode[] {
  const { head, palette } = scene;
  const under = U.map((u) => page(u, 0.35));
  const wing = head.at(g.x(1.16), g.upperY(1) - 1.5 + 2.6 * g.shut, g.z(1) - 1);
  const over = U.map((u) =>
    page(u, -(0.35 + 1.75 * smoothstep(-1.05, 0.55, u) * (1 - 0.55 * smoothstep(0.75, 1, u)))),
  );
  const builder = new PathBuilder();
  const band = shape([...under, wing], [wing, ...over.reverse()]);
  // Lashes: roots along the outer half, swept outwards; they turn down as the lid comes down.
  for (const [u, out, up] of [
    [0.42, 1.6, 3],
    [0.6, 2.4, 3.3],
    [0.76, 3.2, 3.3],
    [0.9, 4, 2.9],
  ] as const) {
    const root = page(u, -0.6);
    const dy = lerp(-up, up * 0.55, g.shut);
    const mid = head.at(g.x(u) + side * out * 0.35, g.upperY(u) + dy * 0.45, g.z(u) + 2);
    const tip = head.at(g.x(u) + side * out, g.upperY(u) + dy, g.z(u) + 2);
    addRibbon(builder, [root, mid, tip], (t) => 0.5 * (1 - t) + 0.03);
  }
  for (const u of [0.52, 0.76]) {
    const root = head.at(g.x(u), g.lowerY(u) + 0.2, g.z(u));
    const tip = head.at(g.x(u) + side * 1.3, g.lowerY(u) + 2.3, g.z(u) + 1);
    addRibbon(builder, [root, tip], (t) => 0.16 * (1 - t) + 0.02);
  }
  return [fillSolid(band, palette.ink), fillSolid(builder.build(), alpha(palette.ink, 0.85))];
}
