/**
 * The face as a lit solid: one base with light falling from the upper left, then planes. Crisp-edged shadow planes
 * (side of the face, under brow and lip) carry the drawing; soft spots between them carry the flesh.
 */
import type { Path, Point, VectorNode } from '../../draw/draw-list.ts';
import { PathBuilder } from '../../draw/path.ts';
import { faceSpot, onFace, type Scene } from './context.ts';
import { lerp, ribbon, ring, shape, smoothstep } from './geometry.ts';
import { alpha, blend, clipped, feather, fill, fillSolid, linear, softSpot } from './paint.ts';

export function headOutline(scene: Scene): Path {
  return ring(scene.face.contour());
}

/** The face without its features. `shadows` fall on it from what is drawn later, such as the hair. */
export function paintSkin(scene: Scene, shadows: readonly VectorNode[]): VectorNode[] {
  const { face, head, palette, pose } = scene;
  const skin = palette.skin;
  const outline = headOutline(scene);
  const drop = face.jawDrop;
  const light = head.at(-58, -70, 60);
  const dark = head.at(78, 96, 0);
  const base = fill(
    outline,
    linear(light, dark, [0, skin.light], [0.45, skin.base], [0.78, skin.base], [1, skin.shade]),
  );
  const smileL = pose.mouthSmileLeft;
  const smileR = pose.mouthSmileRight;
  const smile = (smileL + smileR) / 2;
  const liftL = 5 * Math.max(smileL, pose.cheekSquintLeft);
  const liftR = 5 * Math.max(smileR, pose.cheekSquintRight);
  const yaw = head.yaw;

  const glow = blend(skin.light, [1, 0.95, 0.86, 1], 0.22);
  const children: VectorNode[] = [
    // Forehead, cheekbone and chin catch the light.
    faceSpot(scene, -20, -46, 46, 32, glow, 0.6),
    faceSpot(scene, -45, 20 - liftR, 27, 16, glow, 0.75),
    faceSpot(scene, 33, 19 - liftL, 20, 12, skin.light, 0.5),
    faceSpot(scene, -6, 96 + drop * 0.95, 17, 9, glow, 0.6),
    // Blush, low on the cheeks and across the nose as skin has it.
    faceSpot(scene, -44, 34 - liftR, 32, 25, palette.blush, 0.24 + 0.14 * smile),
    faceSpot(scene, 44, 34 - liftL, 30, 25, palette.blush, 0.24 + 0.14 * smile),
    // Sockets.
    faceSpot(scene, -31, -9, 25, 15, skin.shade, 0.3),
    faceSpot(scene, 31, -9, 26, 16, skin.shade, 0.4),
    faceSpot(scene, -13, -9, 9, 14, skin.shade, 0.26),
    faceSpot(scene, 13, -9, 10, 16, skin.deep, 0.2),
    // Round the mouth: under the lower lip and beside the corners.
    faceSpot(scene, 1, 80.5 + drop * 0.92, 17, 5.6, skin.deep, 0.3),
    faceSpot(scene, 0, 52, 4.5, 8, skin.shade, 0.42),
  ];
  if (scene.shape.freckles > 0) children.push(freckles(scene));
  children.push(...sidePlane(scene));
  children.push(...nasolabial(scene, -1, smileR), ...nasolabial(scene, 1, smileL));
  // Reflected light along the shaded jaw keeps it round.
  const rim = face.side(1, 10, 110);
  if (rim.length > 3) {
    const inner = rim.map((p, i): Point => {
      const t = i / (rim.length - 1);
      const w = 5.5 * Math.sin(Math.PI * t) * (1 - Math.max(0, yaw) * 0.5);
      return [p[0] - w, p[1] - w * 0.35];
    });
    children.push(...feather(rim, inner, skin.light, 0.15, 2));
  }
  return [base, clipped(outline, [...children, ...shadows])];
}

