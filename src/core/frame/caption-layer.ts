/**
 * How captions look: a block of at most two centred lines inside the safe area, on a dark plate (or outlined, without
 * one), the word being said in the highlight colour on a soft pill. A picture changes once a word, and its key says so.
 */
import { rateToFps } from '../base/time.ts';
import type { CaptionStyle, VideoFormat } from '../document/project.ts';
import { IDENTITY, type DrawLayer, type Rect, type Rgba, type VectorNode } from '../draw/draw-list.ts';
import { rectPath } from '../draw/path.ts';
import type { TimedWord } from '../speech/ports.ts';
import { chunkCaptions, wordAt, type CaptionChunk, type WordRange } from './captions.ts';
import { contrast, INK, PAPER, parseHex, readableOn, withAlpha } from './color.ts';
import { fontSizePx, isNarrow } from './frame-size.ts';
import { linePath, runWidthEm, spanExtent, type Setting, type Span } from './text-layout.ts';
import type { ShapedRun, TextShaper } from './text.ts';

export interface CaptionTrack {
  readonly chunks: readonly CaptionChunk[];
  /** The caption on shot-relative frame `i`, or null for none. */
  layerAt(i: number): DrawLayer | null;
}

const LINE_EM = 1.3;
const PAD_X_EM = 0.62;
const PAD_Y_EM = 0.3;
const CAP_EM = 0.727; // Inter's cap height: what the eye centres
const FADE_S = 0.12;
const TRACKING_EM = 0.004;

export function captionTrack(
  words: readonly TimedWord[],
  style: CaptionStyle,
  format: VideoFormat,
  shaper: TextShaper,
): CaptionTrack {
  const sizePx = fontSizePx(style.sizeFraction, format);
  const safePx = format.widthPx * (isNarrow(format) ? 0.9 : 0.8);
  const maxLineEm = safePx / sizePx - 2 * PAD_X_EM;
  const chunks = chunkCaptions(words, { maxLineEm, widthEm: measureWords(words, shaper) });
  const look = captionLook(style);
  const fps = rateToFps(format.rate);
  const place: Place = { style, format, sizePx, maxLineEm };
  /** Blocks near the playhead; older ones are set again when asked for. */
  const blocks = new Map<number, Block>();
  const blockOf = (index: number): Block => {
    let block = blocks.get(index);
    if (block === undefined) {
      if (blocks.size >= 4) blocks.clear();
      block = setBlock(words, chunks[index] as CaptionChunk, place, shaper);
      blocks.set(index, block);
    }
    return block;
  };
  return {
    chunks,
    layerAt(i) {
      // The middle of the frame: a word is lit on the frame that shows most of it.
      const timeS = (i + 0.5) / fps;
      const index = chunkAt(chunks, timeS);
      if (index < 0) return null;
      const chunk = chunks[index] as CaptionChunk;
      const first = (chunk.lines[0] as WordRange).first;
      const end = (chunk.lines.at(-1) as WordRange).end;
      const spoken = wordAt(words, { first, end }, timeS);
      const block = blockOf(index);
      return {
        kind: 'vector',
        name: 'caption',
        opacity: fadeAt(chunks, index, timeS),
        key: `caption|${block.key}|${spoken < 0 ? '-' : spoken - first}|${look.key}|${shaper.version}`,
        transform: IDENTITY,
        nodes: blockNodes(block, look, spoken),
        bounds: block.bounds,
      };
    },
  };
}

/** Widths by prefix sums: near enough for breaking lines, and quick enough for every pair of words. */
function measureWords(words: readonly TimedWord[], shaper: TextShaper): (range: WordRange) => number {
  const spaceEm = shaper.shape(' ', 'bold').widthEm;
  const sums = [0];
  for (const word of words) {
    const run = shaper.shape(word.text, 'bold');
    sums.push((sums.at(-1) as number) + runWidthEm(run, TRACKING_EM) + spaceEm + 2 * TRACKING_EM);
  }
  return ({ first, end }) => (sums[end] as number) - (sums[first] as number) - spaceEm;
}

