/**
 * Clothes of the trunk: a cream top, and over it a tailored jacket with notched lapels, open to a single button. All of
 * it hangs on points of the body, so that breath, sway and a shrug move the cloth.
 */
import type { Path, Point, Rgba, VectorNode } from '../../draw/draw-list.ts';
import type { Scene } from './context.ts';
import { hairAt } from './hair-guides.ts';
import { addRibbon, joinPaths, line, shape } from './geometry.ts';
import { PathBuilder } from '../../draw/path.ts';
import { lapel, type TrunkPoint } from './lapel.ts';
import { alpha, blend, fill, fillSolid, linear, pageSpot } from './paint.ts';
import { toPage } from './space.ts';

/** Points of the clothed trunk on the page; the shoulders ride with the shrug. */
function trunk(scene: Scene): TrunkPoint {
  const { body, pose, shape: own } = scene;
  return (x, y, z) => {
    const near = Math.min(1, Math.abs(x) / 170) ** 1.6 * Math.max(0, Math.min(1, 1 - (y - 30) / 200));
    const lift = 46 * near * (x > 0 ? pose.shoulderLeftUp : pose.shoulderRightUp);
    const r = Math.min(0.98, Math.abs(x) / 205);
    const depth = z ?? -30 + 110 * Math.sqrt(1 - r * r) * (1 - 0.25 * Math.max(0, -y / 60));
    return toPage(body.place([x * (1 + (own.shoulderWidth - 1) * near), y - lift, depth]));
  };
}

export function paintTrousers(scene: Scene): VectorNode[] {
  const at = trunk(scene);
  const t = scene.palette.trousers;
  return [
    fill(
      shape(
        [at(-150, 404), at(-170, 560), at(-164, 800), at(-154, 1100)],
        [at(154, 1100), at(164, 800), at(170, 560), at(150, 404)],
      ),
      linear(at(-180, 600), at(180, 600), [0, t.light], [0.3, t.base], [0.7, t.shade], [1, t.deep]),
    ),
    fillSolid(
      shape([at(-3, 640), at(3, 760), at(2, 1100)], [at(10, 1100), at(9, 760), at(-3, 640)]),
      alpha(t.deep, 0.8),
    ),
  ];
}

/** The back of the collar, seen behind the neck. */
export function paintCollarBack(scene: Scene): VectorNode[] {
  const at = trunk(scene);
  const c = scene.palette.jacket;
  return [
    fill(
      shape(
        [at(-58, -68, -34), at(-30, -80, -50), at(0, -84, -54), at(30, -80, -50), at(58, -68, -34)],
        [at(58, -68, -34), at(84, -20, 0), at(-84, -20, 0), at(-58, -68, -34)],
      ),
      linear(at(-60, -60, -34), at(60, -60, -34), [0, c.shade], [1, c.deep]),
    ),
  ];
}

export function paintTop(scene: Scene): VectorNode[] {
  const at = trunk(scene);
  const tone = scene.palette.top;
  const neckline = [
    [-84, 6],
    [-70, 24],
    [-48, 45],
    [-18, 58],
    [14, 59],
    [46, 47],
    [70, 26],
    [84, 8],
  ].map(([x, y]) => at(x as number, y as number));
  const outline = shape(neckline, [
    at(120, 40),
    at(130, 250),
    at(120, 440),
    at(-120, 440),
    at(-130, 250),
    at(-120, 40),
    at(-92, -40),
  ]);
  const hem = [
    [-82, 12],
    [-68, 30],
    [-47, 50],
    [-18, 63],
    [14, 64],
    [45, 52],
    [68, 32],
    [82, 14],
  ].map(([x, y]) => at(x as number, y as number));
  const folds = new PathBuilder();
  for (const [x0, y0, x1, y1, x2, y2, w] of [
    [-30, 120, -14, 210, -18, 330, 3.4],
    [26, 110, 12, 200, 16, 320, 4],
    [-4, 170, 2, 250, -2, 340, 2.4],
    [44, 78, 34, 120, 30, 170, 3],
    [-46, 84, -36, 124, -34, 170, 2.4],
  ] as const) {
    addRibbon(folds, [at(x0, y0), at(x1, y1), at(x2, y2)], (t) => w * Math.sin(Math.PI * t));
  }
  return [
    fill(outline, linear(at(-80, 40), at(80, 240), [0, tone.light], [0.45, tone.base], [1, tone.shade])),
    pageSpot(at(-28, 118), 50, 56, 0.1, tone.light, 0.8),
    pageSpot(at(36, 150), 46, 70, 0, tone.shade, 0.5),
    fillSolid(folds.build(), alpha(tone.deep, 0.22)),
    {
      kind: 'path',
      path: line(hem),
      stroke: {
        paint: { kind: 'solid', color: alpha(tone.deep, 0.35) },
        width: 1.1,
        cap: 'round',
        join: 'round',
      },
    },
    {
      kind: 'path',
      path: line(hem.map((p): Point => [p[0], p[1] + 3])),
      stroke: {
        paint: { kind: 'solid', color: alpha(tone.light, 0.7) },
        width: 1.2,
        cap: 'round',
        join: 'round',
      },
    },
    // Shade of the neckline's edge on the skin above it.
    {
      kind: 'path',
      path: line(neckline.map((p): Point => [p[0], p[1] - 0.6])),
      stroke: {
        paint: { kind: 'solid', color: alpha(scene.palette.skin.deep, 0.3) },
        width: 1.6,
        cap: 'round',
        join: 'round',
      },
    },
  ];
}