/** The plane of the face turned from the light: temple, cheekbone, hollow of the cheek, jaw. */
function sidePlane(scene: Scene): VectorNode[] {
  const { face, head, palette, pose } = scene;
  const drop = face.jawDrop;
  const lift = 4 * Math.max(pose.mouthSmileLeft, pose.cheekSquintLeft);
  // As the face turns to the right the plane goes round the corner; to the left, it opens.
  const turn = lerp(0, 10, Math.max(-1, Math.min(1, head.yaw / 0.45)));
  const edge = (inset: number): Point[] =>
    onFace(scene, [
      [50 + turn + inset, -74],
      [55 + turn * 0.7 + inset, -48],
      [60 + turn * 0.4 + inset * 0.6, -22],
      [61 + turn * 0.3 + inset * 0.5, 0],
      [56 + turn * 0.3 + inset * 0.6, 20 - lift],
      [45 + turn * 0.4 + inset, 42 - lift * 0.5],
      [35 + turn * 0.6 + inset, 64 + drop * 0.3],
      [27 + turn * 0.5 + inset, 84 + drop * 0.75],
      [16 + turn * 0.4 + inset, 101 + drop],
      [6 + inset, 109 + drop],
    ]);
  // Seen from the front of the cheek, its hollow is no longer a hollow.
  const open = 1 + 0.06 * Math.min(0, turn);
  const outside: Point[] = [head.at(30, 130 + drop, 40), head.at(120, 90, 0), head.at(120, -90, 0)];
  // Square to the edge where it crosses the cheek, so that the plane begins from nothing there.
  const [from, to] = [onFace(scene, [[42 + turn * 0.4, 43]])[0] as Point, head.at(76 + turn * 0.4, 57, 20)];
  const { shade, deep } = palette.skin;
  return [
    fill(
      shape(edge(0), outside),
      linear(from, to, [0, alpha(shade, 0)], [0.5, alpha(shade, 0.2)], [1, alpha(deep, 0.3)]),
    ),
    faceSpot(scene, 66 + turn * 0.4, -30, 26, 52, shade, 0.6),
    faceSpot(scene, 62 + turn * 0.4, 34 - lift, 30, 40, shade, 0.62 * open),
    faceSpot(scene, 46 + turn * 0.5, 76 + drop * 0.6, 26, 30, shade, 0.62 * open),
    faceSpot(scene, 26 + turn * 0.5, 104 + drop, 22, 16, shade, 0.5),
    faceSpot(scene, 58, 62 + drop * 0.4, 20, 34, deep, 0.28 * open ** 2),
  ];
}

/** The fold from the wing of the nose to the corner of the mouth: not there at rest, a soft valley in a smile. */
function nasolabial(scene: Scene, side: 1 | -1, smile: number): VectorNode[] {
  const { face, palette, pose } = scene;
  const sneer = side > 0 ? pose.noseSneerLeft : pose.noseSneerRight;
  const depth = Math.max(smile, sneer * 0.8);
  if (depth < 0.05) return [];
  const d = face.jawDrop;
  const out = 7 * smile;
  const from = face.on(19 * side, 35);
  const to = face.on((34 + out) * side, 66 + d * 0.35);
  const c: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const along: Point = [(to[0] - from[0]) * 0.62, (to[1] - from[1]) * 0.62];
  const l = Math.hypot(along[0], along[1]) || 1;
  const width = 6.5;
  const valley = softSpot(
    [along[0], along[1], (-along[1] / l) * width, (along[0] / l) * width, c[0], c[1]],
    palette.skin.shade,
    0.75 * depth,
  );
  // Only a broad smile draws a line in it.
  const crisp = 0.26 * smoothstep(0.35, 0.95, depth);
  if (crisp <= 0) return [valley];
  const line = onFace(scene, [
    [19.5 * side, 35],
    [(27 + out * 0.5) * side, 45],
    [(32.5 + out) * side, 56 + d * 0.15],
    [(34 + out) * side, 66 + d * 0.35],
  ]);
  return [
    valley,
    fillSolid(
      ribbon(line, (t) => 0.75 * Math.sin(Math.PI * (0.1 + 0.8 * t))),
      alpha(palette.skin.deep, crisp),
    ),
  ];
}

/** Freckles over nose and cheeks, denser where the sun reaches. */
function freckles(scene: Scene): VectorNode {
  const builder = new PathBuilder();
  for (let i = 0; i < 42; i++) {
    const x = 58 * (((i * 0.618034 + 0.11) % 1) * 2 - 1);
    const y = 16 + 26 * ((i * 0.7548777) % 1) - 0.004 * x * x;
    const r = 0.5 + 0.5 * ((i * 0.5698403) % 1);
    const [cx, cy] = scene.face.on(x, y, Math.abs(x) < 10 ? 12 : 0);
    builder.moveTo(cx + r, cy);
    const k = r * 0.5523;
    builder.cubicTo(cx + r, cy + k, cx + k, cy + r, cx, cy + r);
    builder.cubicTo(cx - k, cy + r, cx - r, cy + k, cx - r, cy);
    builder.cubicTo(cx - r, cy - k, cx - k, cy - r, cx, cy - r);
    builder.cubicTo(cx + k, cy - r, cx + r, cy - k, cx + r, cy);
    builder.close();
  }
  return fillSolid(builder.build(), alpha(scene.palette.skin.deep, 0.34 * scene.shape.freckles));
}