function chunkAt(chunks: readonly CaptionChunk[], timeS: number): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunks[middle] as CaptionChunk).startS <= timeS) low = middle + 1;
    else high = middle;
  }
  const chunk = chunks[low - 1];
  return chunk !== undefined && timeS < chunk.endS ? low - 1 : -1;
}

/** Captions fade in from nothing and out to nothing, but follow one another by a cut. */
function fadeAt(chunks: readonly CaptionChunk[], index: number, timeS: number): number {
  const chunk = chunks[index] as CaptionChunk;
  const before = chunks[index - 1];
  const after = chunks[index + 1];
  const follows = before !== undefined && chunk.startS - before.endS < FADE_S;
  const followed = after !== undefined && after.startS - chunk.endS < FADE_S;
  const fadeIn = follows ? 1 : (timeS - chunk.startS) / FADE_S;
  const fadeOut = followed ? 1 : (chunk.endS - timeS) / FADE_S;
  return Math.max(0, Math.min(1, fadeIn, fadeOut));
}

interface Place {
  readonly style: CaptionStyle;
  readonly format: VideoFormat;
  readonly sizePx: number;
  readonly maxLineEm: number;
}
interface Line {
  readonly run: ShapedRun;
  readonly x: number;
  readonly baseline: number;
  readonly words: readonly { readonly index: number; readonly span: Span }[];
}
interface Block {
  readonly key: string;
  readonly setting: Setting;
  readonly lines: readonly Line[];
  readonly plate: Rect;
  readonly bounds: Rect;
  /** Drawn so far, by the word that is spoken. */
  readonly drawn: Map<number, readonly VectorNode[]>;
}

function blockNodes(block: Block, look: Look, spoken: number): readonly VectorNode[] {
  let nodes = block.drawn.get(spoken);
  if (nodes === undefined) block.drawn.set(spoken, (nodes = drawBlock(block, look, spoken)));
  return nodes;
}

/** Sets a caption's lines: shaped, centred, inside the safe area. */
function setBlock(
  words: readonly TimedWord[],
  chunk: CaptionChunk,
  { style, format, sizePx: wantedPx, maxLineEm }: Place,
  shaper: TextShaper,
): Block {
  const texts = chunk.lines.map((line) => joinWords(words, line));
  const runs = texts.map(({ text }) => shaper.shape(text, 'bold'));
  const widestEm = Math.max(...runs.map((run) => runWidthEm(run, TRACKING_EM)));
  // One word too long for its line is set smaller rather than cut off.
  const sizePx = wantedPx * Math.min(1, maxLineEm / widestEm);
  const setting: Setting = { sizePx, trackingEm: TRACKING_EM };
  const width = (widestEm + 2 * PAD_X_EM) * sizePx;
  const height = (texts.length * LINE_EM + 2 * PAD_Y_EM) * sizePx;
  // Clear of the title-safe edge; upright frames keep clear of what players lay over their lower end.
  const margin = format.heightPx * (isNarrow(format) ? (style.position === 'bottom' ? 0.14 : 0.1) : 0.065);
  const top = style.position === 'bottom' ? format.heightPx - margin - height : margin;
  const lines = runs.map((run, i) => ({
    run,
    x: (format.widthPx - runWidthEm(run, TRACKING_EM) * sizePx) / 2,
    baseline: top + (PAD_Y_EM + i * LINE_EM + (LINE_EM + CAP_EM) / 2) * sizePx,
    words: (texts[i] as JoinedLine).words,
  }));
  const plate = { x: (format.widthPx - width) / 2, y: top, width, height };
  const glow = sizePx * 0.3;
  return {
    key: JSON.stringify([
      texts.map(({ text }) => text),
      format.widthPx,
      format.heightPx,
      sizePx,
      style.position,
    ]),
    setting,
    lines,
    plate,
    drawn: new Map(),
    bounds: {
      x: plate.x - glow,
      y: plate.y - glow,
      width: plate.width + 2 * glow,
      height: plate.height + 2 * glow,
    },
  };
}