/** One half of the jacket's body: neck, shoulder, side, hem, and back up its open edge. */
/** The jacket's colour where the sleeve begins. */
export function shoulderTone(scene: Scene, side: 1 | -1): Rgba {
  const c = scene.palette.jacket;
  return side < 0 ? blend(c.base, c.light, 0.62) : blend(c.base, c.shade, 0.16);
}

function half(at: TrunkPoint, s: 1 | -1): Point[][] {
  return [
    [
      at(66 * s, -62, -20),
      at(96 * s, -43, -10),
      at(130 * s, -31),
      at(152 * s, -23),
      at(171 * s, -13, -8),
      at(189 * s, 4, -8),
      at(199 * s, 32, -8),
    ],
    [
      at(199 * s, 32, -8),
      at(182 * s, 70),
      at(166 * s, 130),
      at(150 * s, 220),
      at(142 * s, 300),
      at(154 * s, 400),
      at(172 * s, 500),
      at(180 * s, 590),
    ],
    [at(180 * s, 590), at(90 * s, 604), at(52 * s, 592)],
    [
      at(52 * s, 592),
      at(22 * s, 470),
      at(-6 * s, 352),
      at(14 * s, 250),
      at(46 * s, 120),
      at(66 * s, 20),
      at(70 * s, -30),
      at(66 * s, -62, -20),
    ],
  ];
}

/** All of the cloth that a hand can throw its shade on. */
export function trunkOutline(scene: Scene): Path {
  const at = trunk(scene);
  return joinPaths(shape(...half(at, 1)), shape(...half(at, -1)), shape([at(-60, 0), at(60, 0), at(0, 360)]));
}

export function paintJacket(scene: Scene): VectorNode[] {
  const at = trunk(scene);
  const c = scene.palette.jacket;
  const nodes: VectorNode[] = [];
  // The right side of the picture is worn over: left half first.
  for (const s of [1, -1] as const) {
    const outline = shape(...half(at, s));
    const lit = s < 0;
    const body = fill(
      outline,
      lit
        ? linear(
            at(-170, -20),
            at(10, 330),
            [0, blend(c.base, c.light, 0.75)],
            [0.35, c.base],
            [1, blend(c.base, c.shade, 0.5)],
          )
        : linear(
            at(30, -20),
            at(180, 260),
            [0, c.base],
            [0.5, blend(c.base, c.shade, 0.55)],
            [1, blend(c.shade, c.deep, 0.35)],
          ),
    );
    nodes.push(castOnTop(scene, at, s), body, ...bodyFolds(scene, at, s));
  }
  nodes.push(...lapel(scene, at, 1), ...lapel(scene, at, -1));
  const button = at(-5, 352);
  nodes.push(
    pageSpot([button[0] + 2, button[1] + 3], 10, 10, 0, c.deep, 0.7),
    fill(
      shape([
        [button[0] - 6.5, button[1]],
        [button[0], button[1] - 6.5],
        [button[0] + 6.5, button[1]],
        [button[0], button[1] + 6.5],
        [button[0] - 6.5, button[1]],
      ]),
      linear(
        [button[0] - 6, button[1] - 6],
        [button[0] + 6, button[1] + 6],
        [0, c.light],
        [0.4, c.shade],
        [1, c.deep],
      ),
    ),
  );
  return nodes;
}

/** The shade of the hair on the shoulders: it follows the tips sideways and stays on the cloth. */
export function shadeUnderHair(scene: Scene): VectorNode[] {
  const at = trunk(scene);
  return ([-1, 1] as const).map((s) => {
    const tip = hairAt(scene, [88 * s, 138, -6]);
    const near = Math.max(0, 1 - Math.abs(tip[1] - at(84 * s, -48)[1]) / 60);
    return pageSpot([tip[0] + 3, tip[1] + 5], 44, 15, 0.3 * s, scene.palette.jacket.deep, 0.6 * near);
  });
}

