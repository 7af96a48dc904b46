/** Builds paths. The one place that knows how verbs and coordinates are packed. */
import { VERB_CLOSE, VERB_CUBIC, VERB_LINE, VERB_MOVE, VERB_QUAD, type Path } from './draw-list.ts';

export class PathBuilder {
  readonly #verbs: number[] = [];
  readonly #coords: number[] = [];

  moveTo(x: number, y: number): this {
    this.#verbs.push(VERB_MOVE);
    this.#coords.push(x, y);
    return this;
  }
  lineTo(x: number, y: number): this {
    this.#verbs.push(VERB_LINE);
    this.#coords.push(x, y);
    return this;
  }
  quadTo(cx: number, cy: number, x: number, y: number): this {
    this.#verbs.push(VERB_QUAD);
    this.#coords.push(cx, cy, x, y);
    return this;
  }
  cubicTo(c1x: number, c1y: number, c2x: number, c2y: number, x: number, y: number): this {
    this.#verbs.push(VERB_CUBIC);
    this.#coords.push(c1x, c1y, c2x, c2y, x, y);
    return this;
  }
  close(): this {
    this.#verbs.push(VERB_CLOSE);
    return this;
  }
  build(): Path {
    return { verbs: this.#verbs, coords: this.#coords };
  }
}

export function rectPath(x: number, y: number, width: number, height: number, radius = 0): Path {
  const r = Math.min(radius, width / 2, height / 2);
  if (r <= 0) {
    return new PathBuilder()
      .moveTo(x, y)
      .lineTo(x + width, y)
      .lineTo(x + width, y + height)
      .lineTo(x, y + height)
      .close()
      .build();
  }
  const k = r * 0.5522847498; // cubic approximation of a quarter circle
  const right = x + width;
  const bottom = y + height;
  return new PathBuilder()
    .moveTo(x + r, y)
    .lineTo(right - r, y)
    .cubicTo(right - r + k, y, right, y + r - k, right, y + r)
    .lineTo(right, bottom - r)
    .cubicTo(right, bottom - r + k, right - r + k, bottom, right - r, bottom)
    .lineTo(x + r, bottom)
    .cubicTo(x + r - k, bottom, x, bottom - r + k, x, bottom - r)
    .lineTo(x, y + r)
    .cubicTo(x, y + r - k, x + r - k, y, x + r, y)
    .close()
    .build();
}

export function ellipsePath(cx: number, cy: number, rx: number, ry: number): Path {
  const kx = rx * 0.5522847498;
  const ky = ry * 0.5522847498;
  return new PathBuilder()
    .moveTo(cx + rx, cy)
    .cubicTo(cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry)
    .cubicTo(cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy)
    .cubicTo(cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry)
    .cubicTo(cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy)
    .close()
    .build();
}
