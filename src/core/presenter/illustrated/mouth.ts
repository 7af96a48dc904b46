/** Paints the mouth: the dark behind the lips with teeth and tongue in it, then the two lips as lit volumes. */
import type { Path, Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import { faceSpot, type Scene } from './context.ts';
import { addRibbon, addShape, clamp, lerp, lerpPoint, ribbon, shape, smoothstep } from './geometry.ts';
import { MOUTH_Y, mouthShape, type MouthShape } from './mouth-shape.ts';
import { alpha, blend, clipped, fill, fillSolid, linear, softSpot } from './paint.ts';

/** The drawn opening between the lips, or null when they touch. */
export function mouthOpening(m: MouthShape): Path | null {
  return m.gapMm <= 0 ? null : shape(m.innerUpper, [...m.innerLower].reverse());
}

export function paintMouth(scene: Scene): VectorNode[] {
  const m = mouthShape(scene);
  const opening = mouthOpening(m);
  const nodes: VectorNode[] = [];
  // Soft ground under the lips, so that their edge is skin turning red, not a sticker.
  nodes.push(
    faceSpot(
      scene,
      m.centerX,
      (m.upperLipY + m.lowerLipY) / 2,
      m.halfWidth * 1.25,
      15 + m.gapMm * 0.5,
      scene.palette.blush,
      0.22,
    ),
  );
  if (opening) nodes.push(clipped(opening, paintInside(scene, m, opening)));
  nodes.push(...paintLips(scene, m), ...paintTongueOut(scene, m));
  return nodes;
}

function paintInside(scene: Scene, m: MouthShape, opening: Path): VectorNode[] {
  const { pose: p, face, head, palette } = scene;
  const drop = face.jawDrop;
  const x0 = m.centerX * 0.6;
  const z = face.z(0, MOUTH_Y) - 5;
  const nodes: VectorNode[] = [];
  const top = head.at(x0, MOUTH_Y - 8, z);
  const low = head.at(x0, MOUTH_Y + drop + 10, z);
  nodes.push(
    fill(
      opening,
      linear(
        top,
        low,
        [0, palette.mouthDark],
        [0.55, palette.mouthDark],
        [1, blend(palette.mouthDark, palette.gum, 0.55)],
      ),
    ),
  );
  const lowerEdgeY = MOUTH_Y + 2.1 + drop * 0.94;
  const tongueForward = p.tongueBetweenTeeth;
  const tongue = (): VectorNode[] => paintTongue(scene, x0, z, lowerEdgeY);
  // Lower teeth stand in front of the tongue unless it comes out between the rows.
  if (tongueForward < 0.35 && p.tongueOut < 0.35) nodes.push(...tongue());
  nodes.push(...teethRow(scene, x0, lowerEdgeY, z - 2, 'lower'));
  nodes.push(...teethRow(scene, x0, MOUTH_Y + 1.9, z, 'upper'));
  if (tongueForward >= 0.35 || p.tongueOut >= 0.35) nodes.push(...tongue());
  // The lips' own shade falls on what is behind them.
  nodes.push(
    fillSolid(
      ribbon(
        m.innerUpper.map((q) => q),
        (t) => 0.7 + 1.6 * Math.sin(Math.PI * t),
      ),
      alpha(palette.mouthDark, 0.34),
    ),
  );
  for (const side of [-1, 1] as const) {
    nodes.push(
      softSpot(
        head.disc(
          m.centerX + side * m.halfWidth * 0.92,
          lerp(m.innerUpperY[0] as number, MOUTH_Y, 0),
          z,
          m.halfWidth * 0.42,
          12 + m.gapMm * 0.4,
        ),
        palette.mouthDark,
        side > 0 ? 0.85 : 0.7,
      ),
    );
  }
  return nodes;
}

/** A curved row of teeth: one ivory band, its gaps as fine lines, shaded towards the cheeks and the gum. */
function teethRow(scene: Scene, x0: number, edgeY: number, z: number, row: 'upper' | 'lower'): VectorNode[] {
  const { head, palette } = scene;
  const upper = row === 'upper';
  const half = upper ? 22.5 : 17;
  const height = upper ? 10.5 : 8.5;
  const away = upper ? -1 : 1; // towards the gum
  const curve = (x: number): number => (upper ? -1 : 0.6) * 2.6 * (x / half) ** 2;
  const depth = (x: number): number => z - 11 * (x / half) ** 2;
  const widths = upper ? [0, 0.225, 0.41, 0.6, 0.77, 0.9, 1] : [0, 0.16, 0.34, 0.54, 0.74, 0.9, 1];
  const edge: Point[] = [];
  const gum: Point[] = [];
  const sample = (u: number, dy: number): Point =>
    head.at(x0 + u * half, edgeY + curve(u * half) + dy * away, depth(u * half));
  // Each tooth's edge bulges a hair, so that the row is teeth and not a strip.
  const marks = [
    ...widths
      .slice(1)
      .map((w) => -w)
      .reverse(),
    ...widths,
  ];
  for (let i = 0; i < marks.length - 1; i++) {
    const a = marks[i] as number;
    const b = marks[i + 1] as number;
    const nick = upper ? 0.55 : 0.35;
    if (i === 0) edge.push(sample(a, nick));
    edge.push(sample(lerp(a, b, 0.25), 0.08), sample(lerp(a, b, 0.75), 0.08), sample(b, nick));
  }
  for (const u of [1, 0.6, 0.2, -0.2, -0.6, -1]) gum.push(sample(u, height));
  const band = shape(edge, gum);
  const left = sample(-1, height / 2);
  const right = sample(1, height / 2);
  const t = palette.teeth;
  const nodes: VectorNode[] = [
    fill(
      band,
      linear(
        left,
        right,
        [0, t.deep],
        [0.2, t.shade],
        [0.36, t.base],
        [0.5, t.light],
        [0.66, t.base],
        [0.84, t.shade],
        [1, t.deep],
      ),
    ),
  ];
  const gaps = new PathBuilder();
  for (const u of marks.slice(1, -1))
    addRibbon(gaps, [sample(u, 0.3), sample(u, height * 0.5), sample(u, height)], (s) => 0.14 + 0.16 * s);
  nodes.push(fillSolid(gaps.build(), alpha(t.deep, 0.4)));
  const rootLine = sample(0, height);
  const cutLine = sample(0, 0);
  nodes.push(
    fill(
      band,
      linear(
        rootLine,
        cutLine,
        [0, alpha(palette.mouthDark, upper ? 0.4 : 0.5)],
        [upper ? 0.5 : 0.7, alpha(palette.mouthDark, upper ? 0.05 : 0.26)],
        [1, alpha(palette.mouthDark, upper ? 0 : 0.16)],
      ),
    ),
  );
  return nodes;
}

function paintTongue(scene: Scene, x0: number, z: number, lowerEdgeY: number): VectorNode[] {
  const { pose: p, palette, head, face } = scene;
  const drop = face.jawDrop;
  const t = palette.tongue;
  const up = clamp(p.tongueTipUp);
  const between = clamp(Math.max(p.tongueBetweenTeeth, p.tongueOut));
  const back = clamp(p.tongueBackUp);
  const out = clamp(p.tongueOut);
  const width = 15 - 2 * up - back + between;
  const floor = lowerEdgeY + 7;
  const wide = clamp(drop / 14);
  const raised = lerp(lowerEdgeY + 1.5 - 6.5 * wide - back * 5, MOUTH_Y - 1, up * 0.94);
  const tipY = lerp(raised, MOUTH_Y + 2.6, between);
  const belly = lerp(floor, Math.min(floor, tipY + 7 + 9 * out), between);
  const zz = z - 6 + 9 * between;
  const at = (x: number, y: number): Point => head.at(x0 + x, y, zz);
  // A leaf: broad at the floor of the mouth, rounded at the tip; between the teeth it lies flat and wide.
  const root = lerp(floor - 1, belly - 2, between);
  const dorsum = (
    [
      [1, root],
      [0.96, lerp(root, tipY, 0.45)],
      [lerp(0.74, 0.9, between), lerp(root, tipY, 0.82)],
      [lerp(0.4, 0.6, between), tipY + 0.3],
      [0, tipY + 0.5 * (1 - up)],
    ] as const
  ).flatMap(([x, y]): Point[] => [at(-x * width, y)]);
  const mirrored = (
    [
      [lerp(0.4, 0.6, between), tipY + 0.3],
      [lerp(0.74, 0.9, between), lerp(root, tipY, 0.82)],
      [0.96, lerp(root, tipY, 0.45)],
      [1, root],
    ] as const
  ).map(([x, y]) => at(x * width, y));
  dorsum.push(...mirrored);
  const under: Point[] = [at(width, root), at(0, belly + 3), at(-width, root)];
  const nodes: VectorNode[] = [
    fill(
      shape(dorsum, under),
      linear(
        at(0, tipY - 1),
        at(0, Math.max(tipY + 4, belly)),
        [0, blend(t.shade, t.light, 0.35 + 0.5 * between)],
        [0.5, blend(t.shade, t.base, 0.5 + 0.5 * between)],
        [1, up > 0.5 ? t.deep : t.shade],
      ),
    ),
    fillSolid(
      ribbon(
        [at(0, tipY + 1.5), at(0.4, lerp(tipY, belly, 0.5)), at(0, belly)],
        (s) => 0.7 * Math.sin(Math.PI * clamp(s * 0.9 + 0.05)),
      ),
      alpha(t.deep, 0.35),
    ),
    softSpot(head.disc(x0 - 4, tipY + 2.8, zz, 6, 2), [1, 0.86, 0.82, 1], 0.16 + 0.24 * between),
  ];
  return nodes;
}

/** A tongue put out lies over the lower lip. */
function paintTongueOut(scene: Scene, m: MouthShape): VectorNode[] {
  const out = clamp(scene.pose.tongueOut) * clamp(m.gapMm / 3);
  if (out < 0.02) return [];
  const { head, palette, face } = scene;
  const t = palette.tongue;
  const z = face.z(0, MOUTH_Y) + m.pout + 4;
  const x0 = m.centerX;
  const w = Math.min(11.5, m.halfWidth * 0.62);
  const y0 = m.lowerLipY - m.lowerHeight * 0.5 - Math.min(m.gapMm * 0.5, 4);
  const y1 = y0 + 4 + 21 * out;
  const at = (x: number, y: number): Point => head.at(x0 + x, y, z);
  const body = shape([
    at(-w, y0),
    at(-w * 1.02, lerp(y0, y1, 0.5)),
    at(-w * 0.72, lerp(y0, y1, 0.9)),
    at(0, y1),
    at(w * 0.72, lerp(y0, y1, 0.9)),
    at(w * 1.02, lerp(y0, y1, 0.5)),
    at(w, y0),
  ]);
  return [
    softSpot(head.disc(x0 + 1, y1 + 1, z, w * 1.05, 4), palette.skin.deep, 0.5 * out),
    fill(body, linear(at(0, y0), at(0, y1), [0, t.shade], [0.35, t.base], [1, t.light])),
    softSpot(head.disc(x0 - w * 0.3, lerp(y0, y1, 0.72), z, w * 0.5, 3.5), [1, 0.88, 0.84, 1], 0.5),
  ];
}

function paintLips(scene: Scene, m: MouthShape): VectorNode[] {
  const { head, palette, pose: p, face } = scene;
  const lip = palette.lip;
  const drop = face.jawDrop;
  const nodes: VectorNode[] = [];
  const x = m.centerX;
  const z = face.z(0, MOUTH_Y) + m.pout;
  const upperTop = head.at(x, m.upperLipY - m.upperHeight * 0.5, z);
  const upperEdge = head.at(x, m.upperLipY + m.upperHeight * 0.5, z);
  const lowerEdge = head.at(x, m.lowerLipY - m.lowerHeight * 0.5, z);
  const lowerEnd = head.at(x, m.lowerLipY + m.lowerHeight * 0.5, z);

  nodes.push(
    fill(
      shape(m.outerUpper, [...m.innerUpper].reverse()),
      linear(
        upperTop,
        upperEdge,
        [0, blend(lip.base, palette.skin.base, 0.18)],
        [0.45, lip.base],
        [1, lip.shade],
      ),
    ),
    fill(
      shape(m.innerLower, [...m.outerLower].reverse()),
      linear(
        lowerEdge,
        lowerEnd,
        [0, blend(lip.base, lip.shade, 0.35)],
        [0.3, lip.base],
        [0.6, blend(lip.base, lip.light, 0.35)],
        [1, blend(lip.base, lip.shade, 0.4)],
      ),
    ),
  );
  // The side of both lips away from the light.
  const from = head.at(x + m.halfWidth * 0.1, MOUTH_Y, z);
  const to = head.at(x + m.halfWidth, MOUTH_Y, z);
  const both = new PathBuilder();
  addShape(both, [m.outerUpper, [...m.innerUpper].reverse()]);
  addShape(both, [m.innerLower, [...m.outerLower].reverse()]);
  nodes.push(fill(both.build(), linear(from, to, [0, alpha(lip.deep, 0)], [1, alpha(lip.deep, 0.34)])));

  // Wet light on the lower lip, a breath of it on the two hills of the upper.
  const lowLit = alpha(lip.light, 1);
  nodes.push(
    softSpot(
      head.disc(
        x - m.halfWidth * 0.2,
        m.lowerLipY - m.lowerHeight * 0.02,
        z,
        m.halfWidth * 0.44,
        m.lowerHeight * 0.36,
      ),
      lowLit,
      0.85,
    ),
    softSpot(
      head.disc(
        x - m.halfWidth * 0.24,
        m.lowerLipY - m.lowerHeight * 0.12,
        z + 1,
        m.halfWidth * 0.2,
        m.lowerHeight * 0.14,
      ),
      [1, 0.95, 0.9, 1],
      0.6,
    ),
    softSpot(
      head.disc(
        x - m.halfWidth * 0.3,
        m.upperLipY - m.upperHeight * 0.08,
        z,
        m.halfWidth * 0.3,
        m.upperHeight * 0.3,
      ),
      lowLit,
      0.34,
    ),
  );
  // The lit rim above the cupid's bow.
  const rim = m.outerUpper.slice(3, 10).map((q): Point => [q[0] - 0.4, q[1] - 0.7]);
  nodes.push(
    fillSolid(
      ribbon(rim, (t) => 0.7 * Math.sin(Math.PI * t)),
      alpha(palette.skin.light, 0.55),
    ),
  );

  // The seam: where the lips meet, or the dark inner edge of each when they part.
  const seamStrength = 1 - smoothstep(0, 5, m.gapMm) * 0.75;
  const seam = m.innerUpper.map((q, i) => lerpPoint(q, m.innerLower[i] as Point, m.gapMm > 0 ? 0 : 0.5));
  nodes.push(
    fillSolid(
      ribbon(seam, (t) => 0.3 + 0.62 * Math.sin(Math.PI * t) ** 0.7),
      alpha(lip.deep, 0.9 * seamStrength),
    ),
  );
  // Corners tuck into the cheek.
  const smile = (p.mouthSmileLeft + p.mouthSmileRight) / 2;
  const tuck = 0.2 + 0.3 * smile + 0.3 * Math.max(p.mouthDimpleLeft, p.mouthPressLeft);
  const ends = [0, m.xs.length - 1] as const;
  ends.forEach((i, k) => {
    const side = k === 0 ? -1 : 1;
    const cx = (m.xs[i] as number) + side * 0.3;
    const cy = m.innerUpperY[i] as number;
    nodes.push(
      softSpot(head.disc(cx, cy + 0.4, face.z(cx, cy), 4.6, 3.4 + drop * 0.06), palette.skin.deep, tuck),
    );
  });
  return nodes;
}