interface JoinedLine {
  readonly text: string;
  readonly words: readonly { readonly index: number; readonly span: Span }[];
}

function joinWords(words: readonly TimedWord[], line: WordRange): JoinedLine {
  let text = '';
  const spans = [];
  for (let index = line.first; index < line.end; index++) {
    if (text !== '') text += ' ';
    const start = text.length;
    text += (words[index] as TimedWord).text;
    spans.push({ index, span: { start, end: text.length } });
  }
  return { text, words: spans };
}

interface Look {
  readonly key: string;
  readonly plate: Rgba | null;
  readonly text: Rgba;
  readonly spoken: Rgba;
  /** Behind the spoken word. */
  readonly pill: Rgba | null;
  /** Around letters that have no plate. */
  readonly outline: Rgba;
}

/** Colours that can be read on one another: the person's own where they can, turned round where they cannot. */
function captionLook(style: CaptionStyle): Look {
  const text = parseHex(style.color);
  const highlight = parseHex(style.highlight);
  const ground = readableOn(text);
  const key = JSON.stringify([style.color, style.highlight, style.plate]);
  const outline = withAlpha(ground, 0.9);
  if (!style.plate) return { key, plate: null, text, spoken: highlight, pill: null, outline };
  const plate = withAlpha(ground, ground === PAPER ? 0.9 : 0.8);
  const legible = contrast(highlight, ground) >= 4.5;
  return {
    key,
    plate,
    text,
    spoken: legible ? highlight : readableOn(highlight),
    pill: legible ? withAlpha(text, 0.12) : highlight,
    outline,
  };
}

function drawBlock(block: Block, look: Look, spoken: number): VectorNode[] {
  const { setting, plate } = block;
  const em = setting.sizePx;
  const nodes: VectorNode[] = [];
  if (look.plate !== null)
    nodes.push({
      kind: 'path',
      path: rectPath(plate.x, plate.y, plate.width, plate.height, em * 0.42),
      fill: { kind: 'solid', color: look.plate },
    });
  for (const line of block.lines) {
    const lit = line.words.find((word) => word.index === spoken)?.span;
    if (look.plate === null) nodes.push(...outlined(line, setting, look.outline));
    else if (lit !== undefined && look.pill !== null) {
      const [left, right] = spanExtent(line.run, lit, setting);
      const x = line.x + left - em * 0.13;
      const pill = rectPath(x, line.baseline - em * 0.95, right - left + em * 0.26, em * 1.2, em * 0.26);
      nodes.push({ kind: 'path', path: pill, fill: { kind: 'solid', color: look.pill } });
    }
    const fill = { kind: 'solid', color: look.text } as const;
    if (lit === undefined) {
      nodes.push({ kind: 'path', path: linePath(line.run, setting, line.x, line.baseline), fill });
      continue;
    }
    const rest = [
      { start: 0, end: lit.start },
      { start: lit.end, end: Infinity },
    ];
    for (const span of rest)
      nodes.push({ kind: 'path', path: linePath(line.run, setting, line.x, line.baseline, span), fill });
    nodes.push({
      kind: 'path',
      path: linePath(line.run, setting, line.x, line.baseline, lit),
      fill: { kind: 'solid', color: look.spoken },
    });
  }
  return nodes;
}

/** An outline that fades outwards, so that letters hold on any picture. */
function outlined(line: Line, setting: Setting, color: Rgba): VectorNode[] {
  const path = linePath(line.run, setting, line.x, line.baseline);
  const ring = (widthEm: number, alpha: number): VectorNode => ({
    kind: 'path',
    path,
    stroke: {
      paint: { kind: 'solid', color: withAlpha(color, alpha) },
      width: widthEm * setting.sizePx,
      cap: 'round',
      join: 'round',
    },
  });
  return [ring(0.42, 0.1), ring(0.3, 0.16), ring(0.17, color === INK ? 0.9 : color[3])];
}
