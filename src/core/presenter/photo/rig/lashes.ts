/** The dark line of lashes where two lids meet: it comes as they do, and hides that skin was joined to skin. */
import type { Mesh } from '../../../draw/draw-list.ts';
import { smoothstep } from '../curve.ts';
import type { PhotoFit } from '../fit.ts';
import type { Lid } from './lids.ts';
import type { Pose } from './pose.ts';
import type { SkinMap } from './skin-map.ts';
import type { Carrier, Stance } from './stance.ts';

/** Height of the line in widths of the eye, above and below the lid's edge. */
const ABOVE = 0.04;
const BELOW = 0.042;

export function createLashes(
  fit: PhotoFit,
  map: SkinMap,
  lids: { readonly right: Lid; readonly left: Lid },
): (pose: Pose, skin: Float32Array, stance: Stance, skull: Carrier) => Mesh[] {
  const sides = ['right', 'left'] as const;
  const columns = fit.mesh.right.upperLid.length;
  const { lash } = fit.parts;
  const perEye = columns * 3;
  const uvs = new Float32Array(2 * perEye * 2);
  const indices: number[] = [];
  sides.forEach((_, e) => {
    for (let r = 0; r < 3; r++)
      for (let k = 0; k < columns; k++) {
        const x = lash.x + 0.5 + (k / (columns - 1)) * (lash.width - 1);
        const y = lash.y + 0.5 + (r / 2) * (lash.height - 1);
        const at = e * perEye + r * columns + k;
        uvs.set([x / fit.track.widthPx, y / fit.sheetHeightPx], 2 * at);
        if (r < 2 && k + 1 < columns)
          indices.push(at, at + 1, at + columns, at + columns, at + 1, at + columns + 1);
      }
  });
  const index = Uint16Array.from(indices);
  const { down } = map.frame;
  const from = new Float32Array(2 * perEye * 3);
  return (pose, skin, stance, skull) => {
    const strength = sides.map((side) => smoothstep(0.1, 0.55, lids[side].shut(pose)));
    if (strength.every((s) => s === 0)) return [];
    const opacity = new Float32Array(2 * perEye);
    sides.forEach((side, e) => {
      const { upperLid } = fit.mesh[side];
      const [a, b] = [upperLid[0] as number, upperLid[columns - 1] as number];
      const width = Math.hypot(
        (skin[3 * a] as number) - (skin[3 * b] as number),
        (skin[3 * a + 1] as number) - (skin[3 * b + 1] as number),
      );
      for (let k = 0; k < columns; k++) {
        const i = 3 * (upperLid[k] as number);
        // Fuller towards the outer corner, thin at the inner one.
        const s = k / (columns - 1);
        const full = Math.sin(Math.PI * Math.min(1, 0.12 + 0.88 * s)) * (1 - 0.45 * s) + 0.12;
        [-ABOVE, 0, BELOW].forEach((offset, r) => {
          const at = e * perEye + r * columns + k;
          for (let c = 0; c < 3; c++)
            from[3 * at + c] =
              (skin[i + c] as number) + offset * width * (0.5 + 0.5 * full) * (down[c] as number);
          opacity[at] = 0.8 * (strength[e] as number) * Math.min(1, 0.15 + 0.85 * full);
        });
      }
    });
    const positions = new Float32Array(2 * perEye * 2);
    skull.carry(from, 2 * perEye, stance, positions, 0);
    return [{ positions, uvs, opacity, gain: null, indices: index }];
  };
}
