/** Paths and paints, said in the words of a 2D canvas. */
import {
  VERB_CLOSE,
  VERB_CUBIC,
  VERB_LINE,
  VERB_MOVE,
  VERB_QUAD,
  type Blend,
  type Paint,
  type Path,
  type Rgba,
} from '../draw/draw-list.ts';
import type { Canvas2D } from './ports.ts';

/** The canvas operation of each blend. */
export const BLEND_OPERATION: Readonly<Record<Blend, string>> = {
  normal: 'source-over',
  multiply: 'multiply',
  screen: 'screen',
  'soft-light': 'soft-light',
};

/** As SVG has it; canvas would allow 10. */
export const MITER_LIMIT = 4;

/** Makes `path` the context's current path, under its current transform. */
export function tracePath(ctx: Canvas2D, path: Path): void {
  const { verbs, coords } = path;
  const at = (i: number) => coords[i] as number;
  ctx.beginPath();
  let i = 0;
  for (const verb of verbs) {
    switch (verb) {
      case VERB_MOVE:
        ctx.moveTo(at(i), at(i + 1));
        i += 2;
        break;
      case VERB_LINE:
        ctx.lineTo(at(i), at(i + 1));
        i += 2;
        break;
      case VERB_QUAD:
        ctx.quadraticCurveTo(at(i), at(i + 1), at(i + 2), at(i + 3));
        i += 4;
        break;
      case VERB_CUBIC:
        ctx.bezierCurveTo(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5));
        i += 6;
        break;
      case VERB_CLOSE:
        ctx.closePath();
        break;
    }
  }
}

/** What to put in fillStyle, or null for a paint that paints nothing (a gradient without extent or stops). */
export function paintStyle(ctx: Canvas2D, paint: Paint): unknown {
  if (paint.kind === 'solid') return cssColor(paint.color);
  if (paint.stops.length === 0) return null;
  if (paint.kind === 'linear') {
    const [x0, y0] = paint.from;
    const [x1, y1] = paint.to;
    if (x0 === x1 && y0 === y1) return null;
    const gradient = ctx.createLinearGradient(x0, y0, x1, y1);
    for (const stop of paint.stops) gradient.addColorStop(clamp01(stop.at), cssColor(stop.color));
    return gradient;
  }
  if (!(paint.radius > 0)) return null;
  const [x, y] = paint.center;
  const gradient = ctx.createRadialGradient(x, y, 0, x, y, paint.radius);
  for (const stop of paint.stops) gradient.addColorStop(clamp01(stop.at), cssColor(stop.color));
  return gradient;
}

function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

export function cssColor([r, g, b, a]: Rgba): string {
  const byte = (value: number) => Math.round(clamp01(value) * 255);
  return `rgba(${byte(r)},${byte(g)},${byte(b)},${Number(clamp01(a).toFixed(4))})`;
}