// Where the jacket's opening runs on the right of the picture; mirrored for the left.
const NAPE = [49, -125] as const; // behind the jaw
const NOTCH = [67, 22] as const;
const BUTTON = [-4, 350] as const;

/**
 * The jacket's edge throws a soft shade on skin and top: wide where the lit side's lapel stands between them and the
 * light, and no more than the dark of the crease on the side that faces it. The edge is two straight runs, so that
 * one gradient across each melts evenly; cut level at the notch, the two agree where they meet.
 */
function edgeShade(
  scene: Scene,
  at: TrunkPoint,
  s: 1 | -1,
  end: readonly [number, number],
  past: number,
  tip: number,
): VectorNode {
  const width = s < 0 ? 20 : 9;
  const strength = s < 0 ? 0.46 : 0.32;
  const deep = scene.palette.skin.deep;
  const reach = Math.hypot(end[0] - NOTCH[0], end[1] - NOTCH[1]);
  // Square to the run, towards the middle of the body.
  const across = Math.abs(end[1] - NOTCH[1]) / reach;
  const along = ((end[0] - NOTCH[0]) / reach) * Math.sign(end[1] - NOTCH[1]);
  return fill(
    shape(
      [at((NOTCH[0] + 8) * s, NOTCH[1]), at((end[0] + past) * s, end[1])],
      [at((end[0] - width * tip) * s, end[1]), at((NOTCH[0] - width * 1.1) * s, NOTCH[1])],
      [at((NOTCH[0] - width * 1.1) * s, NOTCH[1]), at((NOTCH[0] + 8) * s, NOTCH[1])],
    ),
    linear(
      at(NOTCH[0] * s, NOTCH[1]),
      at((NOTCH[0] - across * width) * s, NOTCH[1] + along * width),
      [0, alpha(deep, strength)],
      [0.3, alpha(deep, strength * 0.62)],
      [0.65, alpha(deep, strength * 0.2)],
      [1, alpha(deep, 0)],
    ),
  );
}
const castOnTop = (scene: Scene, at: TrunkPoint, s: 1 | -1): VectorNode =>
  edgeShade(scene, at, s, BUTTON, 8, 0.2);
/** The collar's part of that shade; the neck keeps it within itself. */
export function shadeUnderCollar(scene: Scene): VectorNode[] {
  const at = trunk(scene);
  return ([1, -1] as const).map((s) => edgeShade(scene, at, s, NAPE, 8, 1.1));
}

function bodyFolds(scene: Scene, at: TrunkPoint, s: 1 | -1): VectorNode[] {
  const c = scene.palette.jacket;
  const dark = new PathBuilder();
  const light = new PathBuilder();
  // Pull from the button to the side, drape under the arm, the waist's break.
  for (const [points, w] of [
    [
      [
        [6, 350],
        [60, 318],
        [120, 296],
      ],
      5,
    ],
    [
      [
        [10, 362],
        [64, 352],
        [128, 350],
      ],
      4,
    ],
    [
      [
        [150, 120],
        [128, 170],
        [118, 240],
      ],
      7,
    ],
    [
      [
        [158, 150],
        [142, 200],
        [136, 270],
      ],
      5,
    ],
    [
      [
        [100, 420],
        [92, 480],
        [100, 580],
      ],
      5,
    ],
  ] as const) {
    addRibbon(
      dark,
      points.map(([x, y]) => at(x * s, y)),
      (t) => w * Math.sin(Math.PI * (0.08 + 0.9 * t)),
    );
    addRibbon(
      light,
      points.map(([x, y]) => at(x * s - 6, y - 5)),
      (t) => w * 0.7 * Math.sin(Math.PI * (0.08 + 0.9 * t)),
    );
  }
  return [
    pageSpot(at(104 * s, 84), 66, 86, 0, s < 0 ? c.light : c.base, s < 0 ? 0.34 : 0.5),
    pageSpot(at(116 * s, 190), 32, 120, 0, c.deep, s < 0 ? 0.45 : 0.65),
    fillSolid(light.build(), alpha(c.light, s < 0 ? 0.24 : 0.14)),
    fillSolid(dark.build(), alpha(c.deep, 0.34)),
    // Pocket welt.
    fillSolid(
      shape([at(70 * s, 430), at(126 * s, 420), at(127 * s, 430), at(71 * s, 441), at(70 * s, 430)]),
      alpha(c.deep, 0.4),
    ),
  ];
}
