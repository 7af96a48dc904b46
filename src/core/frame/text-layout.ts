/**
 * Lines of text as outlines. A line is shaped whole, so that kerning and ligatures hold across it, and can then be
 * drawn in parts (the spoken word in another colour) without moving a letter.
 */
import { PathBuilder } from '../draw/path.ts';
import { VERB_CLOSE, VERB_CUBIC, VERB_LINE, VERB_MOVE, VERB_QUAD, type Path } from '../draw/draw-list.ts';
import type { FontWeight, ShapedGlyph, ShapedRun, TextShaper } from './text.ts';

/** Part of a line's text, UTF-16 offsets [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How a shaped line is set: letter spacing is added after every glyph. */
export interface Setting {
  readonly sizePx: number;
  readonly trackingEm: number;
}

function spread(run: ShapedRun, index: number, trackingEm: number): number {
  const glyph = run.glyphs[index] as ShapedGlyph;
  return glyph.xEm + index * trackingEm;
}

export function runWidthEm(run: ShapedRun, trackingEm = 0): number {
  return run.widthEm + Math.max(0, run.glyphs.length - 1) * trackingEm;
}

/** Where a span of the line stands, pixels from the line's start. */
export function spanExtent(run: ShapedRun, span: Span, { sizePx, trackingEm }: Setting): [number, number] {
  let left = Infinity;
  let right = -Infinity;
  run.glyphs.forEach((glyph, index) => {
    if (glyph.cluster < span.start || glyph.cluster >= span.end) return;
    const x = spread(run, index, trackingEm);
    left = Math.min(left, x);
    right = Math.max(right, x + glyph.advanceEm);
  });
  return left > right ? [0, 0] : [left * sizePx, right * sizePx];
}

/** The outlines of a line (or a span of it) as one path; `x` is the line's start, `baseline` its baseline. */
export function linePath(
  run: ShapedRun,
  setting: Setting,
  x: number,
  baseline: number,
  span: Span = { start: 0, end: Infinity },
): Path {
  const path = new PathBuilder();
  const scale = setting.sizePx / run.unitsPerEm;
  run.glyphs.forEach((glyph, index) => {
    if (glyph.cluster < span.start || glyph.cluster >= span.end) return;
    const originX = x + spread(run, index, setting.trackingEm) * setting.sizePx;
    appendOutline(path, glyph.outline, scale, originX, baseline + glyph.yEm * setting.sizePx);
  });
  return path.build();
}

/** Font units (y up) → pixels (y down). */
function appendOutline(path: PathBuilder, outline: Path, scale: number, x: number, y: number): void {
  const { coords } = outline;
  let i = 0;
  const px = () => x + (coords[i++] as number) * scale;
  const py = () => y - (coords[i++] as number) * scale;
  for (const verb of outline.verbs) {
    // Arguments are evaluated left to right, which is the order the numbers stand in.
    if (verb === VERB_MOVE) path.moveTo(px(), py());
    else if (verb === VERB_LINE) path.lineTo(px(), py());
    else if (verb === VERB_QUAD) path.quadTo(px(), py(), px(), py());
    else if (verb === VERB_CUBIC) path.cubicTo(px(), py(), px(), py(), px(), py());
    else if (verb === VERB_CLOSE) path.close();
  }
}

/**
 * Breaks text into lines no wider than `maxEm` and, for a few lines, of even length: the narrowest measure that still
 * gives the same number of lines (as CSS `text-wrap: balance` does). A word wider than the measure keeps its line.
 */
export function wrapBalanced(
  text: string,
  weight: FontWeight,
  maxEm: number,
  trackingEm: number,
  shaper: TextShaper,
): string[] {
  const width = (line: string) => runWidthEm(shaper.shape(line, weight), trackingEm);
  return text.split(/\r?\n/).flatMap((paragraph) => {
    const words = paragraph.split(/[^\S\u00a0\u202f]+/).filter((word) => word !== '');
    if (words.length === 0) return [''];
    const greedy = wrapGreedy(words, maxEm, width);
    if (greedy.length === 1 || greedy.length > 4) return greedy;
    let low = Math.max(...words.map(width));
    let high = maxEm;
    let best = greedy;
    for (let step = 0; step < 8 && high - low > 0.05; step++) {
      const middle = (low + high) / 2;
      const lines = wrapGreedy(words, middle, width);
      if (lines.length <= greedy.length) {
        best = lines;
        high = middle;
      } else low = middle;
    }
    return best;
  });
}

function wrapGreedy(words: readonly string[], maxEm: number, width: (line: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && width(longer) > maxEm) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines;
}
