import { expect, test } from 'vitest';
import type { CaptionStyle, VideoFormat } from '#core/document/project.ts';
import type { DrawLayer } from '#core/draw/draw-list.ts';
import { captionTrack } from '#core/frame/caption-layer.ts';
import { chunkCaptions, type CaptionChunk } from '#core/frame/captions.ts';
import type { TimedWord } from '#core/speech/ports.ts';
import { boxShaper, timedWords } from './fakes.ts';

const TEXT =
  'Every quarter, our team looks at what changed, and why it matters. This year three numbers stand out: ' +
  'revenue grew by a quarter, churn fell to an all-time low, and our customers stayed longer than ever before. Thank you.';
const wide = { widthEm: () => 1, maxLineEm: 100 };
const format: VideoFormat = { widthPx: 1920, heightPx: 1080, rate: { num: 25, den: 1 } };
const style: CaptionStyle = {
  enabled: true,
  position: 'bottom',
  sizeFraction: 0.045,
  color: '#ffffff',
  highlight: '#ffd166',
  plate: true,
};

function linesOf(words: readonly TimedWord[], chunk: CaptionChunk): string[] {
  return chunk.lines.map(({ first, end }) =>
    words
      .slice(first, end)
      .map(({ text }) => text)
      .join(' '),
  );
}

test('captions show every word once, in order, in at most two lines of 42 characters', () => {
  const words = timedWords(TEXT);
  const chunks = chunkCaptions(words, wide);
  const lines = chunks.flatMap((chunk) => linesOf(words, chunk));
  expect(lines.join(' ')).toBe(TEXT);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
  for (const { lines } of chunks) expect(lines.length).toBeLessThanOrEqual(2);
});

test('they break where sentences and clauses do', () => {
  const words = timedWords(TEXT);
  const ends = chunkCaptions(words, wide).map((chunk) => linesOf(words, chunk).at(-1)?.slice(-1));
  for (const sign of ends) expect('.,:').toContain(sign);
  expect(ends.at(-1)).toBe('.');
});

test('two lines are of even length', () => {
  const words = timedWords('The quick brown fox jumps over the lazy dog and runs away');
  const [chunk] = chunkCaptions(words, wide);
  const [upper, lower] = chunk === undefined ? [] : linesOf(words, chunk);
  expect(Math.abs((upper?.length ?? 0) - (lower?.length ?? 99))).toBeLessThanOrEqual(8);
});

test('a caption stands until the next one comes, or a little after its last word, and never over another', () => {
  const words = timedWords(TEXT);
  const chunks = chunkCaptions(words, wide);
  chunks.forEach((chunk, i) => {
    const first = words[chunk.lines[0]?.first ?? 0];
    const last = words[(chunk.lines.at(-1)?.end ?? 1) - 1];
    expect(chunk.startS).toBeLessThanOrEqual(first?.startS ?? 0);
    expect(chunk.startS).toBeGreaterThanOrEqual((first?.startS ?? 0) - 0.2);
    expect(chunk.endS).toBeLessThanOrEqual(chunks[i + 1]?.startS ?? Infinity);
    expect(chunk.endS).toBeGreaterThanOrEqual(Math.min(last?.endS ?? 0, chunks[i + 1]?.startS ?? Infinity));
  });
});

test('a long pause ends a caption', () => {
  const words = timedWords('Wait for it here').map((word, i) =>
    i < 3 ? word : { ...word, startS: word.startS + 3, endS: word.endS + 3 },
  );
  const chunks = chunkCaptions(words, wide);
  expect(chunks.map((chunk) => linesOf(words, chunk).join(' '))).toEqual(['Wait for it', 'here']);
  expect(chunks[0]?.endS).toBeLessThan(2);
});

test('a word too long for any line stands alone', () => {
  const long = 'x'.repeat(80);
  const words = timedWords(`A ${long} here`);
  const chunks = chunkCaptions(words, wide);
  expect(chunks.flatMap((chunk) => linesOf(words, chunk))).toContain(long);
});

function vector(layer: DrawLayer | null): Extract<DrawLayer, { kind: 'vector' }> {
  if (layer?.kind !== 'vector') throw new Error('No caption');
  return layer;
}

test('the key changes with the word that is said, and with nothing else', () => {
  const words = timedWords('One two three four');
  const track = captionTrack(words, style, format, boxShaper);
  const keys = words.map((word) => {
    const frames = [0.06, 0.15, 0.24].map((into) => Math.floor((word.startS + into) * 25));
    const shown = frames.map((i) => vector(track.layerAt(i)));
    expect(new Set(shown.map(({ key }) => key)).size).toBe(1);
    expect(new Set(shown.map(({ nodes }) => JSON.stringify(nodes))).size).toBe(1);
    return shown[0]?.key;
  });
  expect(new Set(keys).size).toBe(words.length);
});

test('nothing is shown before the first word comes and after the last has gone', () => {
  const track = captionTrack(timedWords('Only this.'), style, format, boxShaper);
  expect(track.layerAt(0)).toBeNull();
  expect(track.layerAt(40)).toBeNull();
  const opacities = Array.from({ length: 40 }, (_, i) => track.layerAt(i)?.opacity ?? 0);
  expect(Math.max(...opacities)).toBe(1);
});

test.each([
  ['16:9', 1920, 1080],
  ['9:16', 1080, 1920],
  ['1:1', 1080, 1080],
] as const)('in %s captions stay inside the safe area, top or bottom', (_, widthPx, heightPx) => {
  const words = timedWords(TEXT);
  for (const position of ['bottom', 'top'] as const) {
    const track = captionTrack(words, { ...style, position }, { ...format, widthPx, heightPx }, boxShaper);
    for (let i = 0; i < 250; i += 5) {
      const layer = track.layerAt(i);
      if (layer?.kind !== 'vector') continue;
      const { x, y, width, height } = layer.bounds;
      expect(x).toBeGreaterThanOrEqual(widthPx * 0.02);
      expect(x + width).toBeLessThanOrEqual(widthPx * 0.98);
      expect(y).toBeGreaterThanOrEqual(heightPx * 0.03);
      expect(y + height).toBeLessThanOrEqual(heightPx * 0.97);
      if (position === 'bottom') expect(y).toBeGreaterThan(heightPx / 2);
      else expect(y + height).toBeLessThan(heightPx / 2);
    }
  }
});

test('a highlight that cannot be read on the plate becomes a plate itself', () => {
  const words = timedWords('One two');
  const at = Math.floor(((words[0]?.startS ?? 0) + 0.1) * 25);
  const fills = (highlight: string) =>
    vector(captionTrack(words, { ...style, highlight }, format, boxShaper).layerAt(at)).nodes.map((node) =>
      node.kind === 'path' && node.fill?.kind === 'solid' ? node.fill.color : null,
    );
  expect(fills('#ffd166').at(-1)).toEqual([1, 0xd1 / 255, 0x66 / 255, 1]);
  const dark = fills('#1b2a6b');
  expect(dark.at(-1)).toEqual([1, 1, 1, 1]);
  expect(dark).toContainEqual([0x1b / 255, 0x2a / 255, 0x6b / 255, 1]);
});
