/** HarfBuzz with the bundled fonts, in Chromium: the same answers as in Node (tests/server/text.test.ts). */
import { expect, test } from 'vitest';
import { createHarfBuzzShaper } from '#shared/harfbuzz.ts';
import regularUrl from '../../static/fonts/inter-regular.ttf?url';
import boldUrl from '../../static/fonts/inter-semibold.ttf?url';
import committed from '../golden/shaping.json';
import { shapingClaims, shapingDigest } from '../golden/shaping.ts';

test('Chromium shapes text as Node does, glyph by glyph', async () => {
  const bytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  const shaper = await createHarfBuzzShaper({
    regular: [await bytes(regularUrl)],
    bold: [await bytes(boldUrl)],
  });
  expect(Object.entries(shapingClaims(shaper)).filter(([, holds]) => !holds)).toEqual([]);
  expect(shapingDigest(shaper)).toEqual(committed);
});
