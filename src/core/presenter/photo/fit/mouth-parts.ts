/** The parts of the mouth, drawn once for a face and kept on a strip below the person, beside the eyes' catch-lights. */
import type { Rect } from '../../../draw/draw-list.ts';
import { smoothstep } from '../curve.ts';
import type { FaceFrame } from '../face-frame.ts';
import type { MouthParts } from '../fit.ts';
import type { Glint } from './glint.ts';
import type { FaceLight } from './light.ts';
import { cavityColor, cavityShader, teethShader, tongueShader, type Shader } from './teeth.ts';

/** Between parts, so that a filter which reads beside one never meets the next. */
const GAP_PX = 6;
/** Width against height of each, and its width in widths of the mouth. */
const SIZES: Readonly<Record<keyof MouthParts, readonly [widths: number, aspect: number]>> = {
  cavity: [0.5, 1],
  upperTeeth: [1.5, 2.9],
  lowerTeeth: [1.3, 2.9],
  tongue: [0.8, 1.3],
  shade: [0.3, 1],
  lash: [0.4, 2],
};

/** @returns the parts' places, the strip's height, and what draws them onto the sheet */
export function layOutParts(
  light: FaceLight,
  frame: FaceFrame,
  sheetWidthPx: number,
  topPx: number,
  glints: readonly Glint[],
): {
  readonly parts: MouthParts;
  /** One for each of the glints. */
  readonly glintParts: readonly Rect[];
  readonly heightPx: number;
  paint(rgba: Uint8ClampedArray): void;
} {
  const names = Object.keys(SIZES) as (keyof MouthParts)[];
  const wanted = names.reduce((sum, name) => sum + SIZES[name][0], 0);
  const glintsPx = glints.reduce((sum, { place }) => sum + place.width + GAP_PX, 0);
  const most = (sheetWidthPx - glintsPx - GAP_PX * (names.length + 1)) / wanted;
  // As fine as the photo is there: teeth sharper than the lips before them would look pasted in.
  const unit = Math.max(16, Math.min(most, Math.max(40, 0.9 * frame.mouthPx)));
  const parts = {} as Record<keyof MouthParts, Rect>;
  let x = GAP_PX;
  let tallest = 0;
  for (const name of names) {
    const [widths, aspect] = SIZES[name];
    const width = Math.max(8, Math.floor(widths * unit));
    const height = Math.max(8, Math.floor(width / aspect));
    parts[name] = { x, y: topPx + GAP_PX, width, height };
    x += width + GAP_PX;
    tallest = Math.max(tallest, height);
  }
  const glintParts = glints.map(({ place: { width, height } }) => {
    const part = { x, y: topPx + GAP_PX, width, height };
    x += width + GAP_PX;
    tallest = Math.max(tallest, height);
    return part;
  });
  const dark = cavityColor(light);
  const shaders: Record<keyof MouthParts, Shader> = {
    cavity: cavityShader(light),
    upperTeeth: teethShader(light, true),
    lowerTeeth: teethShader(light, false),
    tongue: tongueShader(light),
    shade: (_, y) => [dark[0], dark[1], dark[2], (1 - smoothstep(0, 1, y)) ** 1.3],
    lash: (_, y) => [
      light.lash[0] * 0.75,
      light.lash[1] * 0.75,
      light.lash[2] * 0.75,
      (1 - smoothstep(0.05, 0.45, Math.abs(y - 0.5))) * 0.9,
    ],
  };
  return {
    parts,
    glintParts,
    heightPx: tallest + 2 * GAP_PX,
    paint(rgba) {
      for (const name of names) paintPart(rgba, sheetWidthPx, parts[name], shaders[name]);
      glints.forEach((glint, i) => {
        const { x: left, y: top, width, height } = glintParts[i] as Rect;
        for (let row = 0; row < height; row++)
          rgba.set(
            glint.rgba.subarray(4 * row * width, 4 * (row + 1) * width),
            4 * ((top + row) * sheetWidthPx + left),
          );
      });
    },
  };
}

function paintPart(rgba: Uint8ClampedArray, sheetWidthPx: number, part: Rect, shader: Shader): void {
  const TAPS = 3;
  // Painted a little beyond its edges, as its edge goes on.
  const over = Math.floor(GAP_PX / 2);
  for (let py = -over; py < part.height + over; py++)
    for (let px = -over; px < part.width + over; px++) {
      let [r, g, b, a] = [0, 0, 0, 0];
      let [cr, cg, cb] = [0, 0, 0];
      for (let ty = 0; ty < TAPS; ty++)
        for (let tx = 0; tx < TAPS; tx++) {
          const x = Math.min(1, Math.max(0, (px + (tx + 0.5) / TAPS) / part.width)) * 2 - 1;
          const y = Math.min(1, Math.max(0, (py + (ty + 0.5) / TAPS) / part.height));
          const [sr, sg, sb, sa] = shader(x, y);
          r += sr * sa;
          g += sg * sa;
          b += sb * sa;
          a += sa;
          cr += sr;
          cg += sg;
          cb += sb;
        }
      const n = TAPS * TAPS;
      const i = 4 * ((part.y + py) * sheetWidthPx + part.x + px);
      const lit = a > 1e-4;
      rgba[i] = 255 * (lit ? r / a : cr / n);
      rgba[i + 1] = 255 * (lit ? g / a : cg / n);
      rgba[i + 2] = 255 * (lit ? b / a : cb / n);
      rgba[i + 3] = (255 * a) / n;
    }
}
