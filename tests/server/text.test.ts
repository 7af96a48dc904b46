/** HarfBuzz with the bundled fonts, in Node. tests/browser/text.test.ts asks the same in Chromium. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { TextShaper } from '#core/frame/text.ts';
import { createHarfBuzzShaper } from '#shared/harfbuzz.ts';
import { shapingClaims, shapingDigest } from '../golden/shaping.ts';

const font = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../static/fonts/${name}`, import.meta.url)));
let shaper: TextShaper;
beforeAll(async () => {
  shaper = await createHarfBuzzShaper({
    regular: [font('inter-regular.ttf')],
    bold: [font('inter-semibold.ttf')],
  });
});

test('text is shaped as it should be', () => {
  const failed = Object.entries(shapingClaims(shaper)).filter(([, holds]) => !holds);
  expect(failed).toEqual([]);
});

test('every glyph stands where it was committed', () => {
  if (process.env['UPDATE_DRAW_GOLDEN'] === '1')
    writeFileSync(new URL('../golden/shaping.json', import.meta.url), JSON.stringify(shapingDigest(shaper)));
  const committed: unknown = JSON.parse(
    readFileSync(new URL('../golden/shaping.json', import.meta.url), 'utf8'),
  );
  expect(shapingDigest(shaper)).toEqual(committed);
});

test('the version names the fonts', async () => {
  const other = await createHarfBuzzShaper({
    regular: [font('inter-semibold.ttf')],
    bold: [font('inter-semibold.ttf')],
  });
  expect(other.version).not.toBe(shaper.version);
});

test('a glyph the first font lacks comes from the next, at the same size', async () => {
  // The one font is the other's fallback: what both have stays with the first.
  const stacked = await createHarfBuzzShaper({
    regular: [font('inter-regular.ttf'), font('inter-semibold.ttf')],
    bold: [font('inter-semibold.ttf')],
  });
  expect(stacked.shape('Hello', 'regular').widthEm).toBe(shaper.shape('Hello', 'regular').widthEm);
});

test('a weight without a font is refused', async () => {
  await expect(createHarfBuzzShaper({ regular: [font('inter-regular.ttf')], bold: [] })).rejects.toThrow(
    /bold/,
  );
});
